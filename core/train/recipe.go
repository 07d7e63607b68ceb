package train

import (
	"fmt"

	"atelier/core/fashion"
	"atelier/core/optim"
)

// Recipe is how a network is trained: data, the same for the page, the core
// and the GoMLX engine.
type Recipe struct {
	Name           string          `json:"name"`
	Title          string          `json:"title"`
	Epochs         int             `json:"epochs"`
	Batch          int             `json:"batch"`
	LR             float64         `json:"lr"`
	WeightDecay    float64         `json:"weight_decay"`
	DecayAll       bool            `json:"decay_all"` // biases and normalisations decay too
	Schedule       optim.Schedule  `json:"schedule"`
	Augment        fashion.Augment `json:"augment"`
	LabelSmoothing float64         `json:"label_smoothing"`
	Dropout        float64         `json:"dropout"` // a factor on the network's own rates
	EMA            float64         `json:"ema"`     // decay of the averaged weights; 0: none
	// Drawings is the share of each batch that generated drawings take from the
	// photographs.
	Drawings float64 `json:"drawings,omitempty"`
	Monitor  string  `json:"monitor"`
	Why      []Why   `json:"why"`
}

// Why is a sentence on one choice of a recipe.
type Why struct {
	What string `json:"what"`
	Text string `json:"text"`
}

// RecipeFor returns the recipe of that name for a network.
func RecipeFor(name, model string) (Recipe, error) {
	for _, r := range recipes[model] {
		if r.Name == name {
			return r, nil
		}
	}
	return Recipe{}, fmt.Errorf("there is no recipe %q for %q: choose report, best or sketch", name, model)
}

// Recipes lists the recipes of a network.
func Recipes(model string) []Recipe { return recipes[model] }

var recipes = map[string][]Recipe{
	"model1": {
		{
			Name: "report", Title: "The report's",
			Epochs: 12, Batch: 128, LR: 1e-3,
			Schedule: optim.Schedule{Kind: optim.Constant},
			Dropout:  1, Monitor: MonitorAcc,
			Why: []Why{
				{"optimizer", "Adam with a fixed learning rate of 0.001, as in the report."},
				{"augmentation", "None: the network sees every photograph as it is, so it never learns shoes that point right."},
				{"monitor", "The best weights are those of the highest validation accuracy, as in the report's code."},
			},
		},
		best(best1),
		withDrawings(best(best1)),
	},
	"model2": {
		{
			Name: "report", Title: "The report's",
			Epochs: 12, Batch: 128, LR: 1e-3, WeightDecay: 1e-5, DecayAll: true,
			Schedule: optim.Schedule{Kind: optim.Plateau, Factor: .5, Patience: 2},
			Augment:  fashion.Augment{Crop: 4, Flip: .5},
			Dropout:  1, Monitor: MonitorAcc,
			Why: []Why{
				{"optimizer", "AdamW with a learning rate of 0.001 that halves when the validation loss has not improved for three epochs."},
				{"augmentation", "Random crops of the image padded by 4 pixels, and flips left to right, of training images only."},
				{"monitor", "The best weights are those of the highest validation accuracy, as in the report's code."},
			},
		},
		best(best2),
		withDrawings(best(best2)),
	},
}

// What the better recipes of the two networks do not share.
var (
	best1 = Recipe{
		Epochs: 15, LR: 1.5e-3, Dropout: 1.4,
		Schedule: optim.Schedule{Kind: optim.OneCycle, Warmup: .2, Start: .04, End: .0004},
	}
	best2 = Recipe{
		Epochs: 15, LR: 4e-3, Dropout: .3,
		Schedule: optim.Schedule{Kind: optim.OneCycle, Warmup: .25, Start: .04, End: .0004},
	}
)

// best fills in what both networks' recipes share.
func best(r Recipe) Recipe {
	r.Name, r.Title = "best", "Better training, same network"
	r.Batch, r.WeightDecay = 128, 1e-2
	r.Augment = fashion.Augment{Crop: 2, Flip: .5}
	r.LabelSmoothing, r.EMA, r.Monitor = .05, .998, MonitorLoss
	r.Why = []Why{
		{"schedule", "The learning rate rises and falls once: large steps first, then ever finer ones."},
		{"augmentation", "Shifts of up to 2 pixels and flips left to right: a shoe may point either way."},
		{"label_smoothing", "The right answer counts 0.95 and not 1, so the network does not grow overconfident on mislabelled photographs."},
		{"weight_decay", "Weights shrink a little every step; biases and normalisations do not."},
		{"ema", "Validated and kept is a moving average of the weights, which is steadier than any single step."},
		{"dropout", "A factor on the network's own dropout rates, chosen on validation images."},
	}
	return r
}

// withDrawings mixes generated drawings into every batch of a recipe and trains
// longer by as much, so that as many photographs are seen.
func withDrawings(r Recipe) Recipe {
	r.Name, r.Title = "sketch", "Photographs and drawings"
	r.Drawings, r.Epochs = .25, r.Epochs*4/3
	r.Why = append([]Why{{
		"drawings", "A quarter of each batch is garments that a generator draws as people do, so that the network also understands what you draw.",
	}}, r.Why...)
	return r
}
