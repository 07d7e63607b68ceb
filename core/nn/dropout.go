package nn

import (
	"fmt"
	"math"

	"github.com/chewxy/math32"

	"atelier/core/kernel"
	"atelier/core/random"
)

// Dropout zeroes each feature with probability p while training and scales the
// others by 1/(1-p) (torch.nn.Dropout): [N,C] to [N,C]. The mask is a function of
// (seed, step, position in the batch, layer).
func Dropout(name string, p float32) Layer { return Layer{Kind: KindDropout, Name: name, P: p} }

// Dropout2d zeroes whole channels (torch.nn.Dropout2d): [N,C,H,W] to [N,C,H,W].
func Dropout2d(name string, p float32) Layer { return Layer{Kind: KindDropout2d, Name: name, P: p} }

type dropout struct{ weightless }

func (dropout) out(l Layer, in Shape) (Shape, error) {
	if (l.Kind == KindDropout2d) == in.Flat() {
		return Shape{}, fmt.Errorf("%s gets %s: Dropout takes features and Dropout2d channels", l.Name, in)
	}
	return in, nil
}

func (dropout) bind(l Layer, b *binder) bound {
	return &dropoutPass{in: l.In, p: l.P, layer: uint32(b.index), scale: make([]float32, b.capacity*l.In.C)}
}

// dropoutPass is a Dropout or Dropout2d with memory. It works in place.
type dropoutPass struct {
	in     Shape
	p      float32
	layer  uint32
	active bool      // in the last Forward
	scale  []float32 // [images][features or channels]: 0 or 1/(1-p)
}

func (l *dropoutPass) Forward(c *Context, x []float32) ([]float32, error) {
	p := float32(l.p * c.DropoutScale)
	l.active = c.Train && p > 0
	if !l.active {
		return x, nil
	}
	n := c.images()
	for i := range n {
		s := random.New(c.Seed, random.Dropout, c.Step, uint32(c.first()+i), l.layer)
		dropMask(l.scale[i*l.in.C:(i+1)*l.in.C], p, &s)
	}
	l.apply(x, n)
	return x, nil
}

// dropMask fills dst with 0, with probability p, or 1/(1-p), two elements from
// each 32 random bits.
func dropMask(dst []float32, p float32, s *random.Stream) {
	threshold := uint32(float64(float64(p)*(1<<16)) + .5)
	kept := math32.Float32bits(1 / (1 - p))
	for ; len(dst) >= 8; dst = dst[8:] {
		a, b, c, d := s.Block()
		m := (*[8]float32)(dst)
		m[0], m[1] = drop(a, threshold, kept), drop(a>>16, threshold, kept)
		m[2], m[3] = drop(b, threshold, kept), drop(b>>16, threshold, kept)
		m[4], m[5] = drop(c, threshold, kept), drop(c>>16, threshold, kept)
		m[6], m[7] = drop(d, threshold, kept), drop(d>>16, threshold, kept)
	}
	var bits uint32
	for i := range dst {
		if i&1 == 0 {
			bits = s.Uint32()
		}
		dst[i] = drop(bits, threshold, kept)
		bits >>= 16
	}
}

// drop returns the float32 of the bits kept, or 0 where the lower half of bits is below the threshold.
func drop(bits, threshold, kept uint32) float32 {
	below := uint32(int32(bits&0xffff-threshold) >> 31) // all ones, or none
	// The compiler's own: in WebAssembly math32's goes through memory, once a feature.
	return math.Float32frombits(kept &^ below)
}

func (l *dropoutPass) apply(x []float32, n int) {
	if l.in.Flat() {
		kernel.Scale(x[:n*l.in.C], l.scale[:n*l.in.C])
		return
	}
	kernel.ScaleChannels(x, l.scale, l.in.grid(), n)
}

func (l *dropoutPass) Backward(c *Context, dy []float32) ([]float32, error) {
	if l.active {
		l.apply(dy, c.images())
	}
	return dy, nil
}
