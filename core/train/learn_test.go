package train

import (
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"atelier/core/fashion"
	"atelier/core/infer"
	"atelier/core/kernel"
	"atelier/core/nn"
	"atelier/core/random"
	"atelier/core/sample"
	"atelier/core/sketch"
)

// A network large enough to know the drawn sample and to learn more, small
// enough to be trained in a test.
var pupils = map[string]nn.Spec{
	"dropout": {
		Name: "pupil", Mean: .2860, Std: .3530,
		Layers: nn.Sequential( //                            1×28×28
			nn.Conv2d("conv1", 1, 8, nn.ReLU),         //  8×28×28
			nn.MaxPool2d("pool1"),                     //  8×14×14
			nn.Conv2d("conv2", 8, 16, nn.ReLU),        // 16×14×14
			nn.MaxPool2d("pool2"),                     //   16×7×7
			nn.Flatten(),                              //      784
			nn.Linear("fc1", 784, 64, nn.ReLU),        //       64
			nn.Dropout("dropout", .25),                //       64
			nn.Linear("fc2", 64, nn.Labels, nn.Plain), //       10
		),
	},
	"batch normalization": {
		Name: "normalized pupil", Mean: .5, Std: .5,
		Layers: nn.Sequential( //                            1×28×28
			nn.ConvBNReLU("a", 1, 8),                  //  8×28×28
			nn.MaxPool2d("pool1"),                     //  8×14×14
			nn.ConvBNReLU("b", 8, 16),                 // 16×14×14
			nn.MaxPool2d("pool2"),                     //   16×7×7
			nn.Flatten(),                              //      784
			nn.Linear("fc1", 784, 64, nn.ReLU),        //       64
			nn.Linear("fc2", 64, nn.Labels, nn.Plain), //       10
		),
	},
}

// drawn is the built-in one, made once.
var drawn = sync.OnceValue(fashion.DrawnDataset)

// pupil is a network that has learned the drawn sample and generated drawings.
func pupil(t *testing.T, name string) *nn.Net {
	t.Helper()
	small[name] = pupils[name]
	recipes[name] = recipes["model1"]
	t.Cleanup(func() { delete(small, name); delete(recipes, name) })
	set := drawn()
	tr := begin(t, Config{Model: name, Recipe: "sketch", Batch: 64, Seed: 1, Steps: 150, Epochs: 12, LR: 4e-3}, Data{Images: &set.Train, Kind: "drawn"}, Options{})
	for !tr.Done() {
		step(t, tr)
	}
	defer tr.useAverage()()
	net := nn.NewNet(pupils[name])
	if err := net.LoadStateDict(tr.Net.StateDict()); err != nil {
		t.Fatal(err)
	}
	return net
}

// mistaken are n held-out drawings of bags and boots, as strokes, that the
// network names wrong; other ones by another seed.
func mistaken(t *testing.T, j *infer.Predictor, n int, seed uint64) Lesson {
	t.Helper()
	l := Lesson{Seed: 42}
	for i := 0; len(l.Labels) < n; i++ {
		class := 8 + i%2
		s := random.New(seed, random.Sketch, uint32(i), 0, 1)
		d := sketch.GenerateHeldOut(class, &s)
		pixels, err := sketch.Rasterize(d, sketch.Options{})
		if err != nil {
			continue
		}
		said, err := j.Class(pixels[:])
		if err != nil {
			t.Fatal(err)
		}
		if said != class {
			l.Drawings, l.Labels = append(l.Drawings, d), append(l.Labels, uint8(class))
		}
	}
	return l
}

func taught(t *testing.T, net *nn.Net, l Lesson) *Learner {
	t.Helper()
	set := drawn()
	index, _ := fashion.Split(set.Train.Len())
	learner, err := NewLearner(net, l, &set.Train, index, nil)
	if err != nil {
		t.Fatal(err)
	}
	for learner.Taken() < learner.Steps() {
		if _, err := learner.Step(); err != nil {
			t.Fatal(err)
		}
	}
	return learner
}

