package sketch

import (
	"math"
	"slices"
)

// line draws a stroke's segments with round ends and joints.
func (c *canvas) line(s Stroke, v view, radius float64, grey byte) {
	if len(s.X) == 0 {
		return
	}
	a := v.at(s.X[0], s.Y[0])
	if len(s.X) == 1 {
		c.segment(a, a, radius, grey)
		return
	}
	for i := 1; i < len(s.X); i++ {
		b := v.at(s.X[i], s.Y[i])
		c.segment(a, b, radius, grey)
		a = b
	}
}

// segment covers every point within radius of the straight line from a to b.
// That shape is convex, so each row of points is one run: from the leftmost to
// the rightmost of the two end discs and the bar between them.
func (c *canvas) segment(a, b point, radius float64, grey byte) {
	u, length := b.sub(a).unit()
	y0, y1 := a.y, b.y
	if y0 > y1 {
		y0, y1 = y1, y0
	}
	r2 := mul(radius, radius)
	for row := firstCenter(y0 - radius); row < subSide; row++ {
		y := float64(row) + 0.5
		if y > y1+radius {
			break
		}
		run := interval{math.Inf(1), math.Inf(-1)}
		run.disc(a, y, r2)
		run.disc(b, y, r2)
		if length > 0 {
			run.bar(a, u, length, radius, y)
		}
		c.run(row, run, grey)
	}
}

// run paints the points of a row whose centers lie in the interval.
func (c *canvas) run(row int, in interval, grey byte) {
	if !(in.lo <= in.hi) {
		return
	}
	x0, x1 := firstCenter(in.lo), firstAfter(in.hi)
	if x0 >= x1 {
		return
	}
	cells := c.ink[row*subSide+x0 : row*subSide+x1]
	for i := range cells {
		cells[i] = grey
	}
}

// firstCenter is the first point whose center is at or after v, within the canvas.
func firstCenter(v float64) int {
	if v <= 0.5 {
		return 0
	}
	if v > subSide {
		return subSide
	}
	i := int(v - 0.5)
	if float64(i)+0.5 < v {
		i++
	}
	return i
}

// firstAfter is the first point whose center is after v, within the canvas.
func firstAfter(v float64) int {
	if v < 0.5 {
		return 0
	}
	if v >= subSide {
		return subSide
	}
	return int(v + 0.5)
}

// interval is a stretch of one row.
type interval struct{ lo, hi float64 }

func (in *interval) include(lo, hi float64) {
	if lo < in.lo {
		in.lo = lo
	}
	if hi > in.hi {
		in.hi = hi
	}
}

// disc adds the row's stretch in the disc around p, of squared radius r2.
func (in *interval) disc(p point, y, r2 float64) {
	dy := y - p.y
	if d := r2 - mul(dy, dy); d >= 0 {
		half := math.Sqrt(d)
		in.include(p.x-half, p.x+half)
	}
}

// bar adds the row's stretch in the rectangle along u from a: where the
// distance along is within 0 to length and the distance across within radius.
func (in *interval) bar(a, u point, length, radius, y float64) {
	dy := y - a.y
	lo, hi := math.Inf(-1), math.Inf(1)
	along, across := mul(dy, u.y), mul(dy, u.x)
	if !cut(&lo, &hi, u.x, -along, length-along) || !cut(&lo, &hi, -u.y, -radius-across, radius-across) {
		return
	}
	if lo <= hi {
		in.include(a.x+lo, a.x+hi)
	}
}

// cut narrows lo..hi to the t with from <= k*t <= to, and reports whether any is left.
func cut(lo, hi *float64, k, from, to float64) bool {
	if k > -1e-12 && k < 1e-12 {
		return from <= 0 && to >= 0
	}
	t0, t1 := from/k, to/k
	if t0 > t1 {
		t0, t1 = t1, t0
	}
	if t0 > *lo {
		*lo = t0
	}
	if t1 < *hi {
		*hi = t1
	}
	return *lo <= *hi
}

// crossing is where an edge passes a row of points: downwards counts 1, upwards -1.
type crossing struct {
	x       float64
	winding int
}

// fillPolygon paints the inside of the stroke, closed from its end to its
// start: the points that it winds around.
func (c *canvas) fillPolygon(s Stroke, v view, grey byte) {
	n := len(s.X)
	if n < 3 {
		return
	}
	corners := make([]point, n)
	for i := range corners {
		corners[i] = v.at(s.X[i], s.Y[i])
	}
	var cross []crossing
	for row := range subSide {
		y := float64(row) + 0.5
		cross = crossings(cross[:0], corners, y)
		slices.SortStableFunc(cross, func(a, b crossing) int {
			switch {
			case a.x < b.x:
				return -1
			case a.x > b.x:
				return 1
			}
			return 0
		})
		inside := 0
		for i, k := range cross {
			if inside != 0 {
				c.run(row, interval{cross[i-1].x, k.x}, grey)
			}
			inside += k.winding
		}
	}
}

func crossings(dst []crossing, corners []point, y float64) []crossing {
	a := corners[len(corners)-1]
	for _, b := range corners {
		if (a.y <= y) != (b.y <= y) {
			x := a.x + mul((y-a.y)/(b.y-a.y), b.x-a.x)
			w := 1
			if b.y <= y {
				w = -1
			}
			dst = append(dst, crossing{x, w})
		}
		a = b
	}
	return dst
}
