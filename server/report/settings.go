package report

import (
	"fmt"
	"strings"

	"atelier/core/fashion"
	"atelier/core/nn"
	"atelier/core/optim"
	"atelier/core/train"
	"atelier/server/report/published"
)

// settingsTable is the report's table 1 or 2 beside a run's settings.
func settingsTable(r outcome, p *published.Numbers) (table, error) {
	spec, err := nn.ByName(r.Config.Model)
	if err != nil {
		return table{}, err
	}
	recipe, err := train.RecipeOf(r.Config)
	if err != nil {
		return table{}, err
	}
	ours := map[string]string{
		"Epochs":        fmt.Sprint(r.Config.Epochs),
		"Batch size":    fmt.Sprint(r.Config.Batch),
		"Optimizer":     optimizer(recipe),
		"Learning rate": fmt.Sprintf("%g", r.Config.LR),
		"Scheduler":     scheduler(recipe.Schedule),
		"Loss":          "CrossEntropyLoss",
		"Weight decay":  fmt.Sprintf("%g", recipe.WeightDecay),
		"Augmentation":  augmentation(recipe.Augment),
		"Normalization": fmt.Sprintf("mean %.4g, std %.4g", spec.Mean, spec.Std),
		"Seed":          fmt.Sprint(r.Config.Seed),
	}
	if recipe.LabelSmoothing > 0 {
		ours["Loss"] += fmt.Sprintf(", label smoothing %g", recipe.LabelSmoothing)
	}
	t := table{
		Name: "settings_" + r.Config.Model, Title: fmt.Sprintf("Table %s: settings of %s", strings.TrimPrefix(r.Config.Model, "model"), modelTitle(r.Config.Model)),
		Columns: []string{"Setting", "Report", "This run"},
	}
	for _, s := range p.Settings {
		if s[0] == "Dropout" { // the networks' own rates are the report's
			ours[s[0]] = s[1]
			if recipe.Dropout != 1 {
				ours[s[0]] += fmt.Sprintf(", each times %g", recipe.Dropout)
			}
		}
		t.Rows = append(t.Rows, []string{s[0], s[1], ours[s[0]]})
	}
	t.Rows = append(t.Rows,
		[]string{"Recipe", "", recipe.Name},
		[]string{"Best weights by", "val_acc (the text says val_loss)", r.Config.Monitor},
		[]string{"Averaged weights", "none", averaging(recipe.EMA)},
		[]string{"Training images", "54000", fmt.Sprint(r.Images)},
		[]string{"Computed by", "PyTorch on MPS", r.Engine},
	)
	if len(r.Changes) > 0 {
		t.Rows = append(t.Rows, []string{"Changed while running", "", changes(r.Changes)})
	}
	return t, nil
}

// optimizer names Adam or, where weights decay, AdamW.
func optimizer(r train.Recipe) string {
	if r.WeightDecay > 0 {
		return "AdamW"
	}
	return "Adam"
}

func averaging(decay float64) string {
	if decay == 0 {
		return "none"
	}
	return fmt.Sprintf("moving average, decay %g", decay)
}

func scheduler(s optim.Schedule) string {
	switch s.Kind {
	case optim.Constant:
		return "none"
	case optim.Plateau:
		return fmt.Sprintf("ReduceLROnPlateau, factor %g, patience %d", s.Factor, s.Patience)
	}
	return fmt.Sprintf("%s, warm-up %g of the steps from %g, down to %g of the rate", s.Kind, s.Warmup, s.Start, s.End)
}

func augmentation(a fashion.Augment) string {
	var parts []string
	if a.Crop > 0 {
		parts = append(parts, fmt.Sprintf("RandomCrop(28, padding %d)", a.Crop))
	}
	if a.Flip > 0 {
		parts = append(parts, fmt.Sprintf("RandomHorizontalFlip(%g)", a.Flip))
	}
	if e := a.Erase; e.Probability > 0 {
		parts = append(parts, fmt.Sprintf("RandomErasing(%g, area %g to %g)", e.Probability, e.MinArea, e.MaxArea))
	}
	if parts == nil {
		return "none"
	}
	return strings.Join(parts, ", ")
}

func changes(list []train.Change) string {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = fmt.Sprintf("%s = %g from step %d", c.Key, c.Value, c.Step)
	}
	return strings.Join(parts, "; ")
}
