package train

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"atelier/core/checkpoint"
	"atelier/core/fashion"
	"atelier/core/kernel"
	"atelier/core/nn"
	"atelier/core/optim"
	"atelier/core/sample"
)

var nan = float32(math.NaN())

// A NaN in one number of any tensor, of either network and either way of
// convolving, ends the very next step, which changes nothing: no kernel skips
// it. Taken out again, training goes on.
func TestANaNIsSeenInOneStep(t *testing.T) {
	for _, model := range []string{nn.Model1.Name, nn.Model2.Name} {
		for name, alg := range map[string]kernel.Algorithm{"winograd": kernel.Winograd, "direct": kernel.Direct} {
			t.Run(model+"/"+name, func(t *testing.T) {
				if testing.Short() && alg != kernel.Winograd {
					t.Skip("-short: the other algorithm")
				}
				tr := begin(t, Config{Model: model, Batch: 3, Seed: 3}, Data{Images: sample.Synthetic(60), Kind: "synthetic"}, Options{Algorithm: alg, Workers: 2})
				for _, p := range tr.Net.Parameters() {
					at := len(p.Data) / 2
					was := p.Data[at]
					p.Data[at] = nan
					tr.Net.Version++
					before := tr.Net.WeightsSHA256()
					_, err := tr.Step()
					var diverged *optim.DivergedError
					if !errors.As(err, &diverged) {
						t.Errorf("a NaN in %s: the step ended with %v", p.Name, err)
					} else if diverged.Step != tr.state.Step+1 {
						t.Errorf("a NaN in %s: the error names step %d, not %d", p.Name, diverged.Step, tr.state.Step+1)
					}
					if tr.Net.WeightsSHA256() != before {
						t.Fatalf("a NaN in %s: the step has changed the weights", p.Name)
					}
					p.Data[at] = was
					tr.Net.Version++
				}
				step(t, tr)
			})
		}
	}
}

// A learning rate beyond all reason ends the run with a sentence that names the
// step and the rate, and the weights before it are still numbers.
func TestAHugeLearningRateIsNoSilentEnd(t *testing.T) {
	for model := range small {
		t.Run(model, func(t *testing.T) {
			cfg := smallConfig(model, "report")
			cfg.LR = 1e6
			tr := begin(t, cfg, smallData(), Options{})
			err := tr.Run(Hooks{Clock: noClock, AfterStep: func() error {
				if _, err := tr.Save(); err != nil {
					return fmt.Errorf("after step %d: %w", tr.state.Step, err)
				}
				return nil
			}})
			var diverged *optim.DivergedError
			if !errors.As(err, &diverged) {
				t.Fatalf("after %d steps: %v", tr.state.Step, err)
			}
			for _, word := range []string{fmt.Sprintf("step %d", tr.state.Step+1), "1e+06"} {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%q does not say %q", err, word)
				}
			}
			saved(t, tr)
		})
	}
}

// same is n images of one shade.
func same(n int, shade byte) *fashion.Images {
	im := &fashion.Images{Pixels: make([]byte, n*fashion.Area), Labels: make([]byte, n)}
	for i := range im.Pixels {
		im.Pixels[i] = shade
	}
	return im
}

// Images without any contrast, black or white, are no trouble: a variance of
// zero normalises to zero.
func TestImagesOfOneShadeTrain(t *testing.T) {
	for model := range small {
		for _, shade := range []byte{0, 255} {
			t.Run(fmt.Sprintf("%s/%d", model, shade), func(t *testing.T) {
				cfg := smallConfig(model, "report")
				cfg.Epochs = 3
				tr := begin(t, cfg, Data{Images: same(100, shade), Kind: "synthetic"}, Options{})
				if err := tr.Run(Hooks{Clock: noClock}); err != nil {
					t.Fatal(err)
				}
				saved(t, tr)
			})
		}
	}
}

// A validation whose loss is no number ends the run too.
func TestAValidationWithoutANumberEndsTheRun(t *testing.T) {
	cfg := smallConfig("small-bn", "report")
	cfg.Epochs = 1
	tr := begin(t, cfg, smallData(), Options{})
	for !tr.Done() {
		step(t, tr)
	}
	tr.Net.Stats[0] = nan // a running mean, of which training makes no use
	tr.Net.Version++
	var diverged *optim.DivergedError
	if err := tr.Run(Hooks{Clock: noClock}); !errors.As(err, &diverged) || diverged.Step != tr.state.Step {
		t.Errorf("the run ended with %v", err)
	}
	if len(tr.state.History) != 0 {
		t.Error("the epoch stands in the history")
	}
}

// A run with a NaN or an infinity anywhere is neither saved nor loaded.
func TestACheckpointHoldsNumbersOnly(t *testing.T) {
	for _, bad := range []float32{nan, float32(math.Inf(1)), float32(math.Inf(-1))} {
		tests := []struct {
			name  string
			place func(tr *Trainer) []float32
			want  string
		}{
			{"a weight", func(tr *Trainer) []float32 { return tr.Net.Params }, "a.conv.weight"},
			{"a statistic", func(tr *Trainer) []float32 { return tr.Net.Stats }, "running_mean"},
			{"a moment", func(tr *Trainer) []float32 { return tr.adam.V }, "optim.v."},
			{"an average", func(tr *Trainer) []float32 { return tr.ema.params }, "ema."},
		}
		for _, tt := range tests {
			t.Run(fmt.Sprintf("%s/%g", tt.name, bad), func(t *testing.T) {
				tr := begin(t, smallConfig("small-bn", "best"), smallData(), Options{})
				good, err := tr.Save()
				if err != nil {
					t.Fatal(err)
				}
				tt.place(tr)[1] = bad
				_, err = tr.Save()
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("saving: %v, want an error with %q", err, tt.want)
				}
				for i := range good.Tensors {
					if strings.Contains(good.Tensors[i].Name, tt.want) {
						good.Tensors[i].F32[1] = bad
						break
					}
				}
				b, err := checkpoint.Encode(good)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := checkpoint.Decode(b, checkpoint.Own()); err == nil {
					t.Error("loading: no error")
				}
			})
		}
	}
}

// A loss of a thousand million is the last that is gone on from.
func TestALossBeyondReasonDiverges(t *testing.T) {
	tests := []struct {
		loss float64
		ends bool
	}{{2.3, false}, {1e9, false}, {1.001e9, true}, {1e30, true}, {math.Inf(1), true}, {math.Inf(-1), true}, {math.NaN(), true}}
	for _, tt := range tests {
		if err := optim.CheckLoss(5, "the loss", tt.loss, .1); (err != nil) != tt.ends {
			t.Errorf("a loss of %g ends the run: %v, want %v", tt.loss, err, tt.ends)
		}
	}
}
