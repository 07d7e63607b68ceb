package nn

import "atelier/core/kernel"

// convPoolPass is a Conv2d with ReLU and the MaxPool2d behind it, computed as
// one: the unpooled output is never stored. The bits are those of the two layers
// apart. x: [images] in-grids, y: [images] grids of half the side.
type convPoolPass struct {
	convKernel
	bias   Param
	net    *Net
	packed int
	pooled kernel.Grid
	x, y   []float32
	arg    []uint8 // which of the four pixels won
	shown  []float32
}

func newConvPoolPass(l Layer, b *binder) *convPoolPass {
	half := Shape{C: l.Out.C, H: l.Out.H / 2, W: l.Out.W / 2}
	return &convPoolPass{
		convKernel: newConvKernel(l, b, b.net.param(l.Name+".weight")),
		bias:       b.net.param(l.Name + ".bias"),
		net:        b.net,
		pooled:     half.grid(),
		y:          b.activation(half),
		arg:        make([]uint8, b.capacity*half.C*half.H*half.W),
	}
}

// pooledInside is the pass of a MaxPool2d whose work the layer before it does.
type pooledInside struct{}

func (pooledInside) Forward(_ *Context, x []float32) ([]float32, error)   { return x, nil }
func (pooledInside) Backward(_ *Context, dy []float32) ([]float32, error) { return dy, nil }

func (l *convPoolPass) Forward(c *Context, x []float32) ([]float32, error) {
	if l.packed != l.net.Version {
		l.conv.Pack(l.weight.Data, true)
		l.packed = l.net.Version
	}
	l.x = x
	in, out, args := l.in.Len(), l.pooled.Len(), l.argLen()
	err := c.eachShard(func(first, n int) {
		l.conv.ForwardPool(l.y[first*out:], l.arg[first*args:], x[first*in:], l.bias.Data, n)
	})
	return l.y, err
}

func (l *convPoolPass) argLen() int { return l.pooled.C * l.pooled.H * l.pooled.W }

// unpooled computes the layer's own output for the first image of the last
// Forward, for those who want to look at it.
func (l *convPoolPass) unpooled() []float32 {
	if l.shown == nil {
		l.shown = make([]float32, l.out.Len())
	}
	l.conv.Forward(l.shown, l.x, l.bias.Data, true, 1)
	return l.shown
}

func (l *convPoolPass) Backward(c *Context, dy []float32) ([]float32, error) {
	// Where the pool's output is zero, ReLU lets no gradient through.
	n := c.images() * l.pooled.Len()
	kernel.ReLUBackward(dy[:n], l.y[:n])
	c.eachNode(func(first, n int, grad []float32) {
		db := grad[l.bias.Off : l.bias.Off+l.out.C]
		kernel.BiasGradient(db, dy[first*l.pooled.Len():], l.pooled, n)
	})
	in, out, args := l.in.Len(), l.pooled.Len(), l.argLen()
	return l.dx, c.sumShards(l.weight, l.stack, func(dw []float32, first, n int) {
		var dx []float32
		if l.dx != nil {
			dx = l.dx[first*in:]
		}
		l.conv.BackwardPool(dx, dw, l.x[first*in:], dy[first*out:], l.arg[first*args:], n)
	})
}
