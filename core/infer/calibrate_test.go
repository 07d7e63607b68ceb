package infer

import (
	"math"
	"slices"
	"testing"

	"atelier/core/fashion"
	"atelier/core/garments"
	"atelier/core/kernel"
	"atelier/core/nn"
	"atelier/core/sample"
	"atelier/core/smallnets"
)

func freshPredictor(model string, batch int) *Predictor {
	net := nn.NewNet(smallnets.Specs[model])
	net.Init(3)
	return NewPredictor(net, 1, batch, kernel.Winograd, nil)
}

// A network that has learned nothing is right in one of ten: no probability
// makes it sure, and its temperature leaves it with little confidence.
func TestCalibrateOfAnUntrainedNetwork(t *testing.T) {
	for model := range smallnets.Specs {
		t.Run(model, func(t *testing.T) {
			p := freshPredictor(model, 16)
			images := sample.Synthetic(300)
			_, val := fashion.Split(images.Len())
			c, err := p.Calibrate(images, val, 60)
			if err != nil {
				t.Fatal(err)
			}
			if c.Coverage > .1 || c.TargetAccuracy != targetAccuracy {
				t.Errorf("an untrained network is sure of %.2f of the drawings: %+v", c.Coverage, c)
			}
			if c.ECEAfter > c.ECEBefore+.05 {
				t.Errorf("the calibration error grew from %.3f to %.3f", c.ECEBefore, c.ECEAfter)
			}
			again, err := freshPredictor(model, 64).Calibrate(images, val, 60)
			if err != nil || *again != *c {
				t.Errorf("another batch gives %+v, not %+v (%v)", again, c, err)
			}
		})
	}
}

func TestCalibrateRefusesNothing(t *testing.T) {
	p := freshPredictor("small-dropout", 16)
	images := sample.Synthetic(20)
	if _, err := p.Calibrate(images, nil, 10); err == nil {
		t.Error("no validation images: no error")
	}
	if _, err := p.Calibrate(images, []int32{1}, 0); err == nil {
		t.Error("none wanted: no error")
	}
}

func TestConfident(t *testing.T) {
	usual := Calibration{Threshold: .6, ThresholdImages: .3, Coverage: .5}
	never := Calibration{Threshold: 1, ThresholdImages: .3}
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
		if got := tt.c.Confident(tt.probability, tt.drawing); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// What is seen of several images at once is what is seen of each alone.
func TestOutputs(t *testing.T) {
	for model, spec := range smallnets.Specs {
		t.Run(model, func(t *testing.T) {
			images := sample.Synthetic(20)
			p := freshPredictor(model, 32)
			all, err := p.Outputs(20, images.At)
			if err != nil {
				t.Fatal(err)
			}
			layers := spec.Layers
			if want := layers[len(layers)-2].Out.C; all.Width != want || len(all.Features) != 20*want || len(all.Logits) != 20*nn.Labels {
				t.Fatalf("%d features, %d logits of width %d, want width %d", len(all.Features), len(all.Logits), all.Width, want)
			}
			logits, features := slices.Clone(all.Logits), slices.Clone(all.Features)
			for i := range 20 {
				one, err := p.Outputs(1, func(int) []byte { return images.At(i) })
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(one.Logits, logits[i*nn.Labels:(i+1)*nn.Labels]) || !slices.Equal(one.Features, features[i*one.Width:(i+1)*one.Width]) {
					t.Fatalf("image %d is seen otherwise alone", i)
				}
			}
			for _, n := range []int{0, 33} {
				if _, err := p.Outputs(n, images.At); err == nil {
					t.Errorf("%d images: no error", n)
				}
			}
		})
	}
}

func TestPredictAt(t *testing.T) {
	p := freshPredictor("small-dropout", 16)
	pixels, _ := garments.HeldOut(1, 1)
	plain, err := p.Predict(pixels[:])
	if err != nil {
		t.Fatal(err)
	}
	for _, temperature := range []float64{1, 2.5} {
		probs, tempered, err := p.PredictAt(pixels[:], temperature)
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
