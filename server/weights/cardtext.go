package weights

import (
	"fmt"
	"strings"

	"atelier/core/fashion"
	"atelier/core/metrics"
	"atelier/core/nn"
)

// Markdown is the model card for people.
func (c *Card) Markdown() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	row := func(what, format string, args ...any) { line("| %s | %s |", what, fmt.Sprintf(format, args...)) }
	line("# %s, recipe `%s`\n", modelTitle(c.Model), c.Recipe)
	line("Names the garment on a 28×28 grey image, one of ten. Trained by this program on %s; made for this page", c.trainedOn())
	line("and for teaching, not for deciding anything about people. Written by `scripts/ship` from the run; do not edit.\n")
	line("| | |\n|---|---|")
	row("parameters", "%d", c.Parameters)
	row("recipe", "%s: %s; its choices and their reasons are in [core/train/recipes.go](../../core/train/recipes.go)", c.Recipe, strings.ToLower(c.Title))
	row("epochs", "%d, the best by %s was %d", c.Epochs(), c.Config.Monitor, c.BestEpoch)
	row("seed", "%d", c.Config.Seed)
	row("data", "%s", c.data())
	row("engine", "%s, %s, %s, %s of training", c.Engine, c.Device, c.Go, hours(c.Seconds))
	row("commit", "`%s`", c.Commit)
	row("command", "`%s`", c.Command)
	for _, change := range c.Changes {
		row("changed", "%s to %g before step %d", change.Key, change.Value, change.Step+1)
	}
	row("fingerprint of the run", "`%s`", c.WeightsSHA256)
	if c.Step20SHA256 != "" {
		row("fingerprint after step 20", "`%s`", c.Step20SHA256)
	}
	row("file", "`%s`, %d bytes, %s, SHA-256 `%s`; fingerprint of its weights `%s`", c.File, c.Bytes, c.Type, c.SHA256, c.ShippedSHA256)
	row("validation", "%d of %d images right, %d before the weights were rounded to %s", c.Validation.Rounded, c.Validation.Images, c.Validation.Exact, c.Type)
	line("\n| measured on | right | loss | macro F1 |\n|---|---|---|---|")
	for _, m := range []struct {
		on string
		m  Measured
	}{{"test images", c.Test}, {"test images, mirrored", c.Mirrored}} {
		line("| %s | %s | %.4f | %.4f |", m.on, metrics.NewRate(m.m.Correct, m.m.Images), m.m.Loss, m.m.MacroF1)
	}
	line("| generated drawings, held out | %s | | |", c.Generated.Top1)
	line("\nOf the first 1,000 test images %d are named right.", c.First1000)
	line("\nGenerated drawings by class:\n\n| class | right |\n|---|---|")
	for i, r := range c.Generated.Classes {
		line("| %s | %s |", fashion.Classes[i], r)
	}
	c.people(line)
	if k := c.Calibrated; k != nil {
		line("\nTemperature %.3f (calibration error %.3f, before %.3f, on validation images and generated drawings).", k.Temperature, k.ECEAfter, k.ECEBefore)
		if k.Coverage > 0 {
			line("From a probability of %.0f %% on, which %.0f %% of the generated drawings reach, an answer to a drawing is right in %.0f %%.", 100*k.Threshold, 100*k.Coverage, 100*k.TargetAccuracy)
		} else {
			line("No probability makes its answers to drawings right in %.0f %%.", 100*k.TargetAccuracy)
		}
		line("From %.0f %% on an answer to a photograph is.", 100*k.ThresholdImages)
	}
	return b.String()
}

// people are the figures on drawings by people.
func (c *Card) people(line func(string, ...any)) {
	if c.Drawings == nil {
		return
	}
	line("\nDrawings by people (`%s`, Quick, Draw!), which chose between recipes and trained none; any class that the word could", c.Drawings.File)
	line("mean counts as right:\n\n| word | first answer | one of the first three | right family |\n|---|---|---|---|")
	for _, w := range append(c.Drawings.Word, c.Drawings.All) {
		word := w.Word
		if word == "" {
			word = "all"
		}
		line("| %s | %s | %s | %s |", word, w.Top1, w.Top3, w.Family)
	}
}

func (c *Card) trainedOn() string {
	on := "Fashion-MNIST"
	if c.Data != fashion.KindReal {
		on = "images that it draws itself"
	}
	if c.Recipe == "sketch" {
		return on + " and on drawings of its own generator"
	}
	return on + " alone"
}

func (c *Card) data() string {
	if c.Data != fashion.KindReal {
		return "drawn by this program: not Fashion-MNIST"
	}
	n, _ := fashion.SplitSize(fashion.TrainingImages)
	if l := c.Config.Limit; l > 0 && l < n {
		n = l
	}
	return fmt.Sprintf("Fashion-MNIST, %d training images", n)
}

// modelTitle is the network's name for people.
func modelTitle(model string) string {
	spec, err := nn.ByName(model)
	if err != nil {
		return model
	}
	return spec.Title
}

// hours is a time of training as people say it.
func hours(seconds float64) string {
	if seconds < 5400 {
		return fmt.Sprintf("%.0f min", seconds/60)
	}
	return fmt.Sprintf("%.1f h", seconds/3600)
}
