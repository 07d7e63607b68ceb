package nn

import (
	"fmt"

	"atelier/core/kernel"
)

// Conv2d is a 3×3 convolution with stride 1, padding 1 and bias
// (torch.nn.Conv2d), followed by act: [N,C,H,W] to [N,K,H,W].
func Conv2d(name string, c, k int, act Activation) Layer {
	return Layer{Kind: KindConv2d, Name: name, In: Shape{C: c}, Out: Shape{C: k}, Act: act}
}

type conv2d struct{}

func (conv2d) out(l Layer, in Shape) (Shape, error) {
	if in.C != l.In.C || in.Flat() {
		return Shape{}, fmt.Errorf("%s takes %d channels, but gets %s", l.Name, l.In.C, in)
	}
	return Shape{C: l.Out.C, H: in.H, W: in.W}, nil
}

func (conv2d) tensors(l Layer) []Tensor {
	fan := 9 * l.In.C
	return []Tensor{weight(l.Name+".weight", fan, l.Out.C, l.In.C, 3, 3), bias(l.Name+".bias", fan, l.Out.C)}
}

func (conv2d) products(l Layer) int { return 9 * l.In.C * l.Out.C * l.Out.H * l.Out.W }

func (conv2d) bind(l Layer, b *binder) bound {
	if b.poolsNext && bool(l.Act) {
		b.pooled = true
		return newConvPoolPass(l, b)
	}
	return &convPass{
		convKernel: newConvKernel(l, b, b.net.param(l.Name+".weight")),
		bias:       b.net.param(l.Name + ".bias"),
		relu:       bool(l.Act),
		net:        b.net,
		y:          b.activation(l.Out),
	}
}

// convKernel is a convolution with its packed weights and its part in the tree.
type convKernel struct {
	conv    *kernel.Conv
	in, out kernel.Grid
	weight  Param
	dx      []float32 // nil for the first layer
	stack   [][]float32
}

func newConvKernel(l Layer, b *binder, w Param) convKernel {
	k := convKernel{
		conv: kernel.NewConv(l.In.grid(), l.Out.grid(), b.algorithm),
		in:   l.In.grid(), out: l.Out.grid(), weight: w,
		stack: treeStack(b.capacity, len(w.Data)),
	}
	if b.index > 0 {
		k.dx = b.gradient(l.In)
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
