package gomlxengine

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"atelier/core/checkpoint"
	"atelier/core/fashion"
	"atelier/core/kernel"
	"atelier/core/nn"
	"atelier/core/optim"
	"atelier/core/train"
)

// A graph has the core's tensors in the core's order, and decays the same.
func TestNetworksAreTheCores(t *testing.T) {
	for _, spec := range []nn.Spec{nn.Model1, nn.Model2} {
		t.Run(spec.Name, func(t *testing.T) {
			net := NetworkOf(spec)
			core := nn.NewNet(spec)
			var params []string
			for _, p := range core.Parameters() {
				params = append(params, fmt.Sprint(p.Name, p.Shape, p.Decay))
			}
			var own, stats []string
			for _, p := range net.Params {
				own = append(own, fmt.Sprint(p.Name, p.Shape, Plan{}.decays(p)))
			}
			if fmt.Sprint(own) != fmt.Sprint(params) {
				t.Errorf("parameters are %v, the core's %v", own, params)
			}
			for _, x := range core.StateDict() {
				if strings.Contains(x.Name, "running_") {
					stats = append(stats, x.Name)
				}
			}
			own = nil
			for _, b := range net.Buffers {
				own = append(own, b.Name)
			}
			if fmt.Sprint(own) != fmt.Sprint(stats) {
				t.Errorf("running statistics are %v, the core's %v", own, stats)
			}
		})
	}
}

// firstImages are the first n training images: a run on them splits off a tenth.
func firstImages(t testing.TB, n int) train.Data {
	t.Helper()
	pixelBytes, labels := trainingImages(t)
	return train.Data{Images: &fashion.Images{Pixels: pixelBytes[:n*pixels], Labels: labels[:n]}, Kind: fashion.KindReal}
}

// clock is a Hooks.Clock that runs.
func clock() func() float64 {
	now := 0.0
	return func() float64 { now += .01; return now }
}

// relay runs a training in legs, each on the engine that it names, handing
// over the saved run between them, and returns the last leg's Trainer.
func relay(t *testing.T, cfg train.Config, data train.Data, dropout float64, legs ...leg) *train.Trainer {
	t.Helper()
	var saved *checkpoint.File
	var trainer *train.Trainer
	for _, l := range legs {
		// Winograd rounds equal pixels apart, so that pooling chooses others of them;
		// the graphs convolve directly.
		opt := train.Options{Workers: 2, Algorithm: kernel.Direct}
		if l.device != nil {
			r, err := l.device.NewRunner(cfg)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			opt.Engine = r
		}
		var err error
		if saved == nil {
			if trainer, err = train.New(cfg, data, opt); err == nil {
				err = trainer.Change("dropout", dropout)
			}
		} else {
			trainer, err = train.Resume(saved, data, opt)
		}
		if err != nil {
			t.Fatal(err)
		}
		err = trainer.Run(train.Hooks{Clock: clock(), AfterStep: func() error {
			if l.until > 0 && trainer.State().Step >= l.until {
				return train.ErrStopped
			}
			return nil
		}})
		if err != nil && !errors.Is(err, train.ErrStopped) {
			t.Fatal(err)
		}
		if saved, err = trainer.Save(); err != nil {
			t.Fatal(err)
		}
		if r, ok := opt.Engine.(*Runner); ok && (r.Steps() == 0 || r.Graphs() == 0) {
			t.Errorf("the engine computed %d steps in %d graphs: the run went past it", r.Steps(), r.Graphs())
		}
	}
	return trainer
}

// leg is a part of a run: on a device, or on the core, until a step (0: the end).
type leg struct {
	device *Device
	until  int
}

