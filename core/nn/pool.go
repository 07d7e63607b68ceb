package nn

import (
	"fmt"

	"atelier/core/kernel"
)

// MaxPool2d takes the largest of each 2×2 pixels, the first in row-major order
// where several are largest (torch.nn.MaxPool2d(2)): [N,C,H,W] to [N,C,H/2,W/2].
func MaxPool2d(name string) Layer { return Layer{Kind: KindMaxPool2d, Name: name} }

type maxPool struct{ weightless }

func (maxPool) out(l Layer, in Shape) (Shape, error) {
	if in.Flat() || in.H%2 != 0 || in.W%2 != 0 {
		return Shape{}, fmt.Errorf("%s halves height and width, but gets %s", l.Name, in)
	}
	return Shape{C: in.C, H: in.H / 2, W: in.W / 2}, nil
}

func (maxPool) bind(l Layer, b *binder) bound {
	if b.pooled {
		b.pooled = false
		return pooledInside{}
	}
	return &maxPoolPass{
		in: l.In.grid(), out: l.Out.grid(),
		y:   b.activation(l.Out),
		arg: make([]uint8, b.capacity*l.Out.C*l.Out.H*l.Out.W),
		dx:  b.gradient(l.In),
	}
}

// maxPoolPass is a MaxPool2d with memory.
type maxPoolPass struct {
	in, out kernel.Grid
	y, dx   []float32
	arg     []uint8 // which of the four won
}

func (l *maxPoolPass) Forward(c *Context, x []float32) ([]float32, error) {
	kernel.MaxPool(l.y, l.arg, x, l.in, c.images())
	return l.y, nil
}

func (l *maxPoolPass) Backward(c *Context, dy []float32) ([]float32, error) {
	kernel.MaxPoolBackward(l.dx, dy, l.arg, l.in, c.images())
	return l.dx, nil
}

// GlobalAvgPool averages each channel over all pixels
// (torch.nn.AdaptiveAvgPool2d(1) and torch.nn.Flatten): [N,C,H,W] to [N,C].
func GlobalAvgPool(name string) Layer { return Layer{Kind: KindGlobalAvgPool, Name: name} }

type globalAvgPool struct{ weightless }

func (globalAvgPool) out(l Layer, in Shape) (Shape, error) {
	if in.Flat() {
		return Shape{}, fmt.Errorf("%s averages pixels, but gets %s", l.Name, in)
	}
	return Shape{C: in.C}, nil
}

func (globalAvgPool) bind(l Layer, b *binder) bound {
	return &avgPoolPass{in: l.In.grid(), y: b.activation(l.Out), dx: b.gradient(l.In)}
}

// avgPoolPass is a GlobalAvgPool with memory. y: [images][channels].
type avgPoolPass struct {
	in    kernel.Grid
	y, dx []float32
}

func (l *avgPoolPass) Forward(c *Context, x []float32) ([]float32, error) {
	kernel.GlobalAvgPool(l.y, x, l.in, c.images())
	return l.y, nil
}

func (l *avgPoolPass) Backward(c *Context, dy []float32) ([]float32, error) {
	kernel.GlobalAvgPoolBackward(l.dx, dy, l.in, c.images())
	return l.dx, nil
}
