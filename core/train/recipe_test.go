package train

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"atelier/core/fashion"
	"atelier/core/garments"
	"atelier/core/infer"
	"atelier/core/kernel"
	"atelier/core/nn"
	"atelier/core/optim"
	"atelier/core/random"
	"atelier/core/sample"
)

// The recipe report is the report's, of which weights are published: no field
// of it may change by accident.
func TestTheReportsRecipesStandStill(t *testing.T) {
	want := map[string]Recipe{
		"model1": {
			Epochs: 12, Batch: 128, LR: 1e-3, Dropout: 1, Monitor: MonitorAcc,
			Schedule: optim.Schedule{Kind: optim.Constant},
		},
		"model2": {
			Epochs: 12, Batch: 128, LR: 1e-3, WeightDecay: 1e-5, DecayAll: true, Dropout: 1, Monitor: MonitorAcc,
			Schedule: optim.Schedule{Kind: optim.Plateau, Factor: .5, Patience: 2},
			Augment:  fashion.Augment{Crop: 4, Flip: .5},
		},
	}
	for model, w := range want {
		got, err := RecipeOf(Config{Model: model, Recipe: "report", LR: w.LR, Epochs: 100})
		if err != nil {
			t.Fatal(err)
		}
		w.Epochs = 100
		got.Name, got.Title, got.Why = "", "", nil
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", w) {
			t.Errorf("%s trains by %+v, want %+v", model, got, w)
		}
	}
}

// Every number of every recipe is one that the parts of a run accept.
func TestRecipesAreWhole(t *testing.T) {
	for _, model := range []string{nn.Model1.Name, nn.Model2.Name} {
		for _, r := range Recipes(model) {
			t.Run(model+"/"+r.Name, func(t *testing.T) {
				if _, err := (Config{Model: model, Recipe: r.Name}).Complete(); err != nil {
					t.Error(err)
				}
				if err := r.Schedule.Validate(); err != nil {
					t.Error(err)
				}
				for key, v := range map[string]float64{"lr": r.LR, "weight_decay": r.WeightDecay, "label_smoothing": r.LabelSmoothing, "dropout": r.Dropout} {
					if err := (Change{Key: key, Value: v}).Validate(); err != nil {
						t.Error(err)
					}
				}
				if err := r.Augment.Validate(); err != nil {
					t.Error(err)
				}
				if l := r.Long; l != nil {
					if err := l.Augment.Validate(); err != nil {
						t.Error(err)
					}
					if err := (Change{Key: "dropout", Value: l.Dropout}).Validate(); err != nil {
						t.Error(err)
					}
					if l.From <= r.Epochs {
						t.Errorf("a usual run, of %d epochs, is a long one", r.Epochs)
					}
				}
				if len(r.Why) == 0 {
					t.Error("no choice has its sentence")
				}
			})
		}
	}
}

// A run is long by the epochs that its config plans, not by a change.
func TestLongRunsFollowTheRecipesOtherChoices(t *testing.T) {
	for _, tt := range []struct {
		name   string
		epochs int
		change float64 // of the epochs, while it runs; 0: none
		long   bool
	}{
		{"usual", 15, 0, false}, {"one below", -1, 0, false}, {"long", 0, 0, true}, {"longer", 100, 0, true},
		{"made longer", 15, 60, false}, {"made shorter", 60, 10, true},
	} {
		for model := range small {
			t.Run(tt.name+"/"+model, func(t *testing.T) {
				usual, err := RecipeFor("best", model)
				if err != nil {
					t.Fatal(err)
				}
				cfg := smallConfig(model, "best")
				if cfg.Epochs = tt.epochs; tt.epochs <= 0 { // counted from where the recipe's long runs begin
					cfg.Epochs += usual.Long.From
				}
				tr := begin(t, cfg, smallData(), Options{})
				if tt.change > 0 {
					if err := tr.Change("epochs", tt.change); err != nil {
						t.Fatal(err)
					}
					tr = reload(t, saved(t, tr), smallData(), Options{})
				}
				wantAugment, wantDropout := usual.Augment, usual.Dropout
				if tt.long {
					wantAugment, wantDropout = usual.Long.Augment, usual.Long.Dropout
				}
				if r := tr.Recipe(); r.Augment != wantAugment || r.Dropout != wantDropout {
					t.Errorf("augmentation %+v, dropout %g; want %+v, %g", r.Augment, r.Dropout, wantAugment, wantDropout)
				}
				if b := tr.batches; b.augment != wantAugment {
					t.Errorf("the images are varied by %+v", b.augment)
				}
			})
		}
	}
}

