package train

import (
	"bytes"
	"errors"
	"math"
	"sync/atomic"
	"testing"

	"atelier/core/checkpoint"
	"atelier/core/fashion"
	"atelier/core/infer"
	"atelier/core/nn"
	"atelier/core/sample"
)

// A validation is left, saved, forgotten and gone on with from its file, on
// another number of workers, at every part: the run ends as the straight one, to
// the byte, and no validation image is looked at twice.
func TestAValidationIsSavedWithItsAnswers(t *testing.T) {
	for model := range small {
		for _, recipe := range []string{"report", "best"} {
			t.Run(model+"/"+recipe, func(t *testing.T) {
				cfg := smallConfig(model, recipe)
				cfg.Epochs, cfg.Limit = 3, 74
				many := Data{Images: sample.Synthetic(2400), Kind: "synthetic"}
				straight := begin(t, cfg, many, Options{})
				if err := straight.Run(Hooks{Clock: noClock}); err != nil {
					t.Fatal(err)
				}
				images := &counted{Images: many.Images, looks: make([]int, many.Len())}
				data := Data{Images: images, Kind: many.Kind}
				// Time flies: every batch is a part.
				var now atomic.Int64
				clock := func() float64 { return float64(now.Add(10)) }
				var file []byte
				tr, within := begin(t, cfg, data, Options{Workers: 3}), 0
				for calls := 0; ; {
					err := tr.Run(Hooks{Clock: clock, Validating: func() error {
						// Every second call only: the others go on.
						if calls++; calls%2 == 0 {
							return nil
						}
						if tr.validation != nil {
							within++
						}
						file = saved(t, tr)
						fitsTheNetwork(t, file, tr)
						return ErrStopped
					}})
					if err == nil {
						break
					}
					if !errors.Is(err, ErrStopped) {
						t.Fatal(err)
					}
					tr = reload(t, file, data, Options{Workers: 1 + calls%4})
				}
				for i := range tr.state.History {
					tr.state.History[i].Seconds = 0
				}
				if !bytes.Equal(saved(t, tr), saved(t, straight)) {
					t.Error("the run is not the straight one")
				}
				if within < 6 {
					t.Errorf("%d saves were within a validation, want 6 and more", within)
				}
				for _, i := range tr.valSet {
					if images.looks[i] != 3 {
						t.Fatalf("validation image %d was looked at %d times in three validations", i, images.looks[i])
					}
				}
			})
		}
	}
}

// fitsTheNetwork checks that a run's file, saved at any moment, gives the
// network's weights.
func fitsTheNetwork(t *testing.T, file []byte, tr *Trainer) {
	t.Helper()
	f, err := checkpoint.Decode(file, checkpoint.Own())
	if err != nil {
		t.Fatal(err)
	}
	net := nn.NewNet(tr.Net.Spec)
	if err := net.LoadStateDict(NetworkTensors(f)); err != nil {
		t.Fatal(err)
	}
	if got, want := net.WeightsSHA256(), tr.Net.WeightsSHA256(); got != want {
		t.Fatalf("the file's weights are %s, the run's %s", got, want)
	}
}

