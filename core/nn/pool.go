package nn

import (
	"fmt"

	"atelier/core/kernel"
)

type maxPool struct{ name string }

// MaxPool2d takes the largest of each 2×2 pixels, the first in row-major order
// where several are largest (torch.nn.MaxPool2d(2)).
func MaxPool2d(name string) Layer { return maxPool{name} }

func isMaxPool(l Layer) bool {
	_, ok := l.(maxPool)
	return ok
}

func (l maxPool) Info() Info             { return Info{Name: l.name, Kind: "MaxPool2d", Note: "2×2"} }
func (l maxPool) declare(d *declaration) {}

func (l maxPool) Out(in Shape) (Shape, error) {
	if in.Flat() || in.H%2 != 0 || in.W%2 != 0 {
		return Shape{}, fmt.Errorf("%s halves height and width, but gets %s", l.name, in)
	}
	return Shape{C: in.C, H: in.H / 2, W: in.W / 2}, nil
}

func (l maxPool) bind(b *binder, in Shape) bound {
	if b.pooled {
		b.pooled = false
		return pooledInside{}
	}
	out := Shape{C: in.C, H: in.H / 2, W: in.W / 2}
	return &maxPoolPass{
		in: in.grid(), out: out.grid(),
		y:   b.activation(out),
		arg: make([]uint8, b.capacity*out.C*out.H*out.W),
		dx:  b.gradient(in),
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

type globalAvgPool struct{ name string }

// GlobalAvgPool averages each channel over all pixels
// (torch.nn.AdaptiveAvgPool2d(1) and Flatten).
func GlobalAvgPool(name string) Layer { return globalAvgPool{name} }

func (l globalAvgPool) Info() Info             { return Info{Name: l.name, Kind: "Global average pool"} }
func (l globalAvgPool) declare(d *declaration) {}

func (l globalAvgPool) Out(in Shape) (Shape, error) {
	if in.Flat() {
		return Shape{}, fmt.Errorf("%s averages pixels, but gets %s", l.name, in)
	}
	return Shape{C: in.C}, nil
}

func (l globalAvgPool) bind(b *binder, in Shape) bound {
	return &avgPoolPass{in: in.grid(), y: b.activation(Shape{C: in.C}), dx: b.gradient(in)}
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

type flatten struct{}

// Flatten turns an image's channels into one vector, channel by channel
// (torch.flatten(x, 1)).
func Flatten() Layer { return flatten{} }

func (flatten) Info() Info             { return Info{Name: "flatten", Kind: "Flatten"} }
func (flatten) declare(d *declaration) {}

func (flatten) Out(in Shape) (Shape, error) {
	if in.Flat() {
		return Shape{}, fmt.Errorf("flatten takes pixels, but gets %s", in)
	}
	return Shape{C: in.C * in.H * in.W}, nil
}

func (flatten) bind(b *binder, in Shape) bound {
	out := Shape{C: in.C * in.H * in.W}
	return &flattenPass{in: in.grid(), y: b.activation(out), dx: b.gradient(in)}
}

// flattenPass is a Flatten with memory. y: [images][features].
type flattenPass struct {
	in    kernel.Grid
	y, dx []float32
}

func (l *flattenPass) Forward(c *Context, x []float32) ([]float32, error) {
	kernel.Flatten(l.y, x, l.in, c.images())
	return l.y, nil
}

func (l *flattenPass) Backward(c *Context, dy []float32) ([]float32, error) {
	kernel.Unflatten(l.dx, dy, l.in, c.images())
	return l.dx, nil
}