func gradeOf(t *testing.T, net *nn.Net, l Lesson) *Grade {
	t.Helper()
	g, err := GradeOf(infer.NewPredictor(net, 1, kernel.Leaf, kernel.Winograd, nil), l, &drawn().Test, 400, 200)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Ten drawings that a network gets wrong, chosen for that, are right in three
// cases of four or more after a lesson, and it has forgotten next to nothing:
// its accuracy on photographs falls by less than a point, and that on generated
// drawings, of which these small networks know a third to a half, by less than
// ten. One lesson of ten says little, so the figures are those of four.
func TestALessonIsLearnedAndNothingForgotten(t *testing.T) {
	for name := range pupils {
		t.Run(name, func(t *testing.T) {
			if testing.Short() || (runtime.GOARCH == "wasm" && name != "dropout") {
				t.Skip("in long tests, and as WebAssembly the other network: goldenLessons holds the bits of both")
			}
			schooled := pupil(t, name)
			var before, after Grade
			for seed := range uint64(4) {
				net := nn.NewNet(pupils[name])
				if err := net.LoadStateDict(schooled.StateDict()); err != nil {
					t.Fatal(err)
				}
				lesson := mistaken(t, infer.NewPredictor(net, 1, kernel.Leaf, kernel.Winograd, nil), 10, 77+seed)
				before.add(gradeOf(t, net, lesson))
				taught(t, net, lesson)
				after.add(gradeOf(t, net, lesson))
				if !slices.Equal(schooled.Stats, net.Stats) {
					t.Error("the lesson has moved the running statistics")
				}
			}
			t.Logf("own %d to %d of 40, images %d to %d of %d, generated %d to %d of %d", before.OwnRight, after.OwnRight,
				before.Images.Right, after.Images.Right, after.Images.Of, before.Generated.Right, after.Generated.Right, after.Generated.Of)
			if before.OwnRight != 0 || after.OwnRight < 30 {
				t.Errorf("%d of 40 drawings are right after the lessons, %d before", after.OwnRight, before.OwnRight)
			}
			if before.Images.Right-after.Images.Right >= before.Images.Of/100 {
				t.Errorf("of %d images %d were right, and now %d", before.Images.Of, before.Images.Right, after.Images.Right)
			}
			if before.Generated.Right-after.Generated.Right >= before.Generated.Of/10 {
				t.Errorf("of %d generated drawings %d were right, and now %d", before.Generated.Of, before.Generated.Right, after.Generated.Right)
			}
		})
	}
}

// add sums what two lessons came to.
func (g *Grade) add(more *Grade) {
	g.OwnRight += more.OwnRight
	g.Images.Right, g.Images.Of = g.Images.Right+more.Images.Right, g.Images.Of+more.Images.Of
	g.Generated.Right, g.Generated.Of = g.Generated.Right+more.Generated.Right, g.Generated.Of+more.Generated.Of
}

// shortLesson is a lesson for a network of random weights.
func shortLesson() Lesson {
	l := Lesson{Seed: 5}
	for i := range 4 {
		s := random.New(1, random.Sketch, uint32(i), 0, 1)
		l.Drawings, l.Labels = append(l.Drawings, sketch.GenerateHeldOut(i, &s)), append(l.Labels, uint8(i))
	}
	return l
}

func fresh(t *testing.T, model string, l Lesson, images infer.Images, yield func() error) *Learner {
	t.Helper()
	net := nn.NewNet(small[model])
	net.Init(3)
	index, _ := fashion.Split(images.Len())
	learner, err := NewLearner(net, l, images, index, yield)
	if err != nil {
		t.Fatal(err)
	}
	return learner
}

// goldenLessons are the fingerprints after three steps, which every platform
// must give.
var goldenLessons = map[string]string{
	"small-dropout": "5bf4a02c919f144e0fb1b110e1dbce1f6103d1ecf02cd21d6057e1dbe7d328d6",
	"small-bn":      "4adf297edbd6a91c6dd886705813c4ee1ba8f5a63fc7e32d6e8169b2b2c000a8",
}

// The same lesson gives the same bits, whatever was interrupted on the way;
// another seed gives others.
func TestALessonIsAFunctionOfItsSeed(t *testing.T) {
	images := sample.Synthetic(200)
	for model, golden := range goldenLessons {
		t.Run(model, func(t *testing.T) {
			run := func(l Lesson, givenUp ...int) string {
				calls := 0
				learner := fresh(t, model, l, images, func() error {
					if calls++; slices.Contains(givenUp, calls) {
						return errGivenUp
					}
					return nil
				})
				for learner.Taken() < 3 {
					if _, err := learner.Step(); err != nil && !errors.Is(err, errGivenUp) {
						t.Fatal(err)
					}
				}
				return learner.Net.WeightsSHA256()
			}
			l := shortLesson()
			got := run(l)
			if got != golden {
				t.Errorf("the weights are %s, want %s", got, golden)
			}
			if again := run(l, 3, 30, 41, 150); again != got {
				t.Errorf("with interruptions the weights are %s, without %s", again, got)
			}
			l.Seed++
			if other := run(l); other == got {
				t.Error("another seed gives the same weights")
			}
		})
	}
}

var errGivenUp = errors.New("given up")

func TestLessonsThatAreRefused(t *testing.T) {
	good := shortLesson()
	with := func(f func(l *Lesson)) Lesson {
		l := Lesson{slices.Clone(good.Drawings), slices.Clone(good.Labels), 1}
		f(&l)
		return l
	}
	for _, tt := range []struct {
		name   string
		lesson Lesson
		index  []int32
		want   string
	}{
		{"too few", with(func(l *Lesson) { l.Drawings, l.Labels = l.Drawings[:2], l.Labels[:2] }), []int32{1}, "2 drawings cannot be learned from: 3 to 200 can"},
		{"unlabeled", with(func(l *Lesson) { l.Labels = l.Labels[:3] }), []int32{1}, "4 drawings have 3 labels"},
		{"no class", with(func(l *Lesson) { l.Labels[1] = 10 }), []int32{1}, "drawing 2 shows class 10"},
		{"empty", with(func(l *Lesson) { l.Drawings[2] = sketch.Drawing{} }), []int32{1}, "drawing 3: draw something"},
		{"nothing to replay", good, nil, "no photographs"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			net := nn.NewNet(small["small-bn"])
			if _, err := NewLearner(net, tt.lesson, sample.Synthetic(20), tt.index, nil); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestALessonEnds(t *testing.T) {
	learner := fresh(t, "small-dropout", shortLesson(), sample.Synthetic(100), nil)
	for learner.Taken() < learner.Steps() {
		if _, err := learner.Step(); err != nil {
			t.Fatal(err)
		}
	}
	was := learner.Net.WeightsSHA256()
	if _, err := learner.Step(); err == nil || learner.Net.WeightsSHA256() != was {
		t.Errorf("a step after the last: %v", err)
	}
}

func TestGradeCounts(t *testing.T) {
	j := infer.NewPredictor(untrained("small-dropout"), 1, 16, kernel.Winograd, nil)
	l := shortLesson()
	images := sample.Synthetic(30)
	g, err := GradeOf(j, l, images, 10, 20)
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Own) != 4 || g.Images.Of != 10 || g.Generated.Of != 20 {
		t.Fatalf("%+v", g)
	}
	right, seen := 0, 0
	for i := 0; i < 30; i += 3 {
		class, err := j.Class(images.At(i))
		if err != nil {
			t.Fatal(err)
		}
		seen++
		if class == int(images.Label(i)) {
			right++
		}
	}
	if seen != g.Images.Of || right != g.Images.Right {
		t.Errorf("%d of %d images are right, the grade says %+v", right, seen, g.Images)
	}
	if _, err := GradeOf(j, l, images, 0, 20); err == nil {
		t.Error("no photographs: no error")
	}
}

func untrained(model string) *nn.Net {
	net := nn.NewNet(small[model])
	net.Init(3)
	return net
}
