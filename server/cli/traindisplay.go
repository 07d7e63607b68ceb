package cli

import (
	"fmt"

	"github.com/schollz/progressbar/v3"

	"atelier/core/train"
	"atelier/server/engine"
)

// trainDisplay shows a run: a bar on a terminal, a line an epoch in any case.
type trainDisplay struct {
	c      *Console
	bar    *progressbar.ProgressBar
	batch  int
	epoch  int // images of an epoch
	per    int // steps of an epoch
	header bool
}

func newTrainDisplay(c *Console, run engine.Run) *trainDisplay {
	cfg := run.State().Config
	t := &trainDisplay{c: c, batch: cfg.Batch, per: run.StepsPerEpoch(), epoch: run.Images()}
	if c.Interactive {
		t.bar = progressbar.NewOptions(t.images(run.TotalSteps()),
			progressbar.OptionSetWriter(c.Err), progressbar.OptionSetWidth(24), progressbar.OptionShowIts(),
			progressbar.OptionSetItsString("images"), progressbar.OptionSetPredictTime(true),
			progressbar.OptionThrottle(100e6), progressbar.OptionClearOnFinish(), progressbar.OptionUseANSICodes(true))
		_ = t.bar.Set(t.images(run.State().Step))
		t.bar.Reset() // speed and time left count from here
		_ = t.bar.Set(t.images(run.State().Step))
	}
	return t
}

// images counts the images of so many steps: the last batch of an epoch may be
// smaller.
func (t *trainDisplay) images(steps int) int {
	return steps/t.per*t.epoch + min(steps%t.per*t.batch, t.epoch)
}

// show puts out one event.
func (t *trainDisplay) show(e train.Event) {
	switch e.Event {
	case train.EventStep:
		if t.bar != nil {
			t.bar.Describe(fmt.Sprintf("epoch %d/%d  loss %.4f  accuracy %.4f", e.Epoch, e.Epochs, *e.TrainLoss, *e.TrainAcc))
			_ = t.bar.Set(t.images(e.Step))
		}
	case train.EventValidating:
		if t.bar != nil {
			t.bar.Describe(fmt.Sprintf("epoch %d/%d  validating %d of %d", e.Epoch, e.Epochs, e.Done, e.Of))
			_ = t.bar.RenderBlank()
		}
	case train.EventEpoch:
		t.clear()
		_ = t.c.object(e)
		if !t.header {
			t.c.printf("epoch  train_loss  train_acc  val_loss  val_acc         lr  seconds  images/s  fingerprint\n")
			t.header = true
		}
		speed := 0.0
		if e.ImagesPerSecond != nil {
			speed = *e.ImagesPerSecond
		}
		t.c.printf("%5d      %.4f     %.4f    %.4f   %.4f  %9.3g  %7.1f  %8.1f     %s\n",
			e.Epoch, *e.TrainLoss, *e.TrainAcc, *e.ValLoss, *e.ValAcc, *e.LR, *e.Seconds, speed, fingerprint(e))
	case train.EventDone, train.EventInterrupted:
		t.clear()
		_ = t.c.object(e)
		best := "none yet"
		if e.BestEpoch != nil {
			best = fmt.Sprintf("epoch %d", *e.BestEpoch)
		}
		t.c.printf("%s at step %d; best weights: %s; weights %s; in %s\n", e.Event, e.Step, best, *e.WeightsSHA256, e.Out)
	}
}

// fingerprint is what people compare: the first digits of the weights' hash.
func fingerprint(e train.Event) string {
	if e.WeightsSHA256 == nil || len(*e.WeightsSHA256) < fingerprintDigits {
		return ""
	}
	return (*e.WeightsSHA256)[:fingerprintDigits]
}

const fingerprintDigits = 8

func (t *trainDisplay) clear() {
	if t.bar != nil {
		_ = t.bar.Clear()
	}
}

// end leaves the terminal clean.
func (t *trainDisplay) end() {
	if t.bar != nil {
		_ = t.bar.Clear()
		_ = t.bar.Exit()
	}
}
