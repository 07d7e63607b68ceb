package inspect_test

import (
	"math"
	"testing"

	"atelier/core/fashion"
	"atelier/core/inspect"
	"atelier/core/nn"
	"atelier/core/sample"
)

// The explained number of every convolution of both networks is the one that
// the network has at that place.
func TestExplainBothNetworks(t *testing.T) {
	drawn := sample.Draw(10, 1)
	shoe := drawn.At(9)
	for _, spec := range []nn.Spec{nn.Model1, nn.Model2} {
		j := predictor(spec)
		// Running statistics that change something.
		for i := range j.Net.Stats {
			j.Net.Stats[i] = 0.5 + float32(i%7)/10
		}
		j.Net.Version++
		convolutions := 0
		for _, layer := range spec.Layers {
			shape, data, err := j.Activations(shoe, layer.Name)
			if err != nil {
				t.Fatal(err)
			}
			_, err = inspect.Explain(j.Net, j, shoe, layer.Name, 0, 0, 0)
			if conv := layer.Kind == nn.KindConv2d || layer.Kind == nn.KindConvBNReLU; !conv {
				if err == nil {
					t.Errorf("%s %s is explained as a convolution", spec.Name, layer.Name)
				}
				continue
			}
			convolutions++
			maps := inspect.Channels(shape, data)
			for _, at := range [][3]int{{0, 0, 0}, {1, shape.W - 1, shape.H - 1}, {shape.C - 1, shape.W / 2, shape.H / 2}} {
				channel, x, y := at[0], at[1], at[2]
				e, err := inspect.Explain(j.Net, j, shoe, layer.Name, channel, x, y)
				if err != nil {
					t.Fatalf("%s %s: %v", spec.Name, layer.Name, err)
				}
				if want := maps[channel].Data[y*shape.W+x]; math.Abs(float64(e.Value-want)) > 1e-4*(1+math.Abs(float64(want))) {
					t.Errorf("%s %s, map %d at (%d, %d): explained as %v, is %v", spec.Name, layer.Name, channel, x, y, e.Value, want)
				}
				if e.Normed != (spec.Name == "model2") {
					t.Errorf("%s %s: normalized %v", spec.Name, layer.Name, e.Normed)
				}
			}
		}
		if want := map[string]int{"model1": 2, "model2": 6}[spec.Name]; convolutions != want {
			t.Errorf("%s: %d convolutions, want %d", spec.Name, convolutions, want)
		}
	}
}

func TestExplainRefuses(t *testing.T) {
	j, image := predictor(nn.Model1), make([]byte, fashion.Area)
	for _, tt := range []struct {
		name, layer   string
		pixels        []byte
		channel, x, y int
	}{
		{"no such layer", "conv9", image, 0, 0, 0},
		{"dense", "fc1", image, 0, 0, 0},
		{"pool", "pool", image, 0, 0, 0},
		{"no such map", "conv1", image, 32, 0, 0},
		{"a negative map", "conv1", image, -1, 0, 0},
		{"beside the map", "conv1", image, 0, 28, 0},
		{"above the map", "conv2", image, 0, 0, -1},
		{"half an image", "conv1", image[:392], 0, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if e, err := inspect.Explain(j.Net, j, tt.pixels, tt.layer, tt.channel, tt.x, tt.y); err == nil {
				t.Errorf("explained as %+v", e)
			}
		})
	}
}
