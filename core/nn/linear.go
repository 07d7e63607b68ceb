package nn

import (
	"fmt"

	"atelier/core/kernel"
)

type linear struct {
	name    string
	in, out int
	relu    Activation
}

// Linear is y = x·Wᵀ + b (torch.nn.Linear), followed by act.
func Linear(name string, in, out int, act Activation) Layer { return linear{name, in, out, act} }

func (l linear) Info() Info {
	kind := "Linear"
	if l.relu {
		kind = "Linear + ReLU"
	}
	return Info{Name: l.name, Kind: kind}
}

func (l linear) Out(in Shape) (Shape, error) {
	if !in.Flat() || in.C != l.in {
		return Shape{}, fmt.Errorf("%s takes %d features, but gets %s", l.name, l.in, in)
	}
	return Shape{C: l.out}, nil
}

func (l linear) declare(d *declaration) {
	d.weight(l.name+".weight", l.in, l.out, l.in)
	d.bias(l.name+".bias", l.in, l.out)
}

func (l linear) bind(b *binder, in Shape) bound {
	return &linearPass{
		net: b.net, in: l.in, out: l.out, relu: bool(l.relu),
		dense:  kernel.NewDense(l.in, l.out, b.capacity),
		weight: b.net.param(l.name + ".weight"),
		bias:   b.net.param(l.name + ".bias"),
		y:      b.activation(Shape{C: l.out}),
		dx:     b.gradient(in),
	}
}

// linearPass is a Linear with memory. x: [images][in], y: [images][out].
type linearPass struct {
	net          *Net
	dense        *kernel.Dense
	in, out      int
	relu         bool
	weight, bias Param
	packed       int
	packedTrain  bool
	x, y, dx     []float32
}

func (l *linearPass) Forward(c *Context, x []float32) ([]float32, error) {
	if l.packed != l.net.Version || c.Train && !l.packedTrain {
		l.dense.Pack(l.weight.Data, c.Train)
		l.packed, l.packedTrain = l.net.Version, c.Train
	}
	l.x = x
	l.dense.Forward(l.y, x, l.bias.Data, l.relu, c.images())
	return l.y, nil
}

func (l *linearPass) Backward(c *Context, dy []float32) ([]float32, error) {
	n := c.images()
	if l.relu {
		kernel.ReLUBackward(dy[:n*l.out], l.y[:n*l.out])
	}
	c.eachNode(func(first, n int, grad []float32) {
		dw := grad[l.weight.Off : l.weight.Off+len(l.weight.Data)]
		db := grad[l.bias.Off : l.bias.Off+l.out]
		l.dense.BackwardWeight(dw, l.x[first*l.in:], dy[first*l.out:], n)
		kernel.DenseBiasGradient(db, dy[first*l.out:], l.out, n)
	})
	if err := c.Yield(); err != nil {
		return nil, err
	}
	l.dense.BackwardInput(l.dx, dy, n)
	return l.dx, nil
}
