package nn

import "fmt"

// Kind says what a layer computes.
type Kind string

// The kinds of layers; each is in the file of its name.
const (
	KindConv2d        Kind = "Conv2d"
	KindConvBNReLU    Kind = "ConvBNReLU"
	KindMaxPool2d     Kind = "MaxPool2d"
	KindGlobalAvgPool Kind = "GlobalAvgPool"
	KindFlatten       Kind = "Flatten"
	KindDropout       Kind = "Dropout"
	KindDropout2d     Kind = "Dropout2d"
	KindLinear        Kind = "Linear"
)

// Layer is one row of a network's table. The functions named after the kinds
// make it, and Sequential puts it in its place, which completes its shapes.
type Layer struct {
	Kind    Kind
	Name    string // the PyTorch module, such as features.0
	In, Out Shape
	Act     Activation // what follows a Conv2d or a Linear
	P       float32    // a dropout's probability
}

// Activation says what follows a convolution or a linear layer.
type Activation bool

// ReLU is fused into the layer before it, so its input is never stored.
const (
	Plain Activation = false
	ReLU  Activation = true
)

// Role says what a tensor of the state_dict is to training.
type Role uint8

const (
	Parameter Role = iota // trained
	Statistic             // a running mean or variance
	Counter               // of batches
)

// Tensor is a tensor of a layer's state_dict.
type Tensor struct {
	Name  string
	Shape []int
	Role  Role
	Decay bool // a weight rather than a bias or a normalisation's scale

	fan   int     // inputs of one output, for the initialisation; 0 where it is constant
	value float32 // the constant
}

// Len is the number of elements.
func (t Tensor) Len() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// weight is a weight whose outputs have fan inputs each.
func weight(name string, fan int, shape ...int) Tensor {
	return Tensor{Name: name, Shape: shape, fan: fan, Decay: true}
}

func bias(name string, fan, n int) Tensor { return Tensor{Name: name, Shape: []int{n}, fan: fan} }

func constant(name string, role Role, n int, value float32) Tensor {
	return Tensor{Name: name, Shape: []int{n}, Role: role, value: value}
}

// operator is what a kind of layer does.
type operator interface {
	// out is the shape that the layer makes of in, or an error naming the two
	// that do not fit.
	out(l Layer, in Shape) (Shape, error)
	// tensors are the layer's, in state_dict order.
	tensors(l Layer) []Tensor
	// products is the number of multiplications by weights on one image.
	products(l Layer) int
	// bind gives the layer memory for the images of one worker.
	bind(l Layer, b *binder) bound
}

var operators = map[Kind]operator{
	KindConv2d:        conv2d{},
	KindConvBNReLU:    convBN{},
	KindMaxPool2d:     maxPool{},
	KindGlobalAvgPool: globalAvgPool{},
	KindFlatten:       flatten{},
	KindDropout:       dropout{},
	KindDropout2d:     dropout{},
	KindLinear:        linear{},
}

// weightless is the part of an operator that has no tensors.
type weightless struct{}

func (weightless) tensors(Layer) []Tensor { return nil }
func (weightless) products(Layer) int     { return 0 }

// At returns the layer with its shapes where it is given in, or an error naming
// the two that do not fit.
func (l Layer) At(in Shape) (Layer, error) {
	out, err := operators[l.Kind].out(l, in)
	l.In, l.Out = in, out
	return l, err
}

// Tensors lists the layer's part of the state_dict, in its order.
func (l Layer) Tensors() []Tensor { return operators[l.Kind].tensors(l) }

// Parameters is the number of the layer's trained numbers.
func (l Layer) Parameters() int {
	n := 0
	for _, t := range l.Tensors() {
		if t.Role == Parameter {
			n += t.Len()
		}
	}
	return n
}

// FLOP counts the multiplications by weights, and the additions of what they
// give, of the layer's Forward on one image; a convolution's as those of its
// definition.
func (l Layer) FLOP() int { return 2 * operators[l.Kind].products(l) }

// Sequential lists the layers of a network, each taking what the one before it
// makes of Input. A table that does not fit is a mistake in the program: it
// panics with a sentence.
func Sequential(layers ...Layer) []Layer {
	shape := Input
	for i, l := range layers {
		placed, err := l.At(shape)
		if err != nil {
			panic("nn: " + err.Error())
		}
		layers[i], shape = placed, placed.Out
	}
	return layers
}

// placed panics unless every layer has its shapes.
func (s Spec) placed() {
	for i, l := range s.Layers {
		at, err := l.At(l.In)
		if err != nil || at != l || i > 0 && l.In != s.Layers[i-1].Out {
			panic(fmt.Sprintf("nn: %s of %s is not in its place: list the layers with Sequential", l.Name, s.Name))
		}
	}
}
