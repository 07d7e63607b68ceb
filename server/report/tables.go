package report

import (
	"fmt"
	"slices"
	"strings"

	"atelier/core/fashion"
	"atelier/core/metrics"
	"atelier/core/train"
	"atelier/server/report/published"
)

// outcome is a finished run as the report's tables show it.
type outcome struct {
	Config    train.Config
	Changes   []train.Change
	History   train.History
	BestEpoch int                 // 0: not known
	Test      *metrics.Evaluation // of the best weights on the test set; may be nil
	Engine    string              // what computed it, in words
	Images    int                 // trained on
}

// table is a table of the report: the same for Markdown, HTML and tests.
type table struct {
	Name    string // for files and links, such as settings_model1
	Title   string
	Columns []string
	Rows    [][]string
	Note    string // a sentence below the table; may be empty
}

// markdown returns the table with its title as a heading of the given level.
func (t table) markdown(level int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n\n", strings.Repeat("#", level), t.Title)
	line := func(cells []string) {
		for _, c := range cells {
			b.WriteString("| " + markdownCell(c) + " ")
		}
		b.WriteString("|\n")
	}
	line(t.Columns)
	b.WriteString(strings.Repeat("|---", len(t.Columns)) + "|\n")
	for _, row := range t.Rows {
		line(row)
	}
	if t.Note != "" {
		fmt.Fprintf(&b, "\n%s\n", t.Note)
	}
	return b.String()
}

// markdownCell keeps a text within its cell: runs carry texts from outside.
func markdownCell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ", "<", "&lt;", "&", "&amp;").Replace(s)
}

// reportTables returns the tables of the report filled from one or two runs,
// beside the numbers that the report prints: settings (tables 1 and 2), test
// figures (table 3), and for each model the scores a class (figures 4 and 5),
// the history (figures 2 and 3) and the confusion matrix (figures 6 and 7).
func reportTables(runs []outcome) ([]table, error) {
	if len(runs) < 1 || len(runs) > 2 {
		return nil, fmt.Errorf("a report is of one or two runs, not of %d", len(runs))
	}
	runs = slices.Clone(runs)
	slices.SortFunc(runs, func(a, b outcome) int { return strings.Compare(a.Config.Model, b.Config.Model) })
	if len(runs) == 2 && runs[0].Config.Model == runs[1].Config.Model {
		return nil, fmt.Errorf("both runs are of %s: a report is of one run of each model", runs[0].Config.Model)
	}
	var settings, perModel []table
	for _, r := range runs {
		p, ok := published.Of(r.Config.Model)
		if !ok {
			return nil, fmt.Errorf("the report has no model %q", r.Config.Model)
		}
		s, err := settingsTable(r, p)
		if err != nil {
			return nil, err
		}
		settings = append(settings, s)
		if r.Test != nil {
			perModel = append(perModel, classTable(r, p))
		}
		perModel = append(perModel, historyTable(r, p))
		if r.Test != nil {
			perModel = append(perModel, confusionTable(r))
		}
	}
	return append(append(settings, resultsTable(runs)), perModel...), nil
}

// modelTitle writes model1 as Model 1.
func modelTitle(model string) string { return "Model " + strings.TrimPrefix(model, "model") }

// resultsTable is the report's table 3.
func resultsTable(runs []outcome) table {
	t := table{Name: "results", Title: "Table 3: test set", Columns: []string{""}}
	rows := [][]string{{"Test accuracy"}, {"Macro avg F1"}, {"Weighted avg F1"}, {"Macro avg precision"}, {"Macro avg recall"}, {"Test images"}}
	for _, r := range runs {
		name := modelTitle(r.Config.Model)
		t.Columns = append(t.Columns, name+", report", name+", this run")
		p, _ := published.Of(r.Config.Model) // reportTables has checked it
		theirs := []string{four(p.Accuracy), four(p.MacroF1), four(p.WeightedF1), four(p.Macro[0]), four(p.Macro[1]), "10000"}
		ours := []string{"", "", "", "", "", ""}
		if e := r.Test; e != nil {
			ours = []string{four(e.Accuracy), four(e.MacroF1), four(e.WeightedF1), four(e.MacroPrecision), four(e.MacroRecall), fmt.Sprint(e.Images)}
		}
		for i := range rows {
			rows[i] = append(rows[i], theirs[i], ours[i])
		}
	}
	t.Rows = rows
	return t
}

// classTable is the report's figure 4 or 5.
func classTable(r outcome, p *published.Numbers) table {
	t := table{
		Name: "classes_" + r.Config.Model, Title: modelTitle(r.Config.Model) + ": scores of each class on the test set",
		Columns: []string{"Class", "Precision, report", "this run", "Recall, report", "this run", "F1, report", "this run", "Images"},
	}
	row := func(name string, theirs [3]float64, precision, recall, f1 float64, images int) {
		t.Rows = append(t.Rows, []string{
			name, four(theirs[0]), four(precision), four(theirs[1]), four(recall), four(theirs[2]), four(f1), fmt.Sprint(images),
		})
	}
	for i, c := range r.Test.PerClass {
		row(c.Label, p.PerClass[i], c.Precision, c.Recall, c.F1, c.Support)
	}
	row("macro avg", p.Macro, r.Test.MacroPrecision, r.Test.MacroRecall, r.Test.MacroF1, r.Test.Images)
	return t
}

// historyTable holds the numbers of the report's figure 2 or 3.
func historyTable(r outcome, p *published.Numbers) table {
	t := table{
		Name: "history_" + r.Config.Model, Title: modelTitle(r.Config.Model) + ": history",
		Columns: []string{
			"Epoch", "Training loss, report", "this run", "Training accuracy, report", "this run",
			"Validation loss, report", "this run", "Validation accuracy, report", "this run",
		},
	}
	if r.BestEpoch > 0 {
		t.Note = fmt.Sprintf("The best weights, by %s, are those after epoch %d.", r.Config.Monitor, r.BestEpoch)
	}
	last := len(p.History)
	for _, record := range r.History {
		last = max(last, record.Epoch)
	}
	for epoch := 1; epoch <= last; epoch++ {
		theirs, ours := epochFigures(p.History, epoch), epochFigures(r.History, epoch)
		row := []string{fmt.Sprint(epoch)}
		for i := range theirs {
			row = append(row, theirs[i], ours[i])
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// epochFigures are an epoch's losses and accuracies in print, empty where the
// history has no such epoch.
func epochFigures(h train.History, epoch int) (f [4]string) {
	i := slices.IndexFunc(h, func(r train.Record) bool { return r.Epoch == epoch })
	if i < 0 {
		return f
	}
	r := h[i]
	return [4]string{four(r.TrainLoss), four(r.TrainAcc), four(r.ValLoss), four(r.ValAcc)}
}

// confusionTable holds the numbers of the report's figure 6 or 7.
func confusionTable(r outcome) table {
	t := table{
		Name: "confusion_" + r.Config.Model, Title: modelTitle(r.Config.Model) + ": confusion matrix, shares of each true class",
		Columns: append([]string{"True \\ predicted"}, fashion.Classes[:]...),
		Note:    "The report prints its matrix as a picture only.",
	}
	for i, shares := range r.Test.Confusion.Normalized() {
		row := []string{fashion.Classes[i]}
		for _, v := range shares {
			row = append(row, fmt.Sprintf("%.2f", v))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// four prints a share or a loss with four digits; nothing for what was not measured.
func four(v float64) string {
	if v != v {
		return ""
	}
	return fmt.Sprintf("%.4f", v)
}
