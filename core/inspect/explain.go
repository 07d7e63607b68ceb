package inspect

import (
	"fmt"
	"math"

	"atelier/core/fashion"
	"atelier/core/nn"
)

// Explanation is one number of a map that a convolution of a network makes of an
// image, from its products to the number that the map shows.
type Explanation struct {
	*ConvCell
	// Batch normalization with the running statistics turns Sum into
	// Scale*Sum + Shift; without one, Scale is 1 and Shift 0.
	Normed bool    `json:"normed"`
	Scale  float32 `json:"scale"`
	Shift  float32 `json:"shift"`
	Value  float32 `json:"value"` // after the ReLU, where one follows
}

// Explain explains the number at (x, y) of one map of a layer. It is
// summed directly: the network's own number, summed by Winograd's method or
// with normalized weights, differs by rounding. v answers with n's weights;
// pixels are the 784 of the image.
func Explain(n *nn.Net, v Viewer, pixels []byte, layer string, channel, x, y int) (*Explanation, error) {
	tensors := map[string][]float32{}
	for _, t := range n.View(n.Params, n.Stats) {
		tensors[t.Name] = t.F32
	}
	l, in, err := around(n.Spec, v, pixels, layer)
	if err != nil {
		return nil, err
	}
	weight, bias, norm, out := tensors[layer+".weight"], tensors[layer+".bias"], layer+".bn.", l.Out
	normed := l.Kind == nn.KindConvBNReLU
	switch {
	case normed:
		weight = tensors[layer+".conv.weight"]
	case l.Kind != nn.KindConv2d:
		return nil, fmt.Errorf("%s is no convolution: its numbers are not made of products with 3x3 weights", layer)
	}
	if channel < 0 || channel >= out.C {
		return nil, fmt.Errorf("%s has no map %d: 0 to %d are possible", layer, channel, out.C-1)
	}
	own := float32(0)
	if bias != nil {
		own = bias[channel]
	}
	per := len(weight) / out.C
	sum, err := ExplainConv(in, weight[channel*per:(channel+1)*per], own, x, y)
	if err != nil {
		return nil, err
	}
	c := &Explanation{ConvCell: sum, Normed: normed, Scale: 1, Value: sum.Sum}
	if normed {
		c.Scale = float32(float64(tensors[norm+"weight"][channel]) / math.Sqrt(float64(tensors[norm+"running_var"][channel])+nn.BNEps))
		c.Shift = tensors[norm+"bias"][channel] - float32(tensors[norm+"running_mean"][channel]*c.Scale)
		c.Value = float32(c.Scale*sum.Sum) + c.Shift
	}
	if normed || l.Act == nn.ReLU {
		c.Value = larger(c.Value, 0)
	}
	return c, nil
}

// around returns a layer and the maps that it takes of an image.
func around(spec nn.Spec, v Viewer, pixels []byte, layer string) (nn.Layer, []Map, error) {
	for i, l := range spec.Layers {
		if l.Name != layer {
			continue
		}
		if i > 0 {
			shape, data, err := v.Activations(pixels, spec.Layers[i-1].Name)
			return l, Channels(shape, data), err
		}
		image := NewMap(side, side)
		if len(pixels) != len(image.Data) {
			return l, nil, fmt.Errorf("an image has %d pixels, not %d", len(image.Data), len(pixels))
		}
		fashion.Normalize(image.Data, pixels, spec.Mean, spec.Std)
		return l, []Map{image}, nil
	}
	return nn.Layer{}, nil, fmt.Errorf("%s has no layer %q", spec.Name, layer)
}