// A batch is what its step, the seed and the recipe say, erased rectangles and
// drawings included, whether a worker loads its part of it or an engine fills it
// whole.
func TestBatchesAreFunctionsOfTheStep(t *testing.T) {
	set := sample.Draw(350, 1)
	data := Data{Images: &set, Kind: fashion.KindDrawn}
	trainSet, _ := fashion.Split(350)
	for model := range small {
		for _, recipe := range Recipes(model) {
			t.Run(model+"/"+recipe.Name, func(t *testing.T) {
				tr := begin(t, smallConfig(model, recipe.Name), data, Options{Workers: 3})
				images, labels := make([]float32, 37*fashion.Area), make([]uint8, 37)
				want := make([]float32, fashion.Area)
				const perEpoch = 9 // 8 batches of 37 and one of 19
				for _, step := range []int{0, 1, 8, 9, 29} {
					epoch, first := step/perEpoch, step%perEpoch*37
					order := fashion.Order(7, epoch, 315)
					n := tr.batches.Fork().Fill(step, images, labels)
					if n != min(37, 315-first) {
						t.Fatalf("step %d has %d images", step, n)
					}
					batch := tr.batches.At(step)
					for _, w := range tr.workers {
						tr.share(w, n)
						w.load(batch)
					}
					for i := range n {
						label := imageOf(want, recipe, small[model], epoch, first+i, &set, int(trainSet[order[first+i]]))
						if label != labels[i] || !slices.Equal(want, images[i*fashion.Area:(i+1)*fashion.Area]) {
							t.Fatalf("step %d: image %d differs", step, i)
						}
						for _, w := range tr.workers {
							if at := i - w.ctx.Range.Lo*kernel.Leaf; at >= 0 && i < w.ctx.Range.Hi*kernel.Leaf && w.labels[at] != label {
								t.Fatalf("step %d: worker %d has another label at %d", step, w.rank, i)
							}
						}
					}
				}
			})
		}
	}
}

// imageOf writes out what an image of a run of seed 7 is.
func imageOf(dst []float32, r Recipe, spec nn.Spec, epoch, position int, set *fashion.Images, image int) uint8 {
	s := random.New(7, random.Augment, uint32(epoch), uint32(position), 1)
	if r.Drawings > 0 && s.Float32() < float32(r.Drawings) {
		pixels, label := garments.Sample(7, epoch, position)
		fashion.Normalize(dst, pixels[:], spec.Mean, spec.Std)
		return label
	}
	augment := r.Augment
	if r.Long != nil && r.Long.From <= 30 { // smallConfig plans 30 epochs
		augment = r.Long.Augment
	}
	s = random.New(7, random.Augment, uint32(epoch), uint32(position), 0)
	augment.Apply(dst, set.At(image), spec.Mean, spec.Std, &s)
	return set.Labels[image]
}

// What is validated and kept is the moving average of weights and running
// statistics alike: torchvision's ExponentialMovingAverage with use_buffers,
// its decay growing from 0 at first.
func TestTheAverageIsOfWeightsAndStatistics(t *testing.T) {
	tr := begin(t, smallConfig("small-bn", "best"), smallData(), Options{Workers: 2})
	widen := func(x []float32) []float64 {
		w := make([]float64, len(x))
		for i, v := range x {
			w[i] = float64(v)
		}
		return w
	}
	params, stats := widen(tr.Net.Params), widen(tr.Net.Stats)
	for n := 1; n <= 40; n++ {
		step(t, tr)
		d := math.Min(tr.recipe.EMA, float64(1+n)/float64(10+n))
		for i, v := range tr.Net.Params {
			params[i] = d*params[i] + (1-d)*float64(v)
		}
		for i, v := range tr.Net.Stats {
			stats[i] = d*stats[i] + (1-d)*float64(v)
		}
	}
	raw := slices.Clone(tr.Net.Stats)
	restore := tr.useAverage()
	defer restore()
	if slices.Equal(raw, tr.Net.Stats) {
		t.Error("the running statistics are not averaged")
	}
	for _, x := range []struct {
		name string
		got  []float32
		want []float64
	}{{"weights", tr.Net.Params, params}, {"statistics", tr.Net.Stats, stats}} {
		for i, v := range x.got {
			if math.Abs(float64(v)-x.want[i]) > 1e-5*(1+math.Abs(x.want[i])) {
				t.Fatalf("%s: number %d is %g, want %g", x.name, i, v, x.want[i])
			}
		}
	}
}

// The averaged network is a good one: on drawn images its validation loss in
// the middle of a run is no worse than that of the last step's weights.
func TestTheAverageIsAsGoodAsTheLastStep(t *testing.T) {
	set := sample.Draw(700, 3)
	data := Data{Images: &set, Kind: fashion.KindDrawn}
	cfg := smallConfig("small-bn", "best")
	cfg.Epochs, cfg.LR = 20, 2e-2
	tr := begin(t, cfg, data, Options{})
	var averaged, raw float64
	epochs := 0
	err := tr.Run(Hooks{Clock: noClock, AfterStep: func() error {
		if tr.state.Step%tr.StepsPerEpoch() != 0 {
			return nil
		}
		a, err := tr.Evaluate(infer.EvalRequest{Images: data, Index: tr.valSet})
		if err != nil {
			return err
		}
		if h := tr.state.History; len(h) > 8 && len(h) <= 14 { // the rate is high and single steps are noisy
			averaged += h[len(h)-1].ValLoss
			raw += a.MeanLoss()
			epochs++
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if epochs != 6 || !(averaged <= raw) {
		t.Errorf("mean validation loss over %d epochs: averaged %.4f, last step %.4f", epochs, averaged/float64(epochs), raw/float64(epochs))
	}
	t.Logf("averaged %.4f, last step %.4f", averaged/float64(epochs), raw/float64(epochs))
}
