package train

import (
	"os"
	"testing"

	"atelier/core/nn"
)

// soaking reports whether this is `make soak`, which has hours.
func soaking() bool { return os.Getenv("ATELIER_SOAK") != "" }

// The real networks on the real images, stopped, saved and loaded after each of
// 40 steps, with every recipe.
func TestSoakResume(t *testing.T) {
	if !soaking() {
		t.Skip("40 steps of both networks, stopped after each, are for make soak (ATELIER_SOAK=1)")
	}
	data := realData(t)
	for _, model := range []string{nn.Model1.Name, nn.Model2.Name} {
		for _, recipe := range Recipes(model) {
			t.Run(model+"/"+recipe.Name, func(t *testing.T) {
				// An epoch of 26 steps with a smaller last one: its end is on the way.
				cfg := Config{Model: model, Recipe: recipe.Name, Limit: 25*128 + 100, Epochs: 3}
				stops := map[int]bool{}
				for n := range 41 {
					stops[n] = true
				}
				sameJourney(t, cfg, data, 40, stops, []Change{{7, "lr", 7e-4}, {30, "dropout", .5}})
			})
		}
	}
}
