package train

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"atelier/core/checkpoint"
	"atelier/core/nn"
)

// An epoch sees every training image once, in its smaller last batch too; the
// report's epochs are 421 batches of 128 and one of 112.
func TestTheLastSmallerBatchIsTrainedOn(t *testing.T) {
	for model := range small {
		t.Run(model, func(t *testing.T) {
			tr := begin(t, smallConfig(model, "report"), smallData(), Options{Workers: 2})
			if tr.StepsPerEpoch() != 9 {
				t.Fatalf("%d steps an epoch, want 9", tr.StepsPerEpoch())
			}
			seen := 0
			for i := range 9 {
				before := tr.Net.WeightsSHA256()
				r := step(t, tr)
				want := 37
				if i == 8 {
					want = 19
				}
				if r.Images != want {
					t.Errorf("step %d has %d images, want %d", i+1, r.Images, want)
				}
				if tr.Net.WeightsSHA256() == before {
					t.Errorf("step %d has not moved the weights", i+1)
				}
				seen += r.Images
			}
			if seen != tr.Images() || seen != 315 {
				t.Errorf("the epoch has %d images, want 315", seen)
			}
		})
	}
	tr := begin(t, Config{Model: "model2"}, Data{Images: same(60000, 0), Kind: "synthetic"}, Options{})
	if n := tr.StepsPerEpoch(); n != 422 || tr.Images()-421*128 != 112 {
		t.Errorf("the report's epoch has %d steps, the last of %d images", n, tr.Images()-421*128)
	}
}

// A run ends where its config says, within an epoch too, with a validation.
func TestARunEndsWhereItsConfigSays(t *testing.T) {
	tests := []struct {
		name          string
		epochs, steps int
		wantSteps     int
		wantEpochs    []int // steps done at the end of each
	}{
		{"two epochs", 2, 0, 18, []int{9, 18}},
		{"within an epoch", 2, 13, 13, []int{9, 13}},
		{"more steps than there are", 1, 100, 9, []int{9}},
		{"one step", 5, 1, 1, []int{1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := smallConfig("small-bn", "report")
			cfg.Epochs, cfg.Steps = tt.epochs, tt.steps
			tr := begin(t, cfg, smallData(), Options{})
			if err := tr.Run(Hooks{Clock: noClock}); err != nil {
				t.Fatal(err)
			}
			if tr.state.Step != tt.wantSteps || !tr.Complete() {
				t.Errorf("the run ended at step %d, want %d", tr.state.Step, tt.wantSteps)
			}
			var ends []int
			for _, r := range tr.state.History {
				ends = append(ends, r.Step)
			}
			if fmt.Sprint(ends) != fmt.Sprint(tt.wantEpochs) {
				t.Errorf("epochs ended at %v, want %v", ends, tt.wantEpochs)
			}
			if _, err := tr.Step(); err == nil {
				t.Error("there is a step after the end")
			}
		})
	}
}

