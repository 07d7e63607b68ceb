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
	// Long is what long runs do otherwise; nil: nothing.
	Long *Long `json:"long,omitempty"`
	Why  []Why `json:"why"`
}

// Long are a recipe's choices for runs that show every photograph so often that
// a network would learn it by heart.
type Long struct {
	From    int             `json:"from"` // so many epochs or more, as the config plans them
	Augment fashion.Augment `json:"augment"`
	Dropout float64         `json:"dropout"`
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

// RecipeOf returns the recipe as a run of a complete config begins with it: at
// the config's learning rate, for its epochs, and with the recipe's choices for
// long runs where it is one. A change of the epochs in the course of the run
// does not make it one.
func RecipeOf(c Config) (Recipe, error) {
	r, err := RecipeFor(c.Recipe, c.Model)
	if err != nil {
		return r, err
	}
	r.LR, r.Epochs = c.LR, c.Epochs
	if l := r.Long; l != nil && c.Epochs >= l.From {
		r.Augment, r.Dropout = l.Augment, l.Dropout
	}
	return r, nil
}
