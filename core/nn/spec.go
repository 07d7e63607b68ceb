// Package nn holds the layers, the initialisation and the two networks of the
// report as tables of layers.
//
// A layer is declared by a value in a network's table (Conv2d, Linear, ...) and
// bound to memory by NewPass. Each layer has its type, Forward and Backward in
// one file. The semantics of every layer are PyTorch's.
package nn

import (
	"fmt"

	"atelier/core/kernel"
)

// Shape is one image's activation: C channels of H×W pixels, or C features
// where H and W are 0.
type Shape struct{ C, H, W int }

// Flat reports whether the shape is a vector of features.
func (s Shape) Flat() bool { return s.H == 0 }

// String writes the shape as 32×28×28 or 128.
func (s Shape) String() string {
	if s.Flat() {
		return fmt.Sprint(s.C)
	}
	return fmt.Sprintf("%d×%d×%d", s.C, s.H, s.W)
}

func (s Shape) grid() kernel.Grid { return kernel.Grid{C: s.C, H: s.H, W: s.W} }

// size is the number of floats that one image's activation takes in memory,
// border included.
func (s Shape) size() int {
	if s.Flat() {
		return s.C
	}
	return s.grid().Len()
}

// Input is the shape of what every network sees: one grey image.
var Input = Shape{C: 1, H: 28, W: 28}

// Labels is the number of classes.
const Labels = 10

// Spec is a network as a table of layers, with the normalisation of its input.
type Spec struct {
	Name      string
	Title     string
	Mean, Std float32 // of pixels scaled to 0..1
	Layers    []Layer
}

// Layer is one row of a network's table.
type Layer interface {
	// Info says what the layer is, for cards and documents.
	Info() Info
	// Out returns the shape that the layer makes of in, or an error naming
	// the two that do not fit.
	Out(in Shape) (Shape, error)
	// declare names the layer's parameters and buffers, in state_dict order.
	declare(d *declaration)
	// bind gives the layer memory for the images of one worker.
	bind(b *binder, in Shape) bound
}

// Info describes a layer.
type Info struct {
	Name string // the PyTorch module, such as features.0
	Kind string // such as Conv2d, or Conv-BN-ReLU
	Note string // such as 3×3, p=.25
}

// Activation says what follows a convolution or a linear layer.
type Activation bool

// ReLU is fused into the layer before it, so its input is never stored.
const (
	Plain Activation = false
	ReLU  Activation = true
)

// Row is a line of a network's summary.
type Row struct {
	Info
	Out        Shape
	Parameters int
}

// Summary lists the layers with the shape after each and its number of
// parameters.
func (s Spec) Summary() []Row {
	rows := make([]Row, 0, len(s.Layers))
	shape := Input
	for _, l := range s.Layers {
		out, err := l.Out(shape)
		if err != nil {
			panic(err.Error())
		}
		var d declaration
		l.declare(&d)
		rows = append(rows, Row{Info: l.Info(), Out: out, Parameters: d.length})
		shape = out
	}
	return rows
}

// ByName returns the network called model1 or model2.
func ByName(name string) (Spec, error) {
	for _, s := range []Spec{Model1, Model2} {
		if s.Name == name {
			return s, nil
		}
	}
	return Spec{}, fmt.Errorf("there is no network %q: choose model1 or model2", name)
}
