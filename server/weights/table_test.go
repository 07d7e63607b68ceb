package weights

import (
	"strings"
	"testing"

	"atelier/core/metrics"
	"atelier/core/train"
)

// card is a run's with figures that a table can be checked by.
func card(model, recipe string, epochs int, seed uint32, accuracy float64) *Card {
	return &Card{
		Model: model, Recipe: recipe, Config: train.Config{Model: model, Recipe: recipe, Epochs: epochs, Seed: seed},
		Engine: "core", Device: "a processor", Seconds: 7200,
		Test: Measured{Accuracy: accuracy, MacroF1: accuracy}, Mirrored: Measured{Accuracy: accuracy - .01},
		Generated: Generated{Top1: metrics.NewRate(1200, 2000)},
	}
}

// Runs that differ in the seed alone are one row, their mean; every recipe and
// every number of epochs has its own.
func TestTheTableGroupsSeeds(t *testing.T) {
	shippedRun := card("model2", "best", 60, 42, .95)
	shippedRun.File = "model2-best.safetensors"
	shippedRun.Drawings = &Drawings{All: metrics.WordScore{Top1: metrics.NewRate(56, 70)}}
	lengthened := card("model2", "sketch", 16, 42, .94)
	lengthened.Changes = []train.Change{{Step: 10, Key: "lr", Value: 1}, {Step: 20, Key: "epochs", Value: 24}}
	table := Table([]*Card{
		card("model2", "sketch", 20, 42, .93), shippedRun, card("model2", "best", 15, 1, .94), card("model2", "best", 15, 2, .93),
		card("model1", "report", 12, 42, .92), lengthened,
	})
	var rows []string
	for _, row := range strings.Split(table, "\n") {
		if strings.Contains(row, "`") {
			rows = append(rows, row)
		}
	}
	want := []string{
		"| Model 1: baseline CNN | `report` | 12 | 92.00 % | 0.9200 | 91.00 % | 60 % |  | 1 | 2.0 h | core, a processor |",
		"| Model 2: deeper CNN | `best` | 15 | 93.50 % | 0.9350 | 92.50 % | 60 % |  | 2 | 2.0 h | core, a processor |",
		"| Model 2: deeper CNN | [`best`](web/weights/model2-best.md), shipped | 60 | 95.00 % | 0.9500 | 94.00 % | 60 % | 80 % | 1 | 2.0 h | core, a processor |",
		"| Model 2: deeper CNN | `sketch` | 20 | 93.00 % | 0.9300 | 92.00 % | 60 % |  | 1 | 2.0 h | core, a processor |",
		"| Model 2: deeper CNN | `sketch` | 24 | 94.00 % | 0.9400 | 93.00 % | 60 % |  | 1 | 2.0 h | core, a processor |",
	}
	if strings.Join(rows, "\n") != strings.Join(want, "\n") {
		t.Errorf("the table's rows are\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(want, "\n"))
	}
	if strings.Count(table, "the report's own figures") != 2 {
		t.Error("the report's figures do not stand beside ours")
	}
}

func TestPutTableWantsItsPlace(t *testing.T) {
	if _, err := PutTable("# Title\n", nil); err == nil {
		t.Error("a text without a place for the table is taken")
	}
	text := "a\n" + tableBegin + "\nold\n" + tableEnd + "\nb\n"
	once, err := PutTable(text, nil)
	if err != nil || strings.Contains(once, "old") || !strings.HasPrefix(once, "a\n") || !strings.HasSuffix(once, "\nb\n") {
		t.Fatalf("error %v, text\n%s", err, once)
	}
	if twice, err := PutTable(once, nil); err != nil || twice != once {
		t.Error("put a second time, the table changes the text")
	}
}
