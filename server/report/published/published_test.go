package published

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"atelier/core/fashion"
	"atelier/scripts/reference"
)

// The published numbers are those of report.md, read from its tables.
func TestPublishedNumbersAreTheReports(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(reference.Dir(t), "report.md"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	cells := func(first string) []string {
		m := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(first) + ` \|(.*)\|$`).FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("report.md has no row %q", first)
		}
		parts := strings.Split(m[1], "|")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		return parts
	}
	same := func(what string, got float64, want string) {
		t.Helper()
		if v, err := strconv.ParseFloat(want, 64); err != nil || v != got {
			t.Errorf("%s is %v, report.md says %s", what, got, want)
		}
	}
	for m, model := range []string{"model1", "model2"} {
		p, ok := Of(model)
		if !ok {
			t.Fatalf("no numbers of %s", model)
		}
		same("accuracy", p.Accuracy, cells("Test accuracy")[m])
		same("macro F1", p.MacroF1, cells("Macro avg F1")[m])
		same("weighted F1", p.WeightedF1, cells("Weighted avg F1")[m])
		for k := range 3 {
			for i, name := range fashion.Classes {
				same(name, p.PerClass[i][k], cells(name)[3*m+k])
			}
			same("macro avg", p.Macro[k], cells("macro avg")[3*m+k])
		}
		for _, s := range p.Settings {
			if !strings.Contains(text, "| "+strings.Replace(s[0], "Normalization", "Normalisation", 1)+" |") || !strings.Contains(text, " "+s[1]+" |") {
				t.Errorf("%s: report.md does not say %s %s", model, s[0], s[1])
			}
		}
	}
	for model, begin := range map[string]string{"model1": "Model 1, epoch:", "model2": "Model 2. 1:"} {
		line := regexp.MustCompile(`(?m)^` + begin + `.*$`).FindString(text)
		rows := regexp.MustCompile(`(\d+): (\.\d+) (\.\d+) (\.\d+) (\.\d+)`).FindAllStringSubmatch(line, -1)
		h := numbers[model].History
		if len(rows) != 12 || len(h) != 12 {
			t.Fatalf("%s: %d rows in report.md, %d here", model, len(rows), len(h))
		}
		for i, row := range rows {
			for k, v := range []float64{float64(h[i].Epoch), h[i].TrainLoss, h[i].TrainAcc, h[i].ValLoss, h[i].ValAcc} {
				same("history", v, row[k+1])
			}
		}
	}
}
