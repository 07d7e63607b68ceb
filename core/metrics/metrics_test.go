package metrics

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
)

// The reports that scikit-learn wrote for these confusion matrices, byte for
// byte; among them classes that are never predicted or have no images.
func TestReportIsScikitLearns(t *testing.T) {
	b, err := os.ReadFile("testdata/classification_reports.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Cases []struct {
			Name      string
			Confusion Confusion
			Report    string
		}
	}
	if err := json.Unmarshal(b, &golden); err != nil || len(golden.Cases) < 20 {
		t.Fatalf("%d cases, error %v", len(golden.Cases), err)
	}
	for _, c := range golden.Cases {
		if got := c.Confusion.Report(); got != c.Report {
			t.Errorf("%s: wrote\n%s\nwant\n%s", c.Name, got, c.Report)
		}
	}
}

// Small enough to check by hand: class 0 has 3 images, of which 2 are right
// and 1 is called 1; class 1 has 1 image, right; the rest have none.
func byHand() *Confusion {
	var c Confusion
	c.Add(0, 0)
	c.Add(0, 0)
	c.Add(0, 1)
	c.Add(1, 1)
	return &c
}

func TestScoresByHand(t *testing.T) {
	c := byHand()
	s := c.Scores()
	tests := []struct {
		name      string
		got, want float64
	}{
		{"accuracy", s.Accuracy, 3.0 / 4},
		{"precision of 0", s.PerClass[0].Precision, 1},
		{"recall of 0", s.PerClass[0].Recall, 2.0 / 3},
		{"F1 of 0", s.PerClass[0].F1, 4.0 / 5},
		{"precision of 1", s.PerClass[1].Precision, 1.0 / 2},
		{"recall of 1", s.PerClass[1].Recall, 1},
		{"F1 of 1", s.PerClass[1].F1, 2.0 / 3},
		{"F1 of a class without images", s.PerClass[9].F1, 0},
		{"macro recall", s.MacroRecall, (2.0/3 + 1) / 10},
		{"weighted precision", s.WeightedPrecision, (3*1 + 1*.5) / 4},
		{"weighted recall", s.WeightedRecall, 3.0 / 4},
		{"share of 0 called 1", c.Normalized()[0][1], 1.0 / 3},
		{"share of a class without images", c.Normalized()[5][5], 0},
		{"accuracy of nothing", new(Confusion).Accuracy(), 0},
		{"weighted F1 of nothing", new(Confusion).Scores().WeightedF1, 0},
	}
	for _, tt := range tests {
		if math.Abs(tt.got-tt.want) > 1e-15 {
			t.Errorf("%s is %v, want %v", tt.name, tt.got, tt.want)
		}
	}
	if s.PerClass[0].Support != 3 || s.PerClass[0].Label != "T-shirt/top" || c.Total() != 4 || c.Correct() != 3 {
		t.Errorf("counts or names are wrong: %+v", s.PerClass[0])
	}
}

// The words of eval's JSON, which checks rely on.
func TestEvaluationJSON(t *testing.T) {
	b, err := json.Marshal(NewEvaluation("model1", "shipped", byHand(), 0.25))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`{"model":"model1","weights":"shipped","images":4,"accuracy":0.75,"loss":0.25,"macro_precision":0.15,"macro_recall":`,
		`"macro_f1":`, `"weighted_f1":`,
		`"per_class":[{"label":"T-shirt/top","precision":1,"recall":0.6666666666666666,"f1":0.8,"support":3},`,
		`"confusion":[[2,1,0,0,0,0,0,0,0,0],[0,1,0,`, `"report":"              precision    recall`,
	} {
		if !strings.Contains(string(b), part) {
			t.Errorf("%s lacks %s", b, part)
		}
	}
}

func TestConfusionCSV(t *testing.T) {
	var b strings.Builder
	if err := byHand().WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	if len(lines) != 12 || lines[0] != `true\predicted,T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot` ||
		lines[1] != "T-shirt/top,2,1,0,0,0,0,0,0,0,0" || lines[10] != "Ankle boot,0,0,0,0,0,0,0,0,0,0" {
		t.Errorf("wrote\n%s", b.String())
	}
}

// The values of scipy.stats.binomtest and chi2.sf.
func TestMcNemar(t *testing.T) {
	tests := []struct {
		first, second int
		statistic, p  float64
	}{
		{0, 0, 0, 1},
		{1, 0, 0, 1},
		{5, 5, 0, 1},
		{3, 12, 0, 0.03515625},
		{0, 24, 0, 1.1920928955078125e-07},
		{10, 14, 0, 0.54125618934631348},
		{11, 14, 0.16, 0.68915651677935164},
		{20, 40, 6.0166666666666666, 0.014171388254012323},
		{100, 150, 9.6039999999999992, 0.0019415397850404208},
		{300, 301, 0, 1},
		{300, 300, 0, 1},
		{700, 200, 276.66777777777776, 3.997241344805902e-62},
		{5000, 3000, 499.50012500000003, 1.2210490587571472e-110},
	}
	for _, tt := range tests {
		got := McNemar(tt.first, tt.second)
		if got.Exact != (tt.first+tt.second < 25) {
			t.Errorf("%d, %d: exact is %v", tt.first, tt.second, got.Exact)
		}
		if math.Abs(got.Statistic-tt.statistic) > 1e-12*tt.statistic || math.Abs(got.P-tt.p) > 1e-12*tt.p {
			t.Errorf("McNemar(%d, %d) = %v and p %v, want %v and %v", tt.first, tt.second, got.Statistic, got.P, tt.statistic, tt.p)
		}
		if back := McNemar(tt.second, tt.first); back.P != got.P {
			t.Errorf("McNemar(%d, %d) depends on the order", tt.first, tt.second)
		}
	}
}

func TestErfc(t *testing.T) {
	for z := 0.0; z < 26; z += 0.01 {
		if got, want := erfc(z), math.Erfc(z); math.Abs(got-want) > 2e-13*want {
			t.Errorf("erfc(%v) = %v, want %v", z, got, want)
		}
	}
}