// TestHandOver: a run that moves from the core to a graph and back ends where
// the core alone does, dropout off. Model 2 with the recipe best has all that can
// go wrong: running statistics, moving averages, label smoothing, a schedule,
// decay of weights only, augmentation, a short last batch.
func TestHandOver(t *testing.T) {
	arithmeticOnly(t)
	d := portableDevice(t)
	for _, c := range []struct {
		name     string
		cfg      train.Config
		images   int
		loss, l2 float64
	}{
		{"model1 report", train.Config{Model: "model1", Recipe: "report", Seed: 7, Epochs: 2, Batch: 8}, 22, 1e-4, 1e-4},
		{"model1 sketch", train.Config{Model: "model1", Recipe: "sketch", Seed: 8, Epochs: 1, Batch: 6}, 22, 1e-3, 1e-3},
		{"model2 best", train.Config{Model: "model2", Recipe: "best", Seed: 7, Epochs: 2, Batch: 8}, 22, 1e-2, 1e-2},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := firstImages(t, c.images)
			alone := relay(t, c.cfg, data, 0, leg{})
			moved := relay(t, c.cfg, data, 0, leg{nil, 2}, leg{d, 4}, leg{})
			whole := relay(t, c.cfg, data, 0, leg{d, 0})
			for name, got := range map[string]*train.Trainer{"core, gomlx, core": moved, "gomlx alone": whole} {
				sameEnd(t, name, got, alone, c.loss, c.l2)
			}
		})
	}
}

func sameEnd(t *testing.T, name string, got, want *train.Trainer, loss, l2 float64) {
	t.Helper()
	a, b := got.State(), want.State()
	if a.Step != b.Step || len(a.History) != len(b.History) {
		t.Fatalf("%s: %d steps and %d epochs, want %d and %d", name, a.Step, len(a.History), b.Step, len(b.History))
	}
	for i, r := range a.History {
		w := b.History[i]
		if r.LR != w.LR || !(math.Abs(r.TrainLoss-w.TrainLoss) <= loss) || !(math.Abs(r.ValLoss-w.ValLoss) <= loss) {
			t.Errorf("%s, epoch %d: %+v, want %+v within %g", name, i+1, r, w, loss)
		}
	}
	for _, x := range []struct {
		what      string
		got, want []float32
	}{{"weights", got.Net.Params, want.Net.Params}, {"running statistics", got.Net.Stats, want.Net.Stats}} {
		if len(x.want) == 0 {
			continue
		}
		d := relativeL2([]Tensor{{Data: x.got}}, []Tensor{{Data: x.want}})
		t.Logf("%s: %s differ by %.2g", name, x.what, d)
		if !(d <= l2) {
			t.Errorf("%s: %s differ by %g, limit %g", name, x.what, d, l2)
		}
	}
	if fmt.Sprint(got.Net.Counts) != fmt.Sprint(want.Net.Counts) {
		t.Errorf("%s: num_batches_tracked are %v, want %v", name, got.Net.Counts, want.Net.Counts)
	}
}

// TestResumeIsExact: stopped in an epoch and resumed on the same device, a run
// with dropout ends with the same bits.
func TestResumeIsExact(t *testing.T) {
	d := portableDevice(t)
	cfg := train.Config{Model: "model2", Recipe: "report", Seed: 3, Epochs: 1, Batch: 4}
	data := firstImages(t, 15)
	whole := relay(t, cfg, data, 1, leg{d, 0})
	parts := relay(t, cfg, data, 1, leg{d, 2}, leg{d, 0})
	if a, b := whole.Net.WeightsSHA256(), parts.Net.WeightsSHA256(); a != b {
		t.Errorf("the resumed run ends at %s, the whole one at %s", b, a)
	}
	if raceDetector {
		return // the feed beside the training has run; the rest is arithmetic
	}
	other := cfg
	other.Seed = 4
	if a, b := whole.Net.WeightsSHA256(), relay(t, other, data, 1, leg{d, 0}).Net.WeightsSHA256(); a == b {
		t.Error("another seed gives the same weights")
	}
}

