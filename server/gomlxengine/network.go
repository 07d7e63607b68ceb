package gomlxengine

import (
	"fmt"

	. "github.com/gomlx/gomlx/pkg/core/graph"
)

// Network is one of the two networks as a graph: its tensors by PyTorch's
// state_dict names and shapes, and the function that builds it.
type Network struct {
	Name    string
	Params  []Tensor  // trained, in state_dict order; Data nil
	Buffers []Tensor  // running statistics, in state_dict order; Data nil
	Drop    []float64 // dropout probabilities, in the order of the layers

	forward func(b *builder, x *Node) *Node // images [N,1,28,28] -> logits [N,10]
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

// ByName returns the network "model1" or "model2".
func ByName(name string) (*Network, error) {
	switch name {
	case "model1":
		return model1(), nil
	case "model2":
		return model2(), nil
	}
	return nil, fmt.Errorf("no network is called %q: there are model1 and model2", name)
}

// model1 is the report's baseline: two convolutions, one pooling, two Linears.
func model1() *Network {
	n := &Network{Name: "model1", Drop: []float64{.25, .25}}
	n.addConv("conv1", 1, 32, true)
	n.addConv("conv2", 32, 64, true)
	n.addLinear("fc1", 64*14*14, 128)
	n.addLinear("fc2", 128, 10)
	n.forward = func(b *builder, x *Node) *Node {
		x = relu(b.conv("conv1", x, true)) // [N,32,28,28]
		x = relu(b.conv("conv2", x, true)) // [N,64,28,28]
		x = b.ops.maxPool2(x)              // [N,64,14,14]
		x = b.dropout(0, x, false)
		x = Reshape(x, x.Shape().Dimensions[0], -1) // PyTorch's order: channel, row, column
		x = relu(b.linear("fc1", x))
		x = b.dropout(1, x, false)
		return b.linear("fc2", x)
	}
	return n
}

// model2 is the report's deeper network: three stages of two Conv-BatchNorm-ReLU
// blocks, global average pooling and two Linears. The numbers in the names are
// the places in PyTorch's Sequential; between them stand pooling and dropout.
func model2() *Network {
	n := &Network{Name: "model2", Drop: []float64{.05, .10, .15, .20}}
	stages := []struct{ in, out, first int }{{1, 32, 0}, {32, 64, 4}, {64, 128, 8}}
	for _, s := range stages {
		n.addBlock(s.first, s.in, s.out)
		n.addBlock(s.first+1, s.out, s.out)
	}
	n.addLinear("classifier.1", 128, 64)
	n.addLinear("classifier.4", 64, 10)
	n.forward = func(b *builder, x *Node) *Node {
		for i, s := range stages {
			x = b.block(s.first, x)
			x = b.block(s.first+1, x)
			if i < 2 {
				x = b.ops.maxPool2(x)
			}
			x = b.dropout(i, x, true)
		}
		x = globalAvgPool(x)
		x = relu(b.linear("classifier.1", x))
		x = b.dropout(3, x, false)
		return b.linear("classifier.4", x)
	}
	return n
}

func (n *Network) addParam(name string, shape ...int) {
	n.Params = append(n.Params, Tensor{Name: name, Shape: shape})
}

func (n *Network) addConv(name string, in, out int, bias bool) {
	n.addParam(name+".weight", out, in, 3, 3)
	if bias {
		n.addParam(name+".bias", out)
	}
}

func (n *Network) addLinear(name string, in, out int) {
	n.addParam(name+".weight", out, in)
	n.addParam(name+".bias", out)
}

func (n *Network) addBlock(i, in, out int) {
	name := fmt.Sprintf("features.%d", i)
	n.addConv(name+".conv", in, out, false)
	n.addParam(name+".bn.weight", out)
	n.addParam(name+".bn.bias", out)
	n.Buffers = append(n.Buffers,
		Tensor{Name: name + ".bn.running_mean", Shape: []int{out}},
		Tensor{Name: name + ".bn.running_var", Shape: []int{out}})
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

func (b *builder) conv(name string, x *Node, bias bool) *Node {
	y := b.ops.conv3x3(x, b.get(name+".weight"))
	if bias {
		y = Add(y, perChannel(b.get(name+".bias")))
	}
	return y
}

func (b *builder) linear(name string, x *Node) *Node {
	return linear(x, b.get(name+".weight"), b.get(name+".bias"))
}

// block is Conv-BatchNorm-ReLU number i of the features.
func (b *builder) block(i int, x *Node) *Node {
	name := fmt.Sprintf("features.%d", i)
	bn := name + ".bn"
	x = b.conv(name+".conv", x, false)
	gamma, beta := b.get(bn+".weight"), b.get(bn+".bias")
	r := running{b.get(bn + ".running_mean"), b.get(bn + ".running_var")}
	if !b.train {
		return relu(batchNormEval(x, gamma, beta, r))
	}
	x, r = batchNormTrain(x, gamma, beta, r)
	b.value[bn+".running_mean"], b.value[bn+".running_var"] = r.mean, r.variance
	return relu(x)
}

// dropout is the network's i-th dropout layer.
func (b *builder) dropout(i int, x *Node, channels bool) *Node {
	if !b.train || b.rng == nil {
		return x
	}
	x, b.rng = dropout(x, b.rng, MulScalar(b.drop, b.net.Drop[i]), channels)
	return x
}
