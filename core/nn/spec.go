// Package nn holds the layers, the initialisation and the two networks of the
// report as tables of layers.
//
// A layer is a row of data in a network's table (Layer), from which everything
// else about a network is made, and is bound to memory by NewPass. Each kind has
// its tensors, Forward and Backward in one file. The semantics of every layer are
// PyTorch's, of the modules of torch.nn that its documentation names; the letters
// of its shapes are those of package kernel: N images, C channels in, K out, H×W
// pixels.
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
// Sequential makes the table.
type Spec struct {
	Name      string
	Title     string
	Mean, Std float32 // of pixels scaled to 0..1
	Layers    []Layer
}

// Networks are all networks. Whatever is made for each of them, graphs, tables
// and pictures, is made from its layers.
var Networks = []Spec{Model1, Model2}

// ByName returns one of Networks.
func ByName(name string) (Spec, error) {
	for _, s := range Networks {
		if s.Name == name {
			return s, nil
		}
	}
	return Spec{}, fmt.Errorf("there is no network %q: choose model1 or model2", name)
}