func TestConfigsThatCannotBe(t *testing.T) {
	tests := []struct {
		name string
		set  func(c *Config)
		want string
	}{
		{"model", func(c *Config) { c.Model = "model3" }, `"model3"`},
		{"recipe", func(c *Config) { c.Recipe = "secret" }, `"secret"`},
		{"epochs", func(c *Config) { c.Epochs = MaxEpochs + 1 }, "epochs must be"},
		{"epochs below", func(c *Config) { c.Epochs = -1 }, "epochs must be"},
		{"batch", func(c *Config) { c.Batch = MaxBatch + 1 }, "batch must be"},
		{"rate", func(c *Config) { c.LR = -1 }, "lr must be"},
		{"no rate", func(c *Config) { c.LR = float64(nan) }, "lr must be"},
		{"steps", func(c *Config) { c.Steps = -1 }, "steps must be"},
		{"limit", func(c *Config) { c.Limit = -1 }, "limit must be"},
		{"monitor", func(c *Config) { c.Monitor = "luck" }, "monitor must be"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := smallConfig("small-bn", "report")
			tt.set(&cfg)
			if _, err := New(cfg, smallData(), Options{}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
	for _, images := range []int{0, 1} { // of one, none is left to train on
		if _, err := New(smallConfig("small-bn", "report"), Data{Images: same(images, 0)}, Options{}); err == nil {
			t.Errorf("a run on %d images", images)
		}
	}
}

func TestChangesThatCannotBe(t *testing.T) {
	for _, c := range []Change{{Key: "momentum", Value: 1}, {Key: "lr", Value: 0}, {Key: "lr", Value: float64(nan)}, {Key: "epochs", Value: 2.5}, {Key: "epochs", Value: MaxEpochs + 1}} {
		if err := c.Validate(); err == nil {
			t.Errorf("%s may be %g", c.Key, c.Value)
		}
	}
}

// An epoch's speed is that of the images that were trained, not of all that an
// epoch has: a run may end within one, or go on from a file in its middle.
func TestAnEpochsSpeedIsOfItsImages(t *testing.T) {
	ticks := 0.0
	clock := func() float64 { ticks++; return ticks }
	speeds := func(tr *Trainer) (images []int) {
		h := Hooks{Clock: clock, Emit: func(e Event) {
			if e.Event == EventEpoch {
				r := tr.state.History[len(tr.state.History)-1]
				images = append(images, int(math.Round(*e.ImagesPerSecond*r.Seconds)))
			}
		}}
		if err := tr.Run(h); err != nil {
			t.Fatal(err)
		}
		return images
	}
	cfg := smallConfig("small-bn", "report") // 9 steps of 37 images an epoch, 315 images
	cfg.Steps = 11
	if got := fmt.Sprint(speeds(begin(t, cfg, smallData(), Options{}))); got != "[315 74]" {
		t.Errorf("the epochs' images are %s, want 315 and those of two steps", got)
	}
	cfg.Steps = 7
	tr := begin(t, cfg, smallData(), Options{})
	for range 7 {
		if _, err := tr.Step(); err != nil {
			t.Fatal(err)
		}
	}
	f, err := checkpoint.Decode(saved(t, tr), checkpoint.Own())
	if err != nil {
		t.Fatal(err)
	}
	f.Meta[stateKey] = strings.Replace(f.Meta[stateKey], `"steps":7`, `"steps":9`, 1)
	again, err := Resume(f, smallData(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(speeds(again)); got != "[56]" { // 315 less 7 batches
		t.Errorf("the epoch's images are %s, want those of its last two steps", got)
	}
}

// A step asks the garbage collector for almost nothing: all memory is there
// from the beginning.
func TestAStepAllocatesNextToNothing(t *testing.T) {
	const most = 40 // small slices of nodes and rows, closures, goroutines
	for model := range small {
		for _, workers := range []int{1, 2} {
			t.Run(fmt.Sprintf("%s/%d workers", model, workers), func(t *testing.T) {
				cfg := smallConfig(model, "best")
				cfg.Epochs = 100
				tr := begin(t, cfg, smallData(), Options{Workers: workers})
				for range 10 {
					step(t, tr)
				}
				if n := testing.AllocsPerRun(90, func() { step(t, tr) }); n > float64(most*workers) {
					t.Errorf("%g allocations a step, want at most %d", n, most*workers)
				}
				runtime.GC()
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				for range 100 {
					step(t, tr)
				}
				runtime.ReadMemStats(&after)
				if n := after.NumGC - before.NumGC; n > 1 {
					t.Errorf("%d garbage collections in 100 steps, want at most one", n)
				}
				t.Logf("%d bytes a step", (after.TotalAlloc-before.TotalAlloc)/100)
			})
		}
	}
}

// A thousand steps take no more memory than ten.
func TestMemoryDoesNotGrow(t *testing.T) {
	cfg := smallConfig("small-bn", "best")
	cfg.Epochs = 1000
	tr := begin(t, cfg, smallData(), Options{Workers: 2})
	held := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	for range 10 {
		step(t, tr)
	}
	before := held()
	steps := 1000
	if testing.Short() {
		steps = 100
	}
	for range steps {
		step(t, tr)
	}
	if after := held(); after > before+64<<10 {
		t.Errorf("%d bytes after 10 steps, %d after %d more", before, after, steps)
	}
}

// The synthetic images of bench can be learned, so that its losses tell
// something.
func TestBenchLearns(t *testing.T) {
	tr, err := NewBench(nn.Model2.Name, 32, Options{})
	if err != nil {
		t.Fatal(err)
	}
	first := step(t, tr).Loss
	var last float64
	for range 9 {
		last = step(t, tr).Loss
	}
	if !(last < first) {
		t.Errorf("the loss went from %g to %g in ten steps", first, last)
	}
}
