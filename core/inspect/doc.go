// Package inspect turns what a network computes into pictures with their
// scale: activation maps, filters, class activation maps and occlusion maps.
//
// Maps are plain numbers; the file network.go takes them from a network.
package inspect

// Map is one channel: H rows of W numbers.
type Map struct {
	W, H int
	Data []float32 // H*W, row by row
}

// NewMap returns a map of zeros.
func NewMap(w, h int) Map { return Map{W: w, H: h, Data: make([]float32, w*h)} }

// Range returns the least and the greatest finite number; 0, 0 if there is none.
func (m Map) Range() (lo, hi float32) {
	first := true
	for _, v := range m.Data {
		switch {
		case v-v != 0: // NaN and the infinities
		case first:
			lo, hi, first = v, v, false
		case v < lo:
			lo = v
		case v > hi:
			hi = v
		}
	}
	return lo, hi
}

// Mean returns the mean of all numbers.
func (m Map) Mean() float32 {
	var sum float64
	for _, v := range m.Data {
		sum += float64(v)
	}
	return float32(sum / float64(max(len(m.Data), 1)))
}

// Silent reports whether every number is 0: behind a ReLU, a channel that
// found nothing in this image.
func (m Map) Silent() bool {
	for _, v := range m.Data {
		if v != 0 {
			return false
		}
	}
	return true
}
