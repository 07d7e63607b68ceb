package train

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"atelier/core/checkpoint"
	"atelier/core/nn"
	"atelier/core/random"
)

// noClock stands still, so that two runs' files can be compared to the byte.
func noClock() float64 { return 0 }

// journey trains up to last steps, validations included, and returns the
// weights' hash after every step and the run's file at the end. At the steps of
// stops the run is saved, forgotten, and goes on from its bytes with another
// number of workers. Changes are made before the step they name.
func journey(t *testing.T, cfg Config, data Data, last int, stops map[int]bool, changes []Change) (hashes []string, end []byte) {
	t.Helper()
	tr := begin(t, cfg, data, Options{})
	var file []byte
	after := func() error {
		n := tr.state.Step
		hashes = append(hashes, tr.Net.WeightsSHA256())
		for _, c := range changes {
			if c.Step == n {
				if err := tr.Change(c.Key, c.Value); err != nil {
					return err
				}
			}
		}
		if stops[n] || n == last {
			file = saved(t, tr)
			return ErrStopped
		}
		return nil
	}
	for tr.state.Step < last {
		if err := tr.Run(Hooks{Clock: noClock, AfterStep: after}); !errors.Is(err, ErrStopped) {
			t.Fatalf("the run ended at step %d: %v", tr.state.Step, err)
		}
		tr = reload(t, file, data, Options{Workers: 1 + tr.state.Step%3})
	}
	return hashes, file
}

// sameJourney compares an interrupted run with the straight one.
func sameJourney(t *testing.T, cfg Config, data Data, last int, stops map[int]bool, changes []Change) {
	t.Helper()
	want, wantEnd := journey(t, cfg, data, last, nil, changes)
	got, gotEnd := journey(t, cfg, data, last, stops, changes)
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("after step %d the weights are not the straight run's", i+1)
		}
	}
	if !bytes.Equal(gotEnd, wantEnd) {
		t.Error("the weights are the straight run's, but the rest of the state is not")
	}
}

// everyStepThenSome are the steps 1 to 40 and 20 random later ones.
func everyStepThenSome(last int) map[int]bool {
	stops := map[int]bool{}
	for i := 1; i <= 40; i++ {
		stops[i] = true
	}
	s := random.New(1, random.Synthetic, 0, 0, 0)
	for later := last - 41; len(stops) < 40+min(20, later); {
		stops[41+s.Intn(later)] = true
	}
	return stops
}

// A run stopped, saved and loaded after any step, within an epoch and at its
// end, goes on with the straight run's bits: weights after every step, and in
// the end moments, averages, history and best weights. Every recipe, a network
// with dropout and one with batch normalisation.
func TestResumeIsExact(t *testing.T) {
	last := 150
	if testing.Short() || runtime.GOARCH == "wasm" {
		last = 60
	}
	for model := range small {
		for _, recipe := range Recipes(model) {
			t.Run(model+"/"+recipe.Name, func(t *testing.T) {
				sameJourney(t, smallConfig(model, recipe.Name), smallData(), last, everyStepThenSome(last), nil)
			})
		}
	}
}

// What is changed while a run is going is in its state, and repeated.
func TestResumeRepeatsChanges(t *testing.T) {
	const last = 70
	changes := []Change{
		{3, "lr", 4e-3}, {9, "dropout", 0}, {9, "label_smoothing", .2}, {14, "weight_decay", .3},
		{20, "dropout", 1.5}, {20, "lr", 5e-4}, {21, "lr", 2e-3}, {30, "epochs", 20},
	}
	for model := range small {
		t.Run(model, func(t *testing.T) {
			cfg := smallConfig(model, "best")
			sameJourney(t, cfg, smallData(), last, everyStepThenSome(last), changes)
			// Each change must have moved the weights, or the test shows nothing.
			plain, _ := journey(t, cfg, smallData(), last, nil, nil)
			changed, _ := journey(t, cfg, smallData(), last, nil, changes)
			for i := range plain {
				if (plain[i] == changed[i]) != (i < 3) {
					t.Fatalf("after step %d the weights are the same as without changes: %v", i+1, plain[i] == changed[i])
				}
			}
		})
	}
}

// Yield may give up a step, or a validation, anywhere: nothing has changed
// then, and the work repeats with the same bits.
func TestAStepGivenUpLeavesNothingBehind(t *testing.T) {
	stop := errors.New("enough")
	for model := range small {
		for _, workers := range []int{1, 3} {
			t.Run(fmt.Sprintf("%s/%d workers", model, workers), func(t *testing.T) {
				var calls atomic.Int64
				var limit int64
				yield := func() error {
					if n := calls.Add(1); limit > 0 && n >= limit {
						return stop
					}
					return nil
				}
				cfg := smallConfig(model, "best")
				straight := begin(t, cfg, smallData(), Options{})
				tr := begin(t, cfg, smallData(), Options{Workers: workers, Yield: yield})
				for range 2 {
					step(t, straight)
					step(t, tr)
				}
				before := saved(t, tr)
				calls.Store(0)
				step(t, straight)
				want := saved(t, straight)
				given := 0
				for limit = 1; ; limit++ {
					calls.Store(0)
					_, err := tr.Step()
					if err == nil {
						break
					}
					given++
					if !errors.Is(err, stop) {
						t.Fatalf("given up at call %d: %v", limit, err)
					}
					if !bytes.Equal(saved(t, tr), before) {
						t.Fatalf("given up at call %d of Yield, the step has left something behind", limit)
					}
				}
				if given < 10 {
					t.Errorf("Yield was called %d times in a step", given)
				}
				if !bytes.Equal(saved(t, tr), want) {
					t.Error("done again, the step has other bits")
				}
			})
		}
	}
}

