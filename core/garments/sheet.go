package garments

import (
	"atelier/core/sketch"
)

// sheet is what the hand has put on paper.
type sheet struct {
	lines  []line
	shapes [][]vertex // the outlines before gaps, for filling
}

type line struct {
	v    []vertex
	role role
}

// drawing adds fill and shading and puts everything on a canvas of the usual
// size, y down.
func (s *sheet) drawing(g *dice) sketch.Drawing {
	var d sketch.Drawing
	filled := g.chance(0.17)
	var fill, marks uint8
	if filled {
		switch g.pick(5, 3, 2) {
		case 0: // darker than the pen, so that details show
			fill = byte(g.in(60, 150))
		case 1: // details in the dark, as on a photograph
			fill, marks = byte(g.in(90, 200)), byte(g.in(8, 50))
		default: // in the pen's own white, as the pad fills: an outline full of ink
		}
	}
	if filled {
		for _, v := range s.shapes {
			d.Strokes = append(d.Strokes, sketch.Stroke{Kind: sketch.Fill, Grey: fill})
			add(&d, v)
		}
	}
	for _, l := range s.lines {
		st := sketch.Stroke{}
		if l.role == essential || l.role == detail {
			st.Grey = marks
		}
		d.Strokes = append(d.Strokes, st)
		add(&d, l.v)
	}
	if !filled && g.chance(0.06) && len(s.shapes) > 0 {
		if v := g.shading(s.shapes[0]); len(v) > 1 {
			d.Strokes = append(d.Strokes, sketch.Stroke{})
			add(&d, v)
		}
	}
	resize(&d)
	return d
}

// add gives the last stroke its points.
func add(d *sketch.Drawing, v []vertex) {
	st := &d.Strokes[len(d.Strokes)-1]
	xy := make([]float32, 2*len(v))
	st.X, st.Y = xy[:len(v):len(v)], xy[len(v):]
	for i, p := range v {
		st.X[i], st.Y[i] = float32(p.x), float32(p.y)
	}
}

// resize moves the drawing to the upper left and makes its longer side canvasSide.
func resize(d *sketch.Drawing) {
	first := true
	var x0, y0, x1, y1 float32
	for _, s := range d.Strokes {
		for i := range s.X {
			x, y := s.X[i], s.Y[i]
			if first {
				x0, x1, y0, y1, first = x, x, y, y, false
			}
			x0, x1, y0, y1 = min(x0, x), max(x1, x), min(y0, y), max(y1, y)
		}
	}
	side := max(x1-x0, y1-y0)
	if side <= 0 {
		return
	}
	k := canvasSide / side
	for _, s := range d.Strokes {
		for i := range s.X {
			s.X[i] = float32((s.X[i] - x0) * k)
			s.Y[i] = float32((s.Y[i] - y0) * k)
		}
	}
}

// shading is a zigzag from side to side of a shape, as a crayon fills it, over
// all or a part of its height.
func (g *dice) shading(shape []vertex) []vertex {
	xs, ys := make([]float64, len(shape)), make([]float64, len(shape))
	lo, hi := shape[0].y, shape[0].y
	for i, p := range shape {
		xs[i], ys[i] = p.x, p.y
		lo, hi = smaller(lo, p.y), larger(hi, p.y)
	}
	from, to := mix(lo, hi, g.in(0.02, 0.4)), mix(lo, hi, g.in(0.6, 0.98))
	turns := g.some(4, 10)
	var out []vertex
	for i := range turns {
		y := mix(from, to, float64(i)/float64(turns-1)) + g.normal(0.01)
		cross := sketch.Crossings(nil, xs, ys, y)
		if len(cross) < 2 {
			continue
		}
		a, b := widest(cross)
		if i%2 == 1 {
			a, b = b, a
		}
		out = append(out, vertex{point{mix(a, b, g.in(0, 0.1)), y}, false}, vertex{point{mix(a, b, g.in(0.9, 1)), y + g.normal(0.01)}, false})
	}
	return out
}

// widest returns the ends of the longest inside stretch of a row.
func widest(cross []sketch.Crossing) (a, b float64) {
	for i := 0; i+1 < len(cross); i += 2 {
		if cross[i+1].X-cross[i].X > b-a {
			a, b = cross[i].X, cross[i+1].X
		}
	}
	return a, b
}
