package train

import (
	"encoding/json"
	"os"
	"testing"

	"atelier/core/fashion"
	"atelier/core/sample"
)

// goldenRun is a whole run on the drawn sample, which needs no file, and what
// it ends with. The same file is read by the tests of the command line and of
// the page.
type goldenRun struct {
	Model, Recipe string
	Epochs        int
	Limit, Batch  int
	Seed          uint32
	WeightsSHA256 string  `json:"weights_sha256"`
	ValLoss       float64 `json:"val_loss"`
	ValAcc        float64 `json:"val_acc"`
}

const goldenDrawnFile = "testdata/golden-drawn.json"

// Whoever clones the repository can check the same bits: runs with epochs,
// validations, augmentation, generated drawings and averages end with the weights
// written down, natively and as WebAssembly.
func TestGoldenRunsOnTheDrawnSample(t *testing.T) {
	b, err := os.ReadFile(goldenDrawnFile)
	if err != nil {
		t.Fatal(err)
	}
	var runs []goldenRun
	if err := json.Unmarshal(b, &runs); err != nil {
		t.Fatal(err)
	}
	if len(runs) != 6 {
		t.Fatalf("%s has %d runs, not 6: three recipes of two models", goldenDrawnFile, len(runs))
	}
	data := Data{Images: &sample.Dataset().Train, Kind: fashion.KindDrawn}
	for _, want := range runs {
		t.Run(want.Model+"/"+want.Recipe, func(t *testing.T) {
			if testing.Short() && want.Recipe != "report" {
				t.Skip("short: the recipe report only")
			}
			cfg := Config{Model: want.Model, Recipe: want.Recipe, Epochs: want.Epochs, Limit: want.Limit, Batch: want.Batch, Seed: want.Seed}
			tr := begin(t, cfg, data, Options{Workers: 2})
			var last Event
			err := tr.Run(Hooks{Clock: func() float64 { return 0 }, Emit: func(e Event) {
				if e.Event == EventEpoch {
					last = e
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			got := tr.Net.WeightsSHA256()
			if last.Epoch != want.Epochs || last.ValLoss == nil || last.ValAcc == nil {
				t.Fatalf("the last epoch told is %+v, want one of number %d with a validation", last, want.Epochs)
			}
			if got != want.WeightsSHA256 || *last.ValLoss != want.ValLoss || *last.ValAcc != want.ValAcc {
				t.Errorf("ends with val_loss %v, val_acc %v and the weights' SHA-256 %s; written down are %v, %v and %s",
					*last.ValLoss, *last.ValAcc, got, want.ValLoss, want.ValAcc, want.WeightsSHA256)
			}
		})
	}
}