// A run stopped within a validation begins with it, and ends the same.
func TestResumeWithinAValidation(t *testing.T) {
	stop := errors.New("enough")
	for model := range small {
		t.Run(model, func(t *testing.T) {
			cfg := smallConfig(model, "best")
			cfg.Epochs = 2
			straight := begin(t, cfg, smallData(), Options{})
			if err := straight.Run(Hooks{Clock: noClock}); err != nil {
				t.Fatal(err)
			}
			validating := false
			tr := begin(t, cfg, smallData(), Options{Yield: func() error {
				if validating {
					return stop
				}
				return nil
			}})
			hooks := Hooks{Clock: noClock, AfterStep: func() error {
				validating = tr.state.Step%tr.StepsPerEpoch() == tr.StepsPerEpoch()-1
				return nil
			}}
			// The last step of an epoch is made with Yield silent.
			for tr.state.Step < tr.StepsPerEpoch() {
				step(t, tr)
			}
			validating = true
			if err := tr.Run(hooks); !errors.Is(err, stop) {
				t.Fatalf("the validation was not stopped: %v", err)
			}
			tr = reload(t, saved(t, tr), smallData(), Options{})
			if err := tr.Run(Hooks{Clock: noClock}); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(saved(t, tr), saved(t, straight)) {
				t.Error("the run did not end as the straight one")
			}
		})
	}
}

// What cannot go on is refused with a sentence that names what is wrong.
func TestResumeRefuses(t *testing.T) {
	tr := begin(t, smallConfig("small-bn", "best"), smallData(), Options{})
	step(t, tr)
	good := saved(t, tr)
	edit := func(from, to string) func(f *checkpoint.File) {
		return func(f *checkpoint.File) {
			was := f.Meta[stateKey]
			if f.Meta[stateKey] = strings.Replace(was, from, to, 1); f.Meta[stateKey] == was {
				t.Fatalf("the state has no %s: %s", from, was)
			}
		}
	}
	tests := []struct {
		name string
		bad  func(f *checkpoint.File)
		want string
	}{
		{"weights alone", func(f *checkpoint.File) { delete(f.Meta, stateKey) }, "weights but no run"},
		{"another model", edit(`"model":"small-bn"`, `"model":"small-dropout"`), `"conv1.weight"`},
		{"a model that is not", edit(`"model":"small-bn"`, `"model":"model9"`), `"model9"`},
		{"a recipe that is not", edit(`"recipe":"best"`, `"recipe":"worst"`), `"worst"`},
		{"no batch", edit(`"batch":37`, `"batch":0`), "config"},
		{"a huge batch", edit(`"batch":37`, `"batch":370000`), "batch must be"},
		{"a rate below zero", edit(`"lr":`, `"lr":-`), "lr must be"},
		{"a monitor that is not", edit(`"monitor":"val_loss"`, `"monitor":"luck"`), "monitor must be"},
		{"other data", edit(`"data":"synthetic"`, `"data":"real"`), "trained on the real images"},
		{"an unknown field", edit(`"step":1`, `"step":1,"pets":2`), "pets"},
		{"after its end", edit(`"step":1`, `"step":100000`), "step 100000"},
		{"before its beginning", edit(`"step":1`, `"step":-1`), "cannot be"},
		{"no JSON", func(f *checkpoint.File) { f.Meta[stateKey] = "{" }, "cannot be read"},
		{"more after it", func(f *checkpoint.File) { f.Meta[stateKey] += "{}" }, "cannot be read"},
		{"a wrong change", edit(`"step":1`, `"step":1,"changes":[{"step":0,"key":"batch","value":2}]`), `"batch"`},
		{"no moments", func(f *checkpoint.File) { drop(f, prefixM) }, "moments optim.m.*"},
		{"no average", func(f *checkpoint.File) { drop(f, prefixEMA) }, "needs a tensor"},
		{"a tensor more", func(f *checkpoint.File) {
			f.Tensors = append(f.Tensors, checkpoint.Tensor{Name: "z.weight", DType: "F32", Shape: []int{1}, F32: []float32{1}})
		}, `"z.weight"`},
		{"another shape", func(f *checkpoint.File) { f.Tensors[0].Shape = []int{1, 1, 3, 12} }, "shape"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := checkpoint.Decode(good, checkpoint.Own())
			if err != nil {
				t.Fatal(err)
			}
			tt.bad(f)
			_, err = Resume(f, smallData(), Options{})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
	if _, err := Resume(must(checkpoint.Decode(good, checkpoint.Own())), smallData(), Options{}); err != nil {
		t.Errorf("the file itself: %v", err)
	}
}

func must(f *checkpoint.File, err error) *checkpoint.File {
	if err != nil {
		panic(err)
	}
	return f
}

func drop(f *checkpoint.File, prefix string) {
	kept := f.Tensors[:0]
	for _, x := range f.Tensors {
		if !strings.HasPrefix(x.Name, prefix) {
			kept = append(kept, x)
		}
	}
	f.Tensors = kept
}

// The networks of the tests hold every layer of the real ones.
func TestSmallNetworksHaveEveryLayer(t *testing.T) {
	kinds := func(specs ...nn.Spec) map[string]bool {
		seen := map[string]bool{}
		for _, s := range specs {
			for _, l := range s.Layers {
				seen[fmt.Sprint(l.Kind, " ", l.Act)] = true
			}
		}
		return seen
	}
	have := kinds(small["small-bn"], small["small-dropout"])
	for kind := range kinds(nn.Model1, nn.Model2) {
		if !have[kind] {
			t.Errorf("no small network has a %s", kind)
		}
	}
}
