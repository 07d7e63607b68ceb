package nn

import (
	"fmt"

	"atelier/core/kernel"
)

// Flatten turns an image's channels into one vector, channel by channel
// (torch.flatten(x, 1)): [N,C,H,W] to [N,C·H·W].
func Flatten() Layer { return Layer{Kind: KindFlatten, Name: "flatten"} }

type flatten struct{ weightless }

func (flatten) out(l Layer, in Shape) (Shape, error) {
	if in.Flat() {
		return Shape{}, fmt.Errorf("%s takes pixels, but gets %s", l.Name, in)
	}
	return Shape{C: in.C * in.H * in.W}, nil
}

func (flatten) bind(l Layer, b *binder) bound {
	return &flattenPass{in: l.In.grid(), y: b.activation(l.Out), dx: b.gradient(l.In)}
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
