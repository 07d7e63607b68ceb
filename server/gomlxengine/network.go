package gomlxengine

import (
	"fmt"

	. "github.com/gomlx/gomlx/pkg/core/graph"

	"atelier/core/nn"
)

// Network is a network as a graph: its tensors by PyTorch's state_dict names and
// shapes, and the layers that it is built from.
type Network struct {
	Name    string
	Params  []Tensor // trained, in state_dict order; Data nil
	Buffers []Tensor // running statistics, in state_dict order; Data nil

	layers []nn.Layer
}

// Tensor is a named array of float32 numbers, row-major.
type Tensor struct {
	Name  string
	Shape []int
	Data  []float32
}

// Len is the number of elements that Shape asks for.
func (t Tensor) Len() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// NetworkOf returns a network's graph, made from its layers.
func NetworkOf(spec nn.Spec) *Network {
	n := &Network{Name: spec.Name, layers: spec.Layers}
	for _, l := range spec.Layers {
		for _, t := range l.Tensors() {
			own := Tensor{Name: t.Name, Shape: t.Shape}
			switch t.Role {
			case nn.Parameter:
				n.Params = append(n.Params, own)
			case nn.Statistic:
				n.Buffers = append(n.Buffers, own)
			}
		}
	}
	return n
}

// forward makes logits [N,10] of images [N,1,28,28].
func (n *Network) forward(b *builder, x *Node) *Node {
	for _, l := range n.layers {
		x = b.layer(l, x)
	}
	return x
}

// builder builds one graph of a network: it finds tensors by name and carries
// what the layers hand on.
type builder struct {
	ops   primitives
	net   *Network
	train bool
	value map[string]*Node // parameters and buffers; training replaces the buffers by their new values
	rng   *Node            // dropout's generator; nil trains without dropout
	drop  *Node            // the factor on the network's dropout probabilities, a scalar
}

func (b *builder) get(name string) *Node {
	v, ok := b.value[name]
	if !ok {
		panic(fmt.Errorf("%s has no tensor %q", b.net.Name, name))
	}
	return v
}

// layer adds a layer to the graph.
func (b *builder) layer(l nn.Layer, x *Node) *Node {
	switch l.Kind {
	case nn.KindConv2d:
		x = b.ops.conv3x3(x, b.get(l.Name+".weight"))
		return activated(l, Add(x, perChannel(b.get(l.Name+".bias"))))
	case nn.KindConvBNReLU:
		return b.block(l.Name, x)
	case nn.KindMaxPool2d:
		return b.ops.maxPool2(x)
	case nn.KindGlobalAvgPool:
		return globalAvgPool(x)
	case nn.KindFlatten: // PyTorch's order: channel, row, column
		return Reshape(x, x.Shape().Dimensions[0], -1)
	case nn.KindDropout, nn.KindDropout2d:
		return b.dropout(l, x)
	case nn.KindLinear:
		return activated(l, linear(x, b.get(l.Name+".weight"), b.get(l.Name+".bias")))
	}
	panic(fmt.Errorf("%s has a layer %s of kind %s, which no graph is known for", b.net.Name, l.Name, l.Kind))
}

func activated(l nn.Layer, x *Node) *Node {
	if l.Act == nn.ReLU {
		return relu(x)
	}
	return x
}

// block is a convolution, batch normalization and ReLU.
func (b *builder) block(name string, x *Node) *Node {
	bn := name + ".bn"
	x = b.ops.conv3x3(x, b.get(name+".conv.weight"))
	gamma, beta := b.get(bn+".weight"), b.get(bn+".bias")
	r := running{b.get(bn + ".running_mean"), b.get(bn + ".running_var")}
	if !b.train {
		return relu(batchNormEval(x, gamma, beta, r))
	}
	x, r = batchNormTrain(x, gamma, beta, r)
	b.value[bn+".running_mean"], b.value[bn+".running_var"] = r.mean, r.variance
	return relu(x)
}

func (b *builder) dropout(l nn.Layer, x *Node) *Node {
	if !b.train || b.rng == nil {
		return x
	}
	x, b.rng = dropout(x, b.rng, MulScalar(b.drop, float64(l.P)), l.Kind == nn.KindDropout2d)
	return x
}
