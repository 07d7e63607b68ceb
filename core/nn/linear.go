package nn

import (
	"fmt"

	"atelier/core/kernel"
)

// Linear is y = x·Wᵀ + b (torch.nn.Linear), followed by act: [N,C] to [N,K].
func Linear(name string, c, k int, act Activation) Layer {
	return Layer{Kind: KindLinear, Name: name, In: Shape{C: c}, Out: Shape{C: k}, Act: act}
}

type linear struct{}

func (linear) out(l Layer, in Shape) (Shape, error) {
	if !in.Flat() || in.C != l.In.C {
		return Shape{}, fmt.Errorf("%s takes %d features, but gets %s", l.Name, l.In.C, in)
	}
	return Shape{C: l.Out.C}, nil
}

func (linear) tensors(l Layer) []Tensor {
	return []Tensor{weight(l.Name+".weight", l.In.C, l.Out.C, l.In.C), bias(l.Name+".bias", l.In.C, l.Out.C)}
}

func (linear) products(l Layer) int { return l.In.C * l.Out.C }

func (linear) bind(l Layer, b *binder) bound {
	return &linearPass{
		net: b.net, in: l.In.C, out: l.Out.C, relu: bool(l.Act),
		dense:  kernel.NewDense(l.In.C, l.Out.C, b.capacity),
		weight: b.net.param(l.Name + ".weight"),
		bias:   b.net.param(l.Name + ".bias"),
		y:      b.activation(l.Out),
		dx:     b.gradient(l.In),
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
