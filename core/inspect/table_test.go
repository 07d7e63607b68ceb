package inspect_test

import (
	"fmt"
	"slices"
	"testing"

	"atelier/core/inspect"
	"atelier/core/nn"
)

// The tables of the report's networks, as PyTorch counts their modules: the pool of
// Model 2's first stage is features[2], and the stage ends with features[3].
func TestTable(t *testing.T) {
	for _, tt := range []struct {
		spec nn.Spec
		want []string
	}{
		{nn.Model1, []string{
			"conv1 [conv1] Conv2d true 0 [32 28 28] 320",
			"conv2 [conv2] Conv2d true 0 [64 28 28] 18496",
			"pool [pool dropout] MaxPool2d false 0.25 [64 14 14] 0",
			"fc1 [fc1 dropout] Linear true 0.25 [128] 1605760",
			"fc2 [fc2] Linear false 0 [10] 1290",
		}},
		{nn.Model2, []string{
			"features.0 [features.0] ConvBNReLU true 0 [32 28 28] 352",
			"features.1 [features.1] ConvBNReLU true 0 [32 28 28] 9280",
			"features.3 [features.2 features.3] MaxPool2d false 0.05 [32 14 14] 0",
			"features.4 [features.4] ConvBNReLU true 0 [64 14 14] 18560",
			"features.5 [features.5] ConvBNReLU true 0 [64 14 14] 36992",
			"features.7 [features.6 features.7] MaxPool2d false 0.1 [64 7 7] 0",
			"features.8 [features.8] ConvBNReLU true 0 [128 7 7] 73984",
			"features.9 [features.9] ConvBNReLU true 0 [128 7 7] 147712",
			"features.10 [features.10] Dropout2d false 0.15 [128 7 7] 0",
			"gap [gap] GlobalAvgPool false 0 [128] 0",
			"classifier.1 [classifier.1 classifier.3] Linear true 0.2 [64] 8256",
			"classifier.4 [classifier.4] Linear false 0 [10] 650",
		}},
	} {
		t.Run(tt.spec.Name, func(t *testing.T) {
			var got []string
			for _, r := range inspect.Table(tt.spec) {
				got = append(got, fmt.Sprint(r.Name, " ", r.Layers, " ", r.Kind, " ", r.ReLU, " ", r.Drop, " ", r.Shape, " ", r.Params))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("the table is\n%q, want\n%q", got, tt.want)
			}
		})
	}
}

// Every layer of the table can be looked into by its name.
func TestViewableLayersHaveMaps(t *testing.T) {
	for _, spec := range nn.Networks {
		j := predictor(spec)
		rows := inspect.Table(spec)
		for i, name := range inspect.Viewable(spec) {
			shape, _, err := j.Activations(make([]byte, 784), name)
			if err != nil || shape.C != rows[i].Shape[0] {
				t.Errorf("%s of %s has the shape %v, want %v (%v)", name, spec.Name, shape, rows[i].Shape, err)
			}
		}
	}
}
