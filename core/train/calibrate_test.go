package train

import (
	"math"
	"slices"
	"testing"

	"atelier/core/fashion"
	"atelier/core/kernel"
	"atelier/core/nn"
	"atelier/core/sketch"
)

func freshJudge(model string, batch int) *Judge {
	net := nn.NewNet(small[model])
	net.Init(3)
	return NewJudge(net, 1, batch, kernel.Winograd, nil)
}

// A network that has learned nothing is right in one of ten: no probability
// makes it sure, and its temperature leaves it with little confidence.
func TestCalibrateOfAnUntrainedNetwork(t *testing.T) {
	for model := range small {
		t.Run(model, func(t *testing.T) {
			j := freshJudge(model, 16)
			images := Synthetic(300)
			_, val := fashion.Split(images.Len())
			c, err := j.Calibrate(images, val, 60)
			if err != nil {
				t.Fatal(err)
			}
			if c.SureShare > .1 || c.SureRight != sureRight {
				t.Errorf("an untrained network is sure of %.2f of the drawings: %+v", c.SureShare, c)
			}
			if c.ECEAfter > c.ECEBefore+.05 {
				t.Errorf("the calibration error grew from %.3f to %.3f", c.ECEBefore, c.ECEAfter)
			}
			again, err := freshJudge(model, 64).Calibrate(images, val, 60)
			if err != nil || *again != *c {
				t.Errorf("another batch gives %+v, not %+v (%v)", again, c, err)
			}
		})
	}
}

func TestCalibrateRefusesNothing(t *testing.T) {
	j := freshJudge("small-dropout", 16)
	images := Synthetic(20)
	if _, err := j.Calibrate(images, nil, 10); err == nil {
		t.Error("no validation images: no error")
	}
	if _, err := j.Calibrate(images, []int32{1}, 0); err == nil {
		t.Error("none wanted: no error")
	}
}

func TestSure(t *testing.T) {
	usual := Calibration{SureFrom: .6, SureFromImages: .3, SureShare: .5}
	never := Calibration{SureFrom: 1, SureFromImages: .3}
	for _, tt := range []struct {
		name        string
		c           Calibration
		probability float32
		drawing     bool
		want        bool
	}{
		{"drawing at the limit", usual, .6, true, true},
		{"drawing below", usual, .59, true, false},
		{"photograph", usual, .4, false, true},
		{"photograph below", usual, .2, false, false},
		{"never sure, however high", never, 1, true, false},
	} {
		if got := tt.c.Sure(tt.probability, tt.drawing); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// What is seen of several images at once is what is seen of each alone.
func TestSee(t *testing.T) {
	for model, spec := range small {
		t.Run(model, func(t *testing.T) {
			images := Synthetic(20)
			j := freshJudge(model, 32)
			all, err := j.See(20, images.At)
			if err != nil {
				t.Fatal(err)
			}
			layers := spec.Layers
			if want := layers[len(layers)-2].Out.C; all.Width != want || len(all.Features) != 20*want || len(all.Logits) != 20*nn.Labels {
				t.Fatalf("%d features, %d logits of width %d, want width %d", len(all.Features), len(all.Logits), all.Width, want)
			}
			logits, features := slices.Clone(all.Logits), slices.Clone(all.Features)
			for i := range 20 {
				one, err := j.See(1, func(int) []byte { return images.At(i) })
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(one.Logits, logits[i*nn.Labels:(i+1)*nn.Labels]) || !slices.Equal(one.Features, features[i*one.Width:(i+1)*one.Width]) {
					t.Fatalf("image %d is seen otherwise alone", i)
				}
			}
			for _, n := range []int{0, 33} {
				if _, err := j.See(n, images.At); err == nil {
					t.Errorf("%d images: no error", n)
				}
			}
		})
	}
}

func TestPredictAt(t *testing.T) {
	j := freshJudge("small-dropout", 16)
	pixels, _ := sketch.HeldOut(1, 1)
	plain, err := j.Predict(pixels[:])
	if err != nil {
		t.Fatal(err)
	}
	for _, temperature := range []float64{1, 2.5} {
		probs, tempered, err := j.PredictAt(pixels[:], temperature)
		if err != nil || probs != plain {
			t.Fatalf("%v, %v beside Predict's %v", err, probs, plain)
		}
		var want [nn.Labels]float64
		sum := 0.0
		for i, p := range plain {
			want[i] = math.Pow(float64(p), 1/temperature)
			sum += want[i]
		}
		for i, p := range tempered {
			if math.Abs(float64(p)-want[i]/sum) > 1e-5 {
				t.Errorf("class %d at temperature %g: %v, want %v", i, temperature, p, want[i]/sum)
			}
		}
	}
}
