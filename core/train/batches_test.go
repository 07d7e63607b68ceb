package train

import (
	"testing"

	"atelier/core/fashion"
	"atelier/core/sample"
)

// The recipe sketch mixes drawings into the share of each batch that it says,
// the same ones every time, and the other recipes none.
func TestDrawingsTakeTheirShareOfABatch(t *testing.T) {
	data := sample.Draw(200, 1)
	for _, tt := range []struct {
		recipe string
		lo, hi int // drawings among 1,000 positions
	}{{"report", 0, 0}, {"best", 0, 0}, {"sketch", 180, 270}} {
		t.Run(tt.recipe, func(t *testing.T) {
			cfg, err := Config{Model: "model1", Recipe: tt.recipe, Batch: 16}.Complete()
			if err != nil {
				t.Fatal(err)
			}
			r, err := RecipeFor(cfg.Recipe, cfg.Model)
			if err != nil {
				t.Fatal(err)
			}
			// Every photograph has the label 7, which few drawings have.
			for i := range data.Labels {
				data.Labels[i] = 7
			}
			p := Batches{data: &data, seed: 42, augment: r.Augment, drawings: float32(r.Drawings)}
			p.spec.Std = 1
			dst, again := make([]float32, fashion.Area), make([]float32, fashion.Area)
			drawn := 0
			for i := range 1000 {
				label := p.image(dst, 3, i, i%200)
				if label != p.image(again, 3, i, i%200) {
					t.Fatalf("position %d has two labels", i)
				}
				for j := range dst {
					if dst[j] != again[j] {
						t.Fatalf("position %d differs the second time", i)
					}
				}
				if label != 7 {
					drawn++
				}
			}
			if drawn < tt.lo || drawn > tt.hi {
				t.Errorf("%d of 1000 are drawings, want %d to %d", drawn, tt.lo, tt.hi)
			}
		})
	}
}
