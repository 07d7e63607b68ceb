package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// A stranger's clone can check the promise of the same bits: the command line
// trains on the drawn sample, which needs no file, to the weights written down.
func TestGoldenRunsOnTheDrawnSample(t *testing.T) {
	if testing.Short() {
		t.Skip("trains both networks for two epochs")
	}
	b, err := os.ReadFile(filepath.Join("..", "..", "core", "train", "testdata", "golden-drawn.json"))
	if err != nil {
		t.Fatal(err)
	}
	var runs []struct {
		Model, Recipe string
		Epochs, Limit int
		Batch, Seed   int
		WeightsSHA256 string  `json:"weights_sha256"`
		ValLoss       float64 `json:"val_loss"`
		ValAcc        float64 `json:"val_acc"`
	}
	if err := json.Unmarshal(b, &runs); err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, want := range runs {
		if want.Recipe != "report" {
			continue // held in core/train
		}
		held++
		t.Run(want.Model, func(t *testing.T) {
			number := strconv.Itoa
			e := last(t, "train", "-engine", "core", "-data", "drawn", "-model", want.Model, "-recipe", want.Recipe, "-epochs", number(want.Epochs),
				"-limit", number(want.Limit), "-batch", number(want.Batch), "-seed", number(want.Seed), "-json", "-out", filepath.Join(t.TempDir(), "run"))
			if *e.WeightsSHA256 != want.WeightsSHA256 || *e.ValLoss != want.ValLoss || *e.ValAcc != want.ValAcc {
				t.Errorf("ends with val_loss %v, val_acc %v and the weights' SHA-256 %s; written down are %v, %v and %s",
					*e.ValLoss, *e.ValAcc, *e.WeightsSHA256, want.ValLoss, want.ValAcc, want.WeightsSHA256)
			}
		})
	}
	if held != 2 {
		t.Errorf("%d runs of the recipe report are written down, want one a model", held)
	}
}
