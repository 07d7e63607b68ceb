package inspect_test

import (
	"math"
	"testing"

	"atelier/core/fashion"
	"atelier/core/infer"
	"atelier/core/inspect"
	"atelier/core/kernel"
	"atelier/core/nn"
	"atelier/core/sample"
)

func predictor(spec nn.Spec) *infer.Predictor {
	net := nn.NewNet(spec)
	net.Init(42)
	return infer.NewPredictor(net, 1, 1, kernel.Direct, nil)
}

// In both networks the evidence of every class adds up to its logit.
func TestEvidenceOfBothNetworks(t *testing.T) {
	shoe := sample.Draw(10, 1)
	for _, tt := range []struct {
		spec           nn.Spec
		layer, logits  string
		side, channels int
		pooled         bool
	}{
		{nn.Model1, "pool", "fc2", 14, 64, false},
		{nn.Model2, "features.10", "classifier.4", 7, 128, true},
	} {
		j := predictor(tt.spec)
		h, layer, err := inspect.HeadOf(j.Net)
		if err != nil || layer != tt.layer || h.Pooled != tt.pooled {
			t.Fatalf("%s: the head is fed by %q, pooled %v (%v)", tt.spec.Name, layer, h.Pooled, err)
		}
		shape, data, err := j.Activations(shoe.At(9), layer)
		if err != nil {
			t.Fatal(err)
		}
		maps := inspect.Channels(shape, data)
		if len(maps) != tt.channels || maps[0].W != tt.side {
			t.Fatalf("%s: %d maps of %d", tt.spec.Name, len(maps), maps[0].W)
		}
		_, logits, err := j.Activations(shoe.At(9), tt.logits)
		if err != nil {
			t.Fatal(err)
		}
		for class, want := range logits {
			m, constant, err := h.Evidence(maps, class)
			if err != nil {
				t.Fatal(err)
			}
			sum := float64(constant)
			for _, v := range m.Data {
				sum += float64(v)
			}
			if math.Abs(sum-float64(want)) > 1e-5 {
				t.Errorf("%s, class %d: evidence of %v, but a logit of %v", tt.spec.Name, class, sum, want)
			}
		}
	}
}

// Every view of the report names a layer of its network, with at least as many
// maps as are shown.
func TestViewsNameLayers(t *testing.T) {
	pixels := make([]byte, fashion.Area)
	for _, spec := range []nn.Spec{nn.Model1, nn.Model2} {
		j := predictor(spec)
		for _, v := range inspect.Views(spec.Name) {
			shape, data, err := j.Activations(pixels, v.Layer)
			if err != nil {
				t.Errorf("%s: %v", spec.Name, err)
				continue
			}
			p, err := inspect.Render(inspect.Channels(shape, data), v.Options(1))
			if err != nil || len(p.Cells) != v.First {
				t.Errorf("%s %s: %d maps are shown (%v)", spec.Name, v.Layer, len(p.Cells), err)
			}
		}
	}
}

// inked is a viewer whose first class is as probable as pixels are white.
type inked struct{}

func (inked) Predict(pixels []byte) (p [nn.Labels]float32, err error) {
	for _, v := range pixels {
		p[0] += float32(v) / 255 / fashion.Area
	}
	return p, nil
}

func (inked) Activations([]byte, string) (nn.Shape, []float32, error) { panic("not asked for") }

func TestOcclude(t *testing.T) {
	pixels := make([]byte, fashion.Area)
	pixels[20*28+6] = 255 // one white pixel, in place 5,1 of 7 by 7
	m, whole, err := inspect.Occlude(inked{}, pixels, inspect.Occlusion{Patch: 4, Stride: 4}, 0)
	if err != nil || whole == 0 {
		t.Fatalf("probability %v, error %v", whole, err)
	}
	for i, v := range m.Data {
		want := float32(0)
		if i == 5*7+1 {
			want = whole
		}
		if v != want {
			t.Errorf("place %d: the probability falls by %v, want %v", i, v, want)
		}
	}
	if _, _, err := inspect.Occlude(inked{}, pixels, inspect.Occlusion{}, 0); err == nil {
		t.Error("an occlusion of no pixels is done")
	}
	if _, _, err := inspect.Occlude(inked{}, pixels, inspect.Occlusion{Patch: 4, Stride: 4}, 10); err == nil {
		t.Error("an eleventh class is explained")
	}
}
