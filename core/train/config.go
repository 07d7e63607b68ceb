package train

import (
	"fmt"
	"math"

	"atelier/core/nn"
)

// Config is what a run is asked to do, in the words of run.json. Zero values
// stand for the recipe's.
type Config struct {
	Model   string  `json:"model"`
	Recipe  string  `json:"recipe"`
	Epochs  int     `json:"epochs"`
	Steps   int     `json:"steps,omitempty"` // stop after so many; 0: at the end of the epochs
	Limit   int     `json:"limit,omitempty"` // train on the first so many images of the split; 0: on all
	Batch   int     `json:"batch"`
	LR      float64 `json:"lr"`
	Seed    uint32  `json:"seed"`
	Monitor string  `json:"monitor"` // val_loss or val_acc: what chooses the best weights
}

// What may choose the best weights.
const (
	MonitorLoss = "val_loss"
	MonitorAcc  = "val_acc"
)

// network finds a network by its name; the tests add small ones.
var network = nn.ByName

// DefaultSeed is the report's.
const DefaultSeed = 42

// Limits of a config.
const (
	MaxEpochs = 1000
	MaxBatch  = 1024
)

// Complete fills what is not given from the recipe and reports what is wrong.
func (c Config) Complete() (Config, error) {
	if c.Recipe == "" {
		c.Recipe = "report"
	}
	if _, err := network(c.Model); err != nil {
		return c, err
	}
	r, err := RecipeFor(c.Recipe, c.Model)
	if err != nil {
		return c, err
	}
	if c.Epochs == 0 {
		c.Epochs = r.Epochs
	}
	if c.Batch == 0 {
		c.Batch = r.Batch
	}
	if c.LR == 0 {
		c.LR = r.LR
	}
	if c.Monitor == "" {
		c.Monitor = r.Monitor
	}
	return c, c.validate()
}

func (c Config) validate() error {
	switch {
	case c.Epochs < 1 || c.Epochs > MaxEpochs:
		return fmt.Errorf("epochs must be 1 to %d, not %d", MaxEpochs, c.Epochs)
	case c.Steps < 0:
		return fmt.Errorf("steps must be 0 (no limit) or more, not %d", c.Steps)
	case c.Limit < 0:
		return fmt.Errorf("limit must be 0 (all images) or more, not %d", c.Limit)
	case c.Batch < 1 || c.Batch > MaxBatch:
		return fmt.Errorf("batch must be 1 to %d, not %d", MaxBatch, c.Batch)
	case !(c.LR > 0 && c.LR <= math.MaxFloat32):
		return fmt.Errorf("lr must be a number above 0, not %g", c.LR)
	case c.Monitor != MonitorLoss && c.Monitor != MonitorAcc:
		return fmt.Errorf("monitor must be val_loss or val_acc, not %q", c.Monitor)
	}
	return nil
}

// Change is a hyperparameter set while the run was going: Value holds from
// step Step on (the first step is 0).
type Change struct {
	Step  int     `json:"step"`
	Key   string  `json:"key"`
	Value float64 `json:"value"`
}

// changeable lists the keys of changes with their ranges.
var changeable = map[string]struct{ lo, hi float64 }{
	"lr":              {1e-9, 1e9},
	"weight_decay":    {0, 10},
	"label_smoothing": {0, .9},
	"dropout":         {0, 2}, // a factor on the network's own rates
	"epochs":          {1, MaxEpochs},
}

// Validate reports a key that cannot change in a run or a value out of range.
func (c Change) Validate() error {
	r, ok := changeable[c.Key]
	if !ok {
		return fmt.Errorf("%q cannot change while a run is going: choose lr, weight_decay, label_smoothing, dropout or epochs", c.Key)
	}
	if !(c.Value >= r.lo && c.Value <= r.hi) {
		return fmt.Errorf("%s must be %g to %g, not %g", c.Key, r.lo, r.hi, c.Value)
	}
	if c.Key == "epochs" && c.Value != math.Floor(c.Value) {
		return fmt.Errorf("epochs must be a whole number, not %g", c.Value)
	}
	return nil
}

// TooLate refuses to end a run before where it is: after step steps of perEpoch
// an epoch.
func (c Change) TooLate(step, perEpoch int) error {
	if least := (step + perEpoch - 1) / perEpoch; c.Key == "epochs" && c.Value < float64(least) {
		return fmt.Errorf("epochs must be %d or more, not %g: the run is that far", least, c.Value)
	}
	return nil
}
