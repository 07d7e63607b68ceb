package inspect

import (
	"fmt"

	"atelier/core/nn"
)

// Viewer answers single images of 784 raw pixels and shows what its layers
// make of them; *infer.Predictor is such.
type Viewer interface {
	Predict(pixels []byte) ([nn.Labels]float32, error)
	Activations(pixels []byte, layer string) (nn.Shape, []float32, error)
}

// Channels cuts a layer's numbers, [C][H][W], into maps. Features are maps of
// one number.
func Channels(shape nn.Shape, data []float32) []Map {
	h, w := max(shape.H, 1), max(shape.W, 1)
	maps := make([]Map, shape.C)
	for c := range maps {
		maps[c] = Map{W: w, H: h, Data: data[c*h*w : (c+1)*h*w]}
	}
	return maps
}

// HeadOf returns a network's head and the name of the layer whose maps feed
// it. The head shares the network's weights.
func HeadOf(n *nn.Net) (h Head, layer string, err error) {
	var weighted []nn.Kind
	for _, l := range n.Spec.Layers {
		if l.Parameters() > 0 {
			weighted = append(weighted, l.Kind)
		}
	}
	if k := len(weighted); k < 2 || weighted[k-2] != nn.KindLinear || weighted[k-1] != nn.KindLinear {
		return h, "", fmt.Errorf("%s has no two dense layers at its end", n.Spec.Name)
	}
	params := n.Parameters()
	last := params[len(params)-4:]
	h = Head{W1: last[0].Data, B1: last[1].Data, W2: last[2].Data, B2: last[3].Data}
	for _, l := range n.Spec.Layers {
		if l.Out.Flat() {
			h.Pooled = l.Kind != nn.KindFlatten
			return h, layer, nil
		}
		layer = l.Name
	}
	return h, "", fmt.Errorf("%s has no layer that makes features of maps", n.Spec.Name)
}

// Occlude returns how much the probability of a class falls when each place of
// an image is covered, and that probability without a cover.
func Occlude(v Viewer, pixels []byte, o Occlusion, class int) (m Map, whole float32, err error) {
	if err := o.Validate(); err != nil {
		return m, 0, err
	}
	if len(pixels) != side*side || class < 0 || class >= nn.Labels {
		return m, 0, fmt.Errorf("an image of %d pixels cannot be occluded for class %d", len(pixels), class)
	}
	answer, err := v.Predict(pixels)
	if err != nil {
		return m, 0, err
	}
	whole = answer[class]
	covered, hidden := make([]float32, o.Across()*o.Across()), make([]byte, len(pixels))
	for i := range covered {
		o.Cover(hidden, pixels, i)
		if answer, err = v.Predict(hidden); err != nil {
			return m, 0, err
		}
		covered[i] = answer[class]
	}
	m, err = o.Map(whole, covered)
	return m, whole, err
}
