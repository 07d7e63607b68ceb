package sketch

import (
	"math"
	"slices"
)

// line draws a stroke's segments with round ends and joints: a disc at every
// point and a bar between each two.
func (c *canvas) line(s Stroke, v view, radius float64) {
	a := v.at(s.X[0], s.Y[0])
	c.disc(a, radius)
	for i := 1; i < len(s.X); i++ {
		b := v.at(s.X[i], s.Y[i])
		c.bar(a, b, radius)
		c.disc(b, radius)
		a = b
	}
}

// disc covers every point within radius of p, row by row.
func (c *canvas) disc(p point, radius float64) {
	r2 := mul(radius, radius)
	for row := firstCenter(p.y - radius); row < subSide; row++ {
		dy := float64(row) + 0.5 - p.y
		d := r2 - mul(dy, dy)
		if d < 0 {
			if dy > 0 {
				break
			}
			continue
		}
		half := math.Sqrt(d)
		c.run(row, p.x-half, p.x+half)
	}
}

// bar covers every point whose foot on the line from a to b lies between them,
// within radius of it. In a row, both the way along the line and the distance
// from it grow evenly with x, so each allows one stretch.
func (c *canvas) bar(a, b point, radius float64) {
	u, length := direction(a, b)
	if length == 0 {
		return
	}
	along, across := slope(u.x), slope(-u.y)
	reach := mul(radius, math.Abs(u.x))
	y0, y1 := smaller(a.y, b.y)-reach, larger(a.y, b.y)+reach
	for row := firstCenter(y0); row < subSide; row++ {
		y := float64(row) + 0.5
		if y > y1 {
			break
		}
		dy := y - a.y
		done, off := mul(dy, u.y), mul(dy, u.x)
		lo0, hi0 := along.within(-done, length-done)
		lo1, hi1 := across.within(-radius-off, radius-off)
		c.run(row, a.x+larger(lo0, lo1), a.x+smaller(hi0, hi1))
	}
}

// slope is a number that grows by k with each step of x.
type slope float64

// within returns the x for which k*x is from lo to hi; none or all where k is
// next to nothing.
func (k slope) within(lo, hi float64) (x0, x1 float64) {
	switch {
	case k > 1e-12:
		return lo / float64(k), hi / float64(k)
	case k < -1e-12:
		return hi / float64(k), lo / float64(k)
	case lo <= 0 && hi >= 0:
		return math.Inf(-1), math.Inf(1)
	}
	return 1, -1
}

// Crossing is where an edge passes a row of points: downwards counts 1, upwards -1.
type Crossing struct {
	X       float64
	Winding int
}

// fillPolygon paints the inside of the stroke, closed from its end to its
// start: the points that it winds around.
func (c *canvas) fillPolygon(s Stroke, v view) {
	n := len(s.X)
	if n < 3 {
		return
	}
	xs, ys := make([]float64, n), make([]float64, n)
	for i := range xs {
		p := v.at(s.X[i], s.Y[i])
		xs[i], ys[i] = p.x, p.y
	}
	var cross []Crossing
	for row := range subSide {
		cross = Crossings(cross[:0], xs, ys, float64(row)+0.5)
		inside := 0
		for i, k := range cross {
			if inside != 0 {
				c.run(row, cross[i-1].X, k.X)
			}
			inside += k.Winding
		}
	}
}

// Crossings appends to dst where a closed polygon's edges pass the height y, from
// left to right.
func Crossings(dst []Crossing, xs, ys []float64, y float64) []Crossing {
	last := len(xs) - 1
	ax, ay := xs[last], ys[last]
	for i, bx := range xs {
		by := ys[i]
		if (ay <= y) != (by <= y) {
			w := 1
			if by <= y {
				w = -1
			}
			dst = append(dst, Crossing{ax + mul((y-ay)/(by-ay), bx-ax), w})
		}
		ax, ay = bx, by
	}
	slices.SortStableFunc(dst, func(a, b Crossing) int {
		switch {
		case a.X < b.X:
			return -1
		case a.X > b.X:
			return 1
		}
		return 0
	})
	return dst
}
