package protocol

import (
	"encoding/json"
	"os"
	"testing"

	"atelier/core/infer"
)

// The page applies the rule too (web/src/state/certainty.ts); both are held to
// one table.
func TestTheRuleOnConfidence(t *testing.T) {
	b, err := os.ReadFile("testdata/confidence.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name        string
		Calibration infer.Calibration
		Probability float32
		Drawn, Sure bool
	}
	if err := json.Unmarshal(b, &cases); err != nil || len(cases) < 8 {
		t.Fatal(len(cases), err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			if got := c.Calibration.Confident(c.Probability, c.Drawn); got != c.Sure {
				t.Errorf("sure: %v, want %v", got, c.Sure)
			}
		})
	}
}
