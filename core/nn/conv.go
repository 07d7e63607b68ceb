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

// treeStack returns the scratch that kernel.Tree needs for a worker's shards:
// one partial sum for each level.
func treeStack(capacity, n int) [][]float32 {
	var s [][]float32
	for leaves := ShardCount(capacity); leaves > 1; leaves = (leaves + 1) / 2 {
		s = append(s, make([]float32, n))
	}
	return s
}

// leaves calls f for the first image and the number of images of each of the
// worker's shards.
func (c *Context) leaves(f func(first, n int)) error {
	for s := c.Range.Lo; s < c.Range.Hi; s++ {
		r := Shards{s, s + 1}
		f((s-c.Range.Lo)*kernel.Leaf, c.imagesOf(r))
		if err := c.Yield(); err != nil {
			return err
		}
	}
	return nil
}

// backward writes the weight's gradient for every node and returns the
// gradient of the input.
func (k *convKernel) backward(c *Context, x, dy []float32) ([]float32, error) {
	in, out := k.in.Len(), k.out.Len()
	return k.backwardBy(c, func(dw []float32, first, n int) {
		if k.dx == nil {
			k.conv.BackwardWeight(dw, x[first*in:], dy[first*out:], n)
			return
		}
		k.conv.Backward(k.dx[first*in:], dw, x[first*in:], dy[first*out:], n)
	})
}

// backwardBy calls leaf for every shard of every node, for its weight gradient
// and that of its input, and sums the weight gradients in the tree.
func (k *convKernel) backwardBy(c *Context, leaf func(dw []float32, first, n int)) ([]float32, error) {
	var failed error
	for i, node := range c.Nodes {
		dw := c.Grads[i][k.weight.Off : k.weight.Off+len(k.weight.Data)]
		kernel.Tree(dw, node.Hi-node.Lo, k.stack, func(dst []float32, i int) {
			if failed != nil {
				return
			}
			shard := node.Lo + i
			leaf(dst, (shard-c.Range.Lo)*kernel.Leaf, c.imagesOf(Shards{shard, shard + 1}))
			failed = c.Yield()
		})
	}
	return k.dx, failed
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
	err := c.leaves(func(first, n int) {
		l.conv.Forward(l.y[first*out:], x[first*in:], l.bias.Data, l.relu, n)
	})
	return l.y, err
}

func (l *convPass) Backward(c *Context, dy []float32) ([]float32, error) {
	if l.relu {
		n := c.images() * l.out.Len()
		kernel.ReLUBackward(dy[:n], l.y[:n])
	}
	c.nodes(func(first, n int, grad []float32) {
		db := grad[l.bias.Off : l.bias.Off+l.out.C]
		kernel.BiasGradient(db, dy[first*l.out.Len():], l.out, n)
	})
	return l.backward(c, l.x, dy)
}

// nodes calls f for the first image, the number of images and the gradient
// arena of each of the worker's nodes.
func (c *Context) nodes(f func(first, n int, grad []float32)) {
	for i, node := range c.Nodes {
		f((node.Lo-c.Range.Lo)*kernel.Leaf, c.imagesOf(node), c.Grads[i])
	}
}
