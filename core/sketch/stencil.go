package sketch

import "atelier/core/random"

// stencilKeys are the figures that Stencil shows: of the first ones of each
// class, those that a person names at once and that differ from each other.
var stencilKeys = [10][]uint32{
	{2, 9, 21}, {2, 1, 23}, {2, 18, 22}, {0, 2, 16}, {0, 5, 19},
	{3, 10, 18}, {4, 9, 19}, {0, 15, 22}, {1, 5, 17}, {1, 5, 8},
}

// Stencils is the number of stencils of a class of 0 to 9.
func Stencils(class int) int { return len(stencilKeys[class]) }

// Stencil is a figure of the generator drawn by a steady hand, to be traced on
// the pad: nothing strays, breaks or is left out, and shoes point left as in
// Fashion-MNIST. i is below Stencils(class).
func Stencil(class, i int) Drawing { return stencil(class, stencilKeys[class][i]) }

func stencil(class int, key uint32) Drawing {
	s := random.New(0, random.Sketch, uint32(class), key, 3)
	g := &dice{s: &s}
	f := garments[class](g)
	h := hand{dice: g}
	var d Drawing
	for _, p := range f.parts {
		v := h.trace(p.path)
		if p.path.closed {
			v = append(v, v[0])
		}
		d.Strokes = append(d.Strokes, Stroke{})
		d.add(v)
	}
	d.resize()
	return d
}