// TestDivergence: what cannot be reckoned with ends a run with the same words on
// both engines, and the weights stay those before the step.
func TestDivergence(t *testing.T) {
	arithmeticOnly(t)
	d := portableDevice(t)
	cfg := train.Config{Model: "model2", Recipe: "report", Seed: 3, Epochs: 1, Batch: 4}
	for _, tt := range []struct {
		name  string
		spoil func(n *nn.Net)
		want  string
	}{
		{"a weight is no number", func(n *nn.Net) { last(n).Data[0] = float32(math.NaN()) }, "the loss is not a number"},
		{"a weight is infinite", func(n *nn.Net) { last(n).Data[0] = float32(math.Inf(1)) }, "the loss is not a number"},
		{"the loss is hopeless", func(n *nn.Net) { last(n).Data[3] = 1e11 }, "the loss is 7e+10"},
		{"a running statistic is no number", func(n *nn.Net) { n.Stats[0] = float32(math.NaN()) }, "a running average of the batch normalization is not a number"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			core, graph := divergedStep(t, cfg, nil, tt.spoil), divergedStep(t, cfg, d, tt.spoil)
			if !strings.Contains(core, tt.want) || graph != core {
				t.Errorf("the core says %q and the graph %q, want both with %q", core, graph, tt.want)
			}
		})
	}
}

// last are the biases of the network's last layer.
func last(n *nn.Net) nn.Param { return n.Parameters()[len(n.Parameters())-1] }

// divergedStep spoils a run's weights and takes a step on the device (nil: the
// core) that must diverge and change nothing. It returns what the step says.
func divergedStep(t *testing.T, cfg train.Config, d *Device, spoil func(*nn.Net)) string {
	t.Helper()
	opt := train.Options{Algorithm: kernel.Direct}
	if d != nil {
		r, err := d.NewRunner(cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		opt.Engine = r
	}
	run, err := train.New(cfg, firstImages(t, 5), opt)
	if err != nil {
		t.Fatal(err)
	}
	spoil(run.Net)
	params, stats := slices.Clone(run.Net.Params), slices.Clone(run.Net.Stats)
	_, failed := run.Step()
	var diverged *optim.DivergedError
	if !errors.As(failed, &diverged) {
		t.Fatalf("the step gives %v, want a DivergedError", failed)
	}
	if r, ok := opt.Engine.(*Runner); ok {
		if err := r.Store(train.Tensors{Net: run.Net}); err != nil {
			t.Fatal(err)
		}
		if n := r.engine.Steps(); n != 0 {
			t.Errorf("the diverged step counts: %d steps", n)
		}
	}
	for _, x := range [][2][]float32{{params, run.Net.Params}, {stats, run.Net.Stats}} {
		for i, was := range x[0] {
			if is := x[1][i]; math.Float32bits(is) != math.Float32bits(was) {
				t.Fatalf("number %d was %g and is %g after a diverged step", i, was, is)
			}
		}
	}
	return failed.Error()
}

// TestAccuracyMatchesTheCore: with dropout the masks are others, so only the
// outcome can be the same, within the noise of the images validated on.
func TestAccuracyMatchesTheCore(t *testing.T) {
	arithmeticOnly(t)
	if testing.Short() {
		t.Skip("trains for a quarter of a minute")
	}
	cfg := train.Config{Model: "model1", Recipe: "report", Seed: 42, Epochs: 1, Limit: 448, Batch: 16}
	data := firstImages(t, 1500) // validated on 150
	core := relay(t, cfg, data, 1, leg{})
	graph := relay(t, cfg, data, 1, leg{portableDevice(t), 0})
	a, b := core.State().History[0].ValAcc, graph.State().History[0].ValAcc
	noise := 3 * math.Sqrt(2*a*(1-a)/150)
	t.Logf("validation accuracy: core %.3f, graph %.3f, noise %.3f", a, b, noise)
	if a < .55 || math.Abs(a-b) > noise {
		t.Errorf("validation accuracy is %.3f by the core and %.3f by the graph, which differ by more than %.3f (or are no better than chance)", a, b, noise)
	}
}
