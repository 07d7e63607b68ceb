package inspect

import "atelier/core/nn"

// Row is a line of a network's table for readers: a layer that makes something new
// of its input, with the dropout behind it.
type Row struct {
	// Name is what the maps of the row's output are called by.
	Name   string   `json:"name"`
	Layers []string `json:"layers"` // the modules in PyTorch
	Kind   nn.Kind  `json:"kind"`   // of the first
	ReLU   bool     `json:"relu"`
	Drop   float32  `json:"drop"`  // probability of the dropout; 0: none
	Shape  []int    `json:"shape"` // channels, height, width; or features
	Params int      `json:"params"`
}

// Table returns the rows of a network. Flatten only lays the same numbers out
// anew, and dropout leaves them as they are where a network answers: it is part of
// the pooling or dense layer before it. Behind a convolution, which is explained
// number by number, it has its own row.
func Table(s nn.Spec) []Row {
	var rows []Row
	for _, l := range s.Layers {
		drops := l.Kind == nn.KindDropout || l.Kind == nn.KindDropout2d
		switch {
		case l.Kind == nn.KindFlatten:
		case drops && len(rows) > 0 && rows[len(rows)-1].takesDropout():
			last := &rows[len(rows)-1]
			last.Layers, last.Drop = append(last.Layers, l.Name), l.P
			if l.Kind == nn.KindDropout2d { // the end of a stage, where the report looks
				last.Name = l.Name
			}
		default:
			rows = append(rows, Row{
				Name: l.Name, Layers: []string{l.Name}, Kind: l.Kind, ReLU: bool(l.Act) || l.Kind == nn.KindConvBNReLU,
				Drop: l.P, Shape: dimensions(l.Out), Params: l.Parameters(),
			})
		}
	}
	return rows
}

func (r Row) takesDropout() bool {
	return r.Drop == 0 && r.Kind != nn.KindConv2d && r.Kind != nn.KindConvBNReLU
}

func dimensions(s nn.Shape) []int {
	if s.Flat() {
		return []int{s.C}
	}
	return []int{s.C, s.H, s.W}
}

// Viewable lists the layers of a network that can be looked into: those of its
// table.
func Viewable(s nn.Spec) []string {
	var names []string
	for _, r := range Table(s) {
		names = append(names, r.Name)
	}
	return names
}
