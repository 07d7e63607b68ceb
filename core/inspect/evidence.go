package inspect

import "fmt"

// Head is what stands between a network's last maps and its ten logits: two
// dense layers with a ReLU between them, fed by the maps' means (Model 2) or
// by all their numbers (Model 1).
type Head struct {
	Pooled bool      // fed by the mean of each map
	W1     []float32 // [hidden][in]
	B1     []float32 // [hidden]
	W2     []float32 // [classes][hidden]
	B2     []float32 // [classes]
}

// Evidence returns the class activation map of one image: what each place of
// the last maps adds to the logit of a class, and the constant that no place
// adds. Both are exact: the map's sum and the constant make the logit.
//
// With fixed maps, the ReLU of the hidden layer makes the head linear: the
// gradient of the logit is W1' (open * W2[class]), where open tells which
// hidden units are positive. The map is gradient times activation, summed over
// channels: CAM (Zhou et al., 2016) carried through one hidden layer where the
// maps are pooled, HiResCAM (Draelos and Carin, 2020) where they are not.
func (h Head) Evidence(maps []Map, class int) (evidence Map, constant float32, err error) {
	hidden := len(h.B1)
	if err := h.check(maps, class); err != nil {
		return Map{}, 0, err
	}
	features := h.features(maps)
	in := len(features)
	gradient := make([]float64, in)
	rest := float64(h.B2[class])
	for j := range hidden {
		row := h.W1[j*in : (j+1)*in]
		sum := float64(h.B1[j])
		for i, w := range row {
			sum += float64(float64(w) * features[i])
		}
		if sum <= 0 {
			continue
		}
		out := float64(h.W2[class*hidden+j])
		rest += float64(out * float64(h.B1[j]))
		for i, w := range row {
			gradient[i] += float64(out * float64(w))
		}
	}
	return h.spread(maps, gradient), float32(rest), nil
}

// features are the head's input.
func (h Head) features(maps []Map) []float64 {
	var all []float64
	for _, m := range maps {
		sum := 0.0
		for _, v := range m.Data {
			if !h.Pooled {
				all = append(all, float64(v))
			}
			sum += float64(v)
		}
		if h.Pooled {
			all = append(all, sum/float64(len(m.Data)))
		}
	}
	return all
}

// spread gives each place the sum over maps of gradient times activation.
func (h Head) spread(maps []Map, gradient []float64) Map {
	m := NewMap(maps[0].W, maps[0].H)
	area := len(m.Data)
	for p := range m.Data {
		sum := 0.0
		for k := range maps {
			v := float64(maps[k].Data[p])
			if h.Pooled {
				sum += float64(gradient[k]*v) / float64(area)
			} else {
				sum += float64(gradient[k*area+p] * v)
			}
		}
		m.Data[p] = float32(sum)
	}
	return m
}

func (h Head) check(maps []Map, class int) error {
	if len(maps) == 0 || maps[0].W < 1 || maps[0].H < 1 {
		return fmt.Errorf("there are no maps to explain")
	}
	area := maps[0].W * maps[0].H
	for i, m := range maps {
		if m.W != maps[0].W || len(m.Data) != area {
			return fmt.Errorf("map %d has another size than map 0", i)
		}
	}
	in := len(maps)
	if !h.Pooled {
		in *= area
	}
	if hidden := len(h.B1); len(h.W1) != hidden*in || len(h.W2) != hidden*len(h.B2) {
		return fmt.Errorf("a head of %d+%d and %d+%d parameters does not fit %d inputs", len(h.W1), len(h.B1), len(h.W2), len(h.B2), in)
	}
	if class < 0 || class >= len(h.B2) {
		return fmt.Errorf("there is no class %d: 0 to %d are possible", class, len(h.B2)-1)
	}
	return nil
}
