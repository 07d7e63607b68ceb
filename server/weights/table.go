package weights

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"atelier/server/report/published"
)

// The comments between which the README's table stands.
const (
	tableBegin = "<!-- table of weights: go run ./scripts/ship -->"
	tableEnd   = "<!-- end of the table -->"
)

// pytorch are the figures of the report's recipe run again in PyTorch 1.13 on
// a CPU, by us, with clean validation images and one seed: of Model 1 alone.
var pytorch = map[string]float64{"model1": .9259}

// Table is the README's: what the report says, what PyTorch gave, and the mean
// of our runs of each model, recipe and number of epochs.
func Table(cards []*Card) string {
	var b strings.Builder
	line := func(cells ...string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line("network", "recipe", "epochs", "test accuracy", "macro F1", "mirrored", "generated drawings", "people's drawings", "seeds", "time", "trained by")
	line(slices.Repeat([]string{"---"}, 11)...)
	for _, model := range []string{"model1", "model2"} {
		if p, ok := published.Of(model); ok {
			line(modelTitle(model), "the report's own figures", "12", percent(p.Accuracy), fmt.Sprintf("%.4f", p.MacroF1), "", "", "", "1", "", "PyTorch, MPS")
		}
		if acc, ok := pytorch[model]; ok {
			line(modelTitle(model), "report, in PyTorch", "12", percent(acc), "", "", "", "", "1", "", "PyTorch, CPU")
		}
		for _, group := range groups(cards, model) {
			line(groupRow(group)...)
		}
	}
	return b.String()
}

// groups are the cards of a model that differ in nothing but the seed, in the
// order report, best, sketch and by growing epochs.
func groups(cards []*Card, model string) [][]*Card {
	var out [][]*Card
	seen := map[string]int{}
	add := func(c *Card) {
		cfg := c.Config
		cfg.Seed = 0
		key := fmt.Sprint(cfg, c.Changes, c.Engine)
		if at, ok := seen[key]; ok {
			out[at] = append(out[at], c)
			return
		}
		seen[key] = len(out)
		out = append(out, []*Card{c})
	}
	own := slices.DeleteFunc(slices.Clone(cards), func(c *Card) bool { return c.Model != model })
	slices.SortStableFunc(own, func(a, b *Card) int { return a.Epochs() - b.Epochs() })
	for _, recipe := range slices.Backward(recipes) {
		for _, c := range own {
			if c.Recipe == recipe {
				add(c)
			}
		}
	}
	return out
}

func groupRow(group []*Card) []string {
	mean := func(of func(c *Card) float64) float64 {
		sum := 0.0
		for _, c := range group {
			sum += of(c)
		}
		return sum / float64(len(group))
	}
	c := group[0]
	recipe := "`" + c.Recipe + "`"
	if i := slices.IndexFunc(group, func(c *Card) bool { return c.File != "" }); i >= 0 {
		recipe = fmt.Sprintf("[`%s`](web/weights/%s.md), shipped", c.Recipe, group[i].Name())
	}
	people := ""
	if !slices.ContainsFunc(group, func(c *Card) bool { return c.Drawings == nil }) {
		people = fmt.Sprintf("%.0f %%", mean(func(c *Card) float64 { return c.Drawings.All.Top1.Percent() }))
	}
	return []string{
		modelTitle(c.Model), recipe, fmt.Sprint(c.Epochs()),
		percent(mean(func(c *Card) float64 { return c.Test.Accuracy })),
		fmt.Sprintf("%.4f", mean(func(c *Card) float64 { return c.Test.MacroF1 })),
		percent(mean(func(c *Card) float64 { return c.Mirrored.Accuracy })),
		fmt.Sprintf("%.0f %%", mean(func(c *Card) float64 { return c.Generated.Top1.Percent() })),
		people, fmt.Sprint(len(group)),
		hours(mean(func(c *Card) float64 { return c.Seconds })),
		fmt.Sprintf("%s, %s", c.Engine, c.Device),
	}
}

func percent(share float64) string { return fmt.Sprintf("%.2f %%", 100*share) }

// PutTable returns text, the README's, with the table of the cards between its
// two comments.
func PutTable(text string, cards []*Card) (string, error) {
	from, to := strings.Index(text, tableBegin), strings.Index(text, tableEnd)
	if from < 0 || to < from {
		return "", errors.New("the text has no place for the table: it needs the lines\n" + tableBegin + "\n" + tableEnd)
	}
	return text[:from] + tableBegin + "\n" + Table(cards) + text[to:], nil
}
