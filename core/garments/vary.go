package garments

import (
	"atelier/core/kernel"
	"atelier/core/random"
	"atelier/core/sketch"
)

// Vary draws a person's drawing once more, a little otherwise, with a pen of
// its own: wider or narrower, turned, leaning, half of them mirrored, its
// strokes shifted against each other and their points astray. From ten labeled
// drawings it makes as many as fine-tuning wants. d stays as it is.
func Vary(d sketch.Drawing, s *random.Stream) (sketch.Drawing, sketch.Options) {
	g := &dice{s: s}
	wide := kernel.Exp(g.normal(0.12))
	turn := angle(g.normal(6))
	shear := g.normal(0.07)
	mirror := g.sign()
	noise := mul(0.008, drawingExtent(d))
	out := d
	out.Strokes = make([]sketch.Stroke, len(d.Strokes))
	for i, st := range d.Strokes {
		off := point{g.normal(noise), g.normal(noise)}
		n := len(st.X)
		xy := make([]float32, 2*n)
		v := st
		v.X, v.Y = xy[:n:n], xy[n:]
		for j := range n {
			p := point{float64(st.X[j]), float64(st.Y[j])}
			p = p.add(off).plus(g.normal(noise), g.normal(noise))
			p.x = mul(mirror, mul(wide, p.x)) + mul(shear, p.y)
			p = p.turn(turn)
			v.X[j], v.Y[j] = float32(p.x), float32(p.y)
		}
		out.Strokes[i] = v
	}
	return out, g.options()
}

// drawingExtent is the longer side of the box around all points.
func drawingExtent(d sketch.Drawing) float64 {
	var box []vertex
	for _, s := range d.Strokes {
		for j := range s.X {
			box = append(box, vertex{point{float64(s.X[j]), float64(s.Y[j])}, false})
		}
	}
	if len(box) == 0 {
		return 0
	}
	return extent(box)
}
