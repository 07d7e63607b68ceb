package metrics

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"atelier/core/fashion"
)

// Report is the text of scikit-learn's classification_report(digits=4), byte
// for byte. (Where not one answer is right, scikit-learn prints the supports as
// "3.0"; this prints 3.)
func (c *Confusion) Report() string {
	const width = len("weighted avg") // of the first column: no class has a longer name
	var b strings.Builder
	fmt.Fprintf(&b, "%*s  %9s %9s %9s %9s\n\n", width, "", "precision", "recall", "f1-score", "support")
	row := func(name string, precision, recall, f1 float64, support int) {
		fmt.Fprintf(&b, "%*s  %9.4f %9.4f %9.4f %9d\n", width, name, precision, recall, f1, support)
	}
	s, total := c.Scores(), c.Total()
	for _, class := range s.PerClass {
		row(class.Label, class.Precision, class.Recall, class.F1, class.Support)
	}
	fmt.Fprintf(&b, "\n%*s  %9s %9s %9.4f %9d\n", width, "accuracy", "", "", s.Accuracy, total)
	row("macro avg", s.MacroPrecision, s.MacroRecall, s.MacroF1, total)
	row("weighted avg", s.WeightedPrecision, s.WeightedRecall, s.WeightedF1, total)
	return b.String()
}

// WriteCSV writes the counts with the classes' names as the first row
// (predicted) and the first column (true).
func (c *Confusion) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write(append([]string{"true\\predicted"}, fashion.Classes[:]...))
	for i, counts := range c {
		row := []string{fashion.Classes[i]}
		for _, n := range counts {
			row = append(row, strconv.Itoa(n))
		}
		out.Write(row)
	}
	out.Flush()
	return out.Error()
}

// Evaluation is what `eval` reports, as JSON on its command line.
type Evaluation struct {
	Model          string         `json:"model"`
	Weights        string         `json:"weights"`
	Images         int            `json:"images"`
	Accuracy       float64        `json:"accuracy"`
	Loss           float64        `json:"loss"`
	MacroPrecision float64        `json:"macro_precision"`
	MacroRecall    float64        `json:"macro_recall"`
	MacroF1        float64        `json:"macro_f1"`
	WeightedF1     float64        `json:"weighted_f1"`
	PerClass       [10]ClassScore `json:"per_class"`
	Confusion      Confusion      `json:"confusion"`
	Report         string         `json:"report"`
}

// NewEvaluation sums up the answers of a model with some weights. loss is the
// mean cross-entropy.
func NewEvaluation(model, weights string, c *Confusion, loss float64) *Evaluation {
	s := c.Scores()
	return &Evaluation{
		Model: model, Weights: weights, Images: c.Total(),
		Accuracy: s.Accuracy, Loss: loss,
		MacroPrecision: s.MacroPrecision, MacroRecall: s.MacroRecall, MacroF1: s.MacroF1,
		WeightedF1: s.WeightedF1, PerClass: s.PerClass, Confusion: *c, Report: c.Report(),
	}
}
