package cli

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"atelier/server/weights"
)

// Shipped weights come with a card: what predict says of certainty is what the
// card says, and its probabilities stay the network's own.
func TestPredictSaysHowSure(t *testing.T) {
	card, err := weights.CardOf("model2", "shipped")
	if err != nil {
		t.Fatal(err)
	}
	if card == nil {
		t.Fatal("no weights of model2 are shipped: web/weights is empty or not embedded")
	}
	file := filepath.Join(t.TempDir(), "box.ndjson")
	line := `{"word":"box","drawing":[[[0,100,100,0,0],[0,0,100,100,0]]]}` + "\n"
	if err := os.WriteFile(file, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := atelier(t, context.Background(), nil, "predict", "-model", "model2", "-json", file)
	if code != ExitDone {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	var got prediction
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	k := got.Certainty
	if k == nil || k.Temperature != card.Calibrated.Temperature {
		t.Fatalf("certainty %+v, the card's temperature is %g", k, card.Calibrated.Temperature)
	}
	var sum, of float64
	for i, p := range got.Probabilities {
		v := math.Pow(float64(p), 1/k.Temperature)
		sum += v
		if i == *got.ClassID {
			of = v
		}
	}
	if math.Abs(of/sum-float64(k.Probability)) > 1e-4 {
		t.Errorf("probability %v at the temperature, want %v", k.Probability, of/sum)
	}
	if k.Sure != card.Calibrated.Confident(k.Probability, true) {
		t.Errorf("sure: %v at %v, the card's limit is %v", k.Sure, k.Probability, card.Calibrated.Threshold)
	}
	code, stdout, stderr = atelier(t, context.Background(), nil, "predict", "-model", "model2", file)
	if code != ExitDone || strings.Contains(stdout, "not sure") == k.Sure {
		t.Errorf("exit %d, %q %s", code, stdout, stderr)
	}
}
