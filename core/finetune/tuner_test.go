package finetune

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"atelier/core/fashion"
	"atelier/core/garments"
	"atelier/core/infer"
	"atelier/core/kernel"
	"atelier/core/nn"
	"atelier/core/random"
	"atelier/core/sample"
	"atelier/core/sketch"
	"atelier/core/smallnets"
)

// shortDataset is for a network of random weights.
func shortDataset() Dataset {
	l := Dataset{Seed: 5}
	for i := range 4 {
		s := random.New(1, random.Sketch, uint32(i), 0, 1)
		l.Drawings, l.Labels = append(l.Drawings, garments.GenerateHeldOut(i, &s)), append(l.Labels, uint8(i))
	}
	return l
}

func fresh(t *testing.T, model string, l Dataset, images infer.Images, yield func() error) *Tuner {
	t.Helper()
	net := nn.NewNet(smallnets.Specs[model])
	net.Init(3)
	index, _ := fashion.Split(images.Len())
	tuner, err := NewTuner(net, l, images, index, yield)
	if err != nil {
		t.Fatal(err)
	}
	return tuner
}

// golden are the fingerprints after three steps, which every platform
// must give.
var golden = map[string]string{
	"small-dropout": "5bf4a02c919f144e0fb1b110e1dbce1f6103d1ecf02cd21d6057e1dbe7d328d6",
	"small-bn":      "4adf297edbd6a91c6dd886705813c4ee1ba8f5a63fc7e32d6e8169b2b2c000a8",
}

// The same lesson gives the same bits, whatever was interrupted on the way;
// another seed gives others.
func TestTheWeightsAreAFunctionOfTheSeed(t *testing.T) {
	images := sample.Synthetic(200)
	for model, want := range golden {
		t.Run(model, func(t *testing.T) {
			run := func(l Dataset, givenUp ...int) string {
				calls := 0
				tuner := fresh(t, model, l, images, func() error {
					if calls++; slices.Contains(givenUp, calls) {
						return errGivenUp
					}
					return nil
				})
				for tuner.Taken() < 3 {
					if _, err := tuner.Step(); err != nil && !errors.Is(err, errGivenUp) {
						t.Fatal(err)
					}
				}
				return tuner.Net.WeightsSHA256()
			}
			l := shortDataset()
			got := run(l)
			if got != want {
				t.Errorf("the weights are %s, want %s", got, want)
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

func TestDatasetsThatAreRefused(t *testing.T) {
	good := shortDataset()
	with := func(f func(l *Dataset)) Dataset {
		l := Dataset{slices.Clone(good.Drawings), slices.Clone(good.Labels), 1}
		f(&l)
		return l
	}
	for _, tt := range []struct {
		name    string
		dataset Dataset
		index   []int32
		want    string
	}{
		{"too few", with(func(l *Dataset) { l.Drawings, l.Labels = l.Drawings[:2], l.Labels[:2] }), []int32{1}, "2 drawings cannot be learned from: 3 to 200 can"},
		{"unlabeled", with(func(l *Dataset) { l.Labels = l.Labels[:3] }), []int32{1}, "4 drawings have 3 labels"},
		{"no class", with(func(l *Dataset) { l.Labels[1] = 10 }), []int32{1}, "drawing 2 shows class 10"},
		{"empty", with(func(l *Dataset) { l.Drawings[2] = sketch.Drawing{} }), []int32{1}, "drawing 3: draw something"},
		{"nothing to replay", good, nil, "no photographs"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			net := nn.NewNet(smallnets.Specs["small-bn"])
			if _, err := NewTuner(net, tt.dataset, sample.Synthetic(20), tt.index, nil); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestFineTuningEnds(t *testing.T) {
	tuner := fresh(t, "small-dropout", shortDataset(), sample.Synthetic(100), nil)
	for tuner.Taken() < tuner.Steps() {
		if _, err := tuner.Step(); err != nil {
			t.Fatal(err)
		}
	}
	was := tuner.Net.WeightsSHA256()
	if _, err := tuner.Step(); err == nil || tuner.Net.WeightsSHA256() != was {
		t.Errorf("a step after the last: %v", err)
	}
}

func TestGradeCounts(t *testing.T) {
	j := infer.NewPredictor(untrained("small-dropout"), 1, 16, kernel.Winograd, nil)
	l := shortDataset()
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
	net := nn.NewNet(smallnets.Specs[model])
	net.Init(3)
	return net
}