// What a file says was answered is believed only as far as it can be an answer.
func TestAFilesValidationIsChecked(t *testing.T) {
	cfg := smallConfig("small-bn", "report")
	cfg.Epochs, cfg.Limit = 1, 74
	many := Data{Images: sample.Synthetic(1200), Kind: "synthetic"}
	straight := begin(t, cfg, many, Options{})
	if err := straight.Run(Hooks{Clock: noClock}); err != nil {
		t.Fatal(err)
	}
	half := func() *checkpoint.File {
		var now atomic.Int64
		calls := 0
		tr := begin(t, cfg, many, Options{})
		err := tr.Run(Hooks{Clock: func() float64 { return float64(now.Add(10)) }, Validating: func() error {
			if calls++; calls == 3 {
				return ErrStopped
			}
			return nil
		}})
		if !errors.Is(err, ErrStopped) {
			t.Fatal(err)
		}
		f, err := tr.Save()
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	set := func(row, column int, v float64) func(x *checkpoint.Tensor) {
		return func(x *checkpoint.Tensor) { x.I64[row*infer.RowWidth+column] = int64(math.Float64bits(v)) }
	}
	for name, tt := range map[string]struct {
		spoil   func(x *checkpoint.Tensor)
		refused bool
	}{
		"as it was":                {func(*checkpoint.Tensor) {}, false},
		"a loss that is no number": {set(3, 0, math.NaN()), false},
		"an infinite loss":         {set(0, 0, math.Inf(1)), false},
		"a loss below 0":           {set(17, 0, -1), false},
		"a class of 10":            {set(1, 1, 10), false},
		"half a class":             {set(2, 1, .5), false},
		"more than sure":           {set(5, 2, 1.5), false},
		"a number that is none":    {set(5, 2, math.NaN()), false},
		"another shape": {func(x *checkpoint.Tensor) {
			x.Shape, x.I64 = []int{x.Shape[0] - 1, infer.RowWidth}, x.I64[infer.RowWidth:]
		}, true},
		"another name": {func(x *checkpoint.Tensor) { x.Name += "s" }, true},
		"another type": {func(x *checkpoint.Tensor) { x.DType, x.F32, x.I64 = checkpoint.F32, make([]float32, len(x.I64)), nil }, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := half()
			x := f.Lookup(prefixValidation + validationName)
			if x == nil {
				t.Fatal("the file has no answers")
			}
			tt.spoil(x)
			tr, err := Resume(f, many, Options{Workers: 2})
			if tt.refused {
				if err == nil {
					t.Fatal("the file was taken")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := tr.Run(Hooks{Clock: noClock}); err != nil {
				t.Fatal(err)
			}
			if got, want := tr.state.History[0], straight.state.History[0]; got != want {
				t.Errorf("the epoch is %+v, want %+v", got, want)
			}
		})
	}
}

// elsewhere is an Engine that answers alone, and counts the batches.
type elsewhere struct {
	Engine
	asked int
}

func (*elsewhere) Load(Tensors) error  { return nil }
func (*elsewhere) Store(Tensors) error { return nil }
func (*elsewhere) Step(EngineStep) (float64, int, error) {
	return 1, 3, nil
}

func (e *elsewhere) Logits(_ *nn.Net, images []float32) ([]float32, error) {
	e.asked++
	logits := make([]float32, len(images)/fashion.Area*nn.Labels)
	for i := range logits {
		logits[i] = images[i/nn.Labels*fashion.Area+300+i%nn.Labels]
	}
	return logits, nil
}

// An engine's validation is saved likewise: each batch is answered once.
func TestAnEnginesValidationIsSavedWithItsAnswers(t *testing.T) {
	cfg := smallConfig("small-bn", "best")
	cfg.Epochs, cfg.Limit = 1, 74
	data := Data{Images: sample.Synthetic(9100), Kind: "synthetic"} // 910 to validate: four batches of an engine
	straight := begin(t, cfg, data, Options{Engine: &elsewhere{}})
	if err := straight.Run(Hooks{Clock: noClock}); err != nil {
		t.Fatal(err)
	}
	engine, within := &elsewhere{}, 0
	var now atomic.Int64
	tr := begin(t, cfg, data, Options{Engine: engine})
	for calls := 0; ; {
		err := tr.Run(Hooks{Clock: func() float64 { return float64(now.Add(10)) }, Validating: func() error {
			if calls++; calls%2 == 0 {
				return nil
			}
			within++
			return ErrStopped
		}})
		if err == nil {
			break
		}
		if !errors.Is(err, ErrStopped) {
			t.Fatal(err)
		}
		tr = reload(t, saved(t, tr), data, Options{Engine: engine})
	}
	got, want := tr.state.History[0], straight.state.History[0]
	got.Seconds = 0
	if got != want || engine.asked != 4 || within != 4 {
		t.Errorf("with %d saves and %d batches the epoch is %+v, want 4, 4 and %+v", within, engine.asked, got, want)
	}
}

// A change that is made in a pause within a validation is one of the next step:
// the run ends as if it had been made after the validation.
func TestAChangeWithinAValidationIsOneAfterIt(t *testing.T) {
	cfg := smallConfig("small-bn", "report")
	cfg.Epochs, cfg.Limit = 4, 74
	data := Data{Images: sample.Synthetic(1200), Kind: "synthetic"}
	const at = 4 // the end of the second epoch
	changes := []Change{{at, "lr", .02}, {at, "epochs", 3}}
	change := func(tr *Trainer) {
		for _, c := range changes {
			if err := tr.Change(c.Key, c.Value); err != nil {
				t.Fatal(err)
			}
		}
	}
	after := begin(t, cfg, data, Options{})
	err := after.Run(Hooks{Clock: noClock, AfterStep: func() error {
		if after.state.Step == at {
			change(after)
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	var now atomic.Int64
	within, calls := begin(t, cfg, data, Options{}), 0
	hooks := Hooks{Clock: func() float64 { return float64(now.Add(10)) }, Validating: func() error {
		if calls++; within.state.Step == at && len(within.state.Changes) == 0 && calls%3 == 0 {
			return ErrStopped
		}
		return nil
	}}
	if err := within.Run(hooks); !errors.Is(err, ErrStopped) || within.validation == nil {
		t.Fatalf("not stopped within the validation: %v", err)
	}
	change(within)
	within = reload(t, saved(t, within), data, Options{})
	if err := within.Run(Hooks{Clock: noClock}); err != nil {
		t.Fatal(err)
	}
	for _, tr := range []*Trainer{after, within} {
		for i := range tr.state.History {
			tr.state.History[i].Seconds = 0
		}
	}
	if !bytes.Equal(saved(t, within), saved(t, after)) {
		t.Errorf("the histories are %+v and %+v", within.state.History, after.state.History)
	}
	if len(after.state.History) != 3 || after.state.History[1].LR == after.state.History[2].LR {
		t.Errorf("the changes changed nothing: %+v", after.state.History)
	}
}

// A run cannot end before where it is: its file could not be gone on with.
func TestARunCannotEndInItsPast(t *testing.T) {
	cfg := smallConfig("small-bn", "report") // 9 steps an epoch
	tr := begin(t, cfg, smallData(), Options{})
	for range 10 {
		step(t, tr)
	}
	if err := tr.Change("epochs", 1); err == nil || len(tr.state.Changes) != 0 {
		t.Errorf("a run in its second epoch was told to end after the first: %v", err)
	}
	if err := tr.Change("epochs", 2); err != nil {
		t.Error(err)
	}
	if tr = reload(t, saved(t, tr), smallData(), Options{}); tr.TotalSteps() != 18 {
		t.Errorf("the run ends at step %d, want 18", tr.TotalSteps())
	}
}
