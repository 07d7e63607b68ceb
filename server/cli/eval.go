package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/schollz/progressbar/v3"

	"atelier/core/fashion"
	"atelier/core/metrics"
	"atelier/server/engine"
	"atelier/server/weights"
)

// evalCommand measures weights on the test set.
func evalCommand() *command {
	cmd := newCommand("eval", "", "measure weights on the 10,000 test images")
	model := cmd.flags.String("model", "model1", "the network: `model1|model2`")
	name := cmd.flags.String("weights", "shipped", "`FILE|shipped|shipped:best|shipped:report|shipped:sketch`")
	mirror := cmd.flags.Bool("mirror", false, "flip the test images left to right")
	data := cmd.flags.String("data", "", "the `DIR` of Fashion-MNIST, or the word drawn")
	workers := cmd.flags.Int("workers", 0, "`N` goroutines (default: one a processor)")
	cmd.run = func(ctx context.Context, c *Console, _ []string) error {
		if err := checkWorkers(*workers); err != nil {
			return err
		}
		net, err := weights.Open(*model, *name)
		if err != nil {
			return err
		}
		set, err := openData(ctx, c, *data)
		if err != nil {
			return err
		}
		show, end := c.imageBar(set.Test.Len())
		e, err := engine.Test(engine.Predictor(net, *workers, ctx.Done()), weights.Named(*model, *name), &set.Test, *mirror, show)
		end()
		if engine.Stopped(err) {
			return context.Canceled
		}
		if err != nil {
			return err
		}
		printEvaluation(c, e, set.Kind)
		return c.object(e)
	}
	return cmd
}

// imageBar shows how many images have been seen, on a terminal only.
func (c *Console) imageBar(total int) (show func(done int), end func()) {
	if !c.Interactive {
		return nil, func() {}
	}
	bar := progressbar.NewOptions(total, progressbar.OptionSetWriter(c.Err), progressbar.OptionSetWidth(30),
		progressbar.OptionShowIts(), progressbar.OptionSetItsString("images"), progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100e6), progressbar.OptionClearOnFinish())
	return func(done int) { _ = bar.Set(done) }, func() { _ = bar.Finish() }
}

// printEvaluation prints scikit-learn's report and the confusion matrix.
func printEvaluation(c *Console, e *metrics.Evaluation, kind string) {
	of := "Fashion-MNIST's test images"
	if kind != fashion.KindReal {
		of = "drawn test images, which are not Fashion-MNIST"
	}
	c.printf("%s, weights %s, on %d of %s: accuracy %.4f, loss %.4f\n\n%s\n", e.Model, e.Weights, e.Images, of, e.Accuracy, e.Loss, e.Report)
	c.printf("Confusion matrix (rows: true class, columns: answer)\n%s", confusionText(&e.Confusion))
}

// confusionText lays out the counts with the classes' names.
func confusionText(m *metrics.Confusion) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-12s", "")
	for i := range fashion.Classes {
		fmt.Fprintf(&b, "%6d", i)
	}
	b.WriteByte('\n')
	for i, row := range m {
		fmt.Fprintf(&b, "%d %-10.10s", i, fashion.Classes[i])
		for _, n := range row {
			fmt.Fprintf(&b, "%6d", n)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
