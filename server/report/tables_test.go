package report

import (
	"math"
	"strings"
	"testing"

	"atelier/core/metrics"
	"atelier/core/train"
)

func exampleRun(model string) outcome {
	c, err := train.Config{Model: model, Recipe: "report", Seed: 42}.Complete()
	if err != nil {
		panic(err)
	}
	confusion := &metrics.Confusion{{2, 1}, {0, 1}} // two right, one called 1; one right
	return outcome{
		Config: c, Engine: "core, 2 workers", Images: 54000, BestEpoch: 2,
		History: train.History{{Epoch: 1, TrainLoss: 0.5, TrainAcc: 0.8, ValLoss: 0.4, ValAcc: 0.85, LR: 0.001, Seconds: 9}, {Epoch: 2, TrainLoss: 0.25, TrainAcc: 0.9, ValLoss: math.NaN(), ValAcc: math.NaN(), LR: 0.001, Seconds: 9}},
		Test:    metrics.NewEvaluation(model, "best", confusion, 0.3),
	}
}

func TestReportTables(t *testing.T) {
	one, two := exampleRun("model1"), exampleRun("model2")
	two.Changes = []train.Change{{Step: 7, Key: "lr", Value: 0.002}}
	two.Engine = "core | <b>\n"
	tables, err := reportTables([]outcome{two, one}) // in any order
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	var all strings.Builder
	for _, table := range tables {
		names = append(names, table.Name)
		all.WriteString(table.markdown(3) + "\n")
		for i, row := range table.Rows {
			if len(row) != len(table.Columns) {
				t.Errorf("%s: row %d has %d cells for %d columns", table.Name, i, len(row), len(table.Columns))
			}
		}
	}
	const want = "settings_model1 settings_model2 results classes_model1 history_model1 confusion_model1 classes_model2 history_model2 confusion_model2"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("tables %s, want %s", got, want)
	}
	for _, line := range []string{
		"### Table 1: settings of Model 1\n\n| Setting | Report | This run |\n|---|---|---|\n| Epochs | 12 | 12 |\n",
		"| Optimizer | Adam | Adam |", "| Optimizer | AdamW | AdamW |",
		"| Scheduler | ReduceLROnPlateau, factor .5, patience 2 | ReduceLROnPlateau, factor 0.5, patience 2 |",
		"| Augmentation | RandomCrop(28, padding 4), RandomHorizontalFlip(.5) | RandomCrop(28, padding 4), RandomHorizontalFlip(0.5) |",
		"| Normalization | mean .2860, std .3530 | mean 0.286, std 0.353 |",
		"| Seed | not fixed | 42 |",
		"| Changed while running |  | lr = 0.002 from step 7 |",
		"| Computed by | PyTorch on MPS | core \\| &lt;b>  |",
		"| Test accuracy | 0.9272 | 0.7500 | 0.9137 | 0.7500 |",
		"| T-shirt/top | 0.9013 | 1.0000 | 0.8680 | 0.6667 | 0.8844 | 0.8000 | 3 |",
		"| 2 | 0.2771 | 0.2500 | 0.8986 | 0.9000 | 0.2435 |  | 0.9092 |  |",
		"| 12 | 0.0687 |  | 0.9740 |  | 0.2382 |  | 0.9322 |  |",
		"| T-shirt/top | 0.67 | 0.33 | 0.00 |",
		"The best weights, by val_acc, are those after epoch 2.",
	} {
		if !strings.Contains(all.String(), line) {
			t.Errorf("the tables lack %q", line)
		}
	}
}

func TestReportTablesOfOneRunWithoutTest(t *testing.T) {
	run := exampleRun("model1")
	run.Test = nil
	run.Config.Recipe, run.BestEpoch = "best", 0
	tables, err := reportTables([]outcome{run})
	if err != nil || len(tables) != 3 {
		t.Fatalf("%d tables, error %v", len(tables), err)
	}
	if got := tables[1].Rows[0]; got[1] != "0.9272" || got[2] != "" {
		t.Errorf("test accuracy %q", got)
	}
	settings := tables[0].markdown(2)
	for _, part := range []string{"AdamW", "label smoothing 0.05", "moving average, decay"} {
		if !strings.Contains(settings, part) {
			t.Errorf("the settings of recipe best lack %q", part)
		}
	}
}

func TestReportTablesRefuse(t *testing.T) {
	one := exampleRun("model1")
	strange, norecipe := one, one
	strange.Config.Model, norecipe.Config.Recipe = "model3", "soup"
	tests := []struct {
		name string
		runs []outcome
		want string
	}{
		{"none", nil, "one or two runs, not of 0"},
		{"three", []outcome{one, one, one}, "not of 3"},
		{"twice the same model", []outcome{one, one}, "both runs are of model1"},
		{"another model", []outcome{strange}, `no model "model3"`},
		{"another recipe", []outcome{norecipe}, `no recipe "soup"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := reportTables(tt.runs); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one that says %q", err, tt.want)
			}
		})
	}
}
