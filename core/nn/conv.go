package nn

import (
	"fmt"

	"atelier/core/kernel"
)

type conv2d struct {
	name    string
	in, out int
	relu    Activation
}

// Conv2d is a 3×3 convolution with stride 1, padding 1 and bias
// (torch.nn.Conv2d), followed by act.
func Conv2d(name string, in, out int, act Activation) Layer { return conv2d{name, in, out, act} }

func (l conv2d) Info() Info {
	kind := "Conv2d"
	if l.relu {
		kind = "Conv2d + ReLU"
	}
	return Info{Name: l.name, Kind: kind, Note: "3×3"}
}

func (l conv2d) Out(in Shape) (Shape, error) { return convOut(l.name, l.in, l.out, in) }

func convOut(name string, in, out int, s Shape) (Shape, error) {
	if s.C != in || s.Flat() {
		return Shape{}, fmt.Errorf("%s takes %d channels, but gets %s", name, in, s)
	}
	return Shape{C: out, H: s.H, W: s.W}, nil
}

func (l conv2d) declare(d *declaration) {
	d.weight(l.name+".weight", l.in*9, l.out, l.in, 3, 3)
	d.bias(l.name+".bias", l.in*9, l.out)
}

func (l conv2d) bind(b *binder, in Shape) bound {
	out := Shape{C: l.out, H: in.H, W: in.W}
	if b.poolsNext && bool(l.relu) {
		b.pooled = true
		return newConvPoolPass(b, l, in, out)
	}
	c := &convPass{
		convKernel: newConvKernel(b, in, out, b.net.param(l.name+".weight")),
		bias:       b.net.param(l.name + ".bias"),
		relu:       bool(l.relu),
		net:        b.net,
		y:          b.activation(out),
	}
	return c
}

// convKernel is a convolution with its packed weights and its part in the tree.
type convKernel struct {
	conv    *kernel.Conv
	in, out kernel.Grid
	weight  Param
	dx      []float32 // nil for the first layer
	stack   [][]float32
}

func newConvKernel(b *binder, in, out Shape, w Param) convKernel {
	k := convKernel{
		conv: kernel.NewConv(in.grid(), out.grid(), b.algorithm),
		in:   in.grid(), out: out.grid(), weight: w,
		stack: treeStack(b.capacity, len(w.Data)),
	}
	if b.index > 0 {
		k.dx = b.gradient(in)
	}
	return k
}

// backward writes the weight's gradient for every node and returns the
// gradient of the input.
func (k *convKernel) backward(c *Context, x, dy []float32) ([]float32, error) {
	in, out := k.in.Len(), k.out.Len()
	return k.dx, c.sumShards(k.weight, k.stack, func(dw []float32, first, n int) {
		if k.dx == nil {
			k.conv.BackwardWeight(dw, x[first*in:], dy[first*out:], n)
			return
		}
		k.conv.Backward(k.dx[first*in:], dw, x[first*in:], dy[first*out:], n)
	})
}

// convPass is a Conv2d with memory. x: [images] in-grids, y: [images] out-grids.
type convPass struct {
	convKernel
	bias   Param
	relu   bool
	net    *Net
	packed int
	x, y   []float32
}

func (l *convPass) Forward(c *Context, x []float32) ([]float32, error) {
	if l.packed != l.net.Version {
		l.conv.Pack(l.weight.Data, true)
		l.packed = l.net.Version
	}
	l.x = x
	in, out := l.in.Len(), l.out.Len()
	err := c.eachShard(func(first, n int) {
		l.conv.Forward(l.y[first*out:], x[first*in:], l.bias.Data, l.relu, n)
	})
	return l.y, err
}

func (l *convPass) Backward(c *Context, dy []float32) ([]float32, error) {
	if l.relu {
		n := c.images() * l.out.Len()
		kernel.ReLUBackward(dy[:n], l.y[:n])
	}
	c.eachNode(func(first, n int, grad []float32) {
		db := grad[l.bias.Off : l.bias.Off+l.out.C]
		kernel.BiasGradient(db, dy[first*l.out.Len():], l.out, n)
	})
	return l.backward(c, l.x, dy)
}
