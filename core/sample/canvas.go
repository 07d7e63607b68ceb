package sample

import (
	"slices"

	"github.com/chewxy/math32"

	"atelier/core/fashion"
	"atelier/core/random"
)

// A canvas paints shapes without smoothing on a grid four times as fine as the
// picture and averages it down. It uses only +, -, *, / and square roots, so
// that its pictures are the same on every machine.

// side is that of a picture, in pixels.
const side = fashion.Side

// fine is the number of samples along one pixel's side.
const fine = 4

type point struct{ x, y float32 }

type canvas struct {
	paint [side * fine][side * fine]float32 // grey levels, 0 to 1
	// The hand: a point is scaled, sheared and moved before it is painted.
	scale, shear, dx, dy float32
	crossings            []float32
}

// clear empties the canvas and draws the hand of the next picture.
func (c *canvas) clear(s *random.Stream) {
	c.paint = [side * fine][side * fine]float32{}
	c.scale = s.Uniform(0.88, 1.05)
	c.shear = s.Uniform(-0.08, 0.08)
	c.dx, c.dy = s.Uniform(-1, 1), s.Uniform(-1, 1)
}

// fill paints the inside of a polygon (even-odd rule). x is measured from the
// middle of the picture, both in pixels.
func (c *canvas) fill(level float32, polygon []point) {
	moved := make([]point, len(polygon))
	for i, p := range polygon {
		down := p.y - side/2
		moved[i] = point{
			x: side/2 + c.dx + float32(c.scale*p.x) + float32(c.shear*down),
			y: side/2 + c.dy + float32(c.scale*down),
		}
	}
	for row := range c.paint {
		y := (float32(row) + 0.5) / fine
		c.cross(moved, y)
		for i := 0; i+1 < len(c.crossings); i += 2 {
			c.span(row, c.crossings[i], c.crossings[i+1], level)
		}
	}
}

// cross lists, from left to right, where the polygon's edges meet the line y.
func (c *canvas) cross(polygon []point, y float32) {
	c.crossings = c.crossings[:0]
	a := polygon[len(polygon)-1]
	for _, b := range polygon {
		if (a.y <= y) != (b.y <= y) {
			c.crossings = append(c.crossings, a.x+float32((y-a.y)*(b.x-a.x))/(b.y-a.y))
		}
		a = b
	}
	slices.Sort(c.crossings)
}

func (c *canvas) span(row int, from, to, level float32) {
	for i := range c.paint[row] {
		x := (float32(i) + 0.5) / fine
		if x >= from && x < to {
			c.paint[row][i] = level
		}
	}
}

// mirrored fills the polygon whose right half, from top to bottom, is given.
func (c *canvas) mirrored(level float32, right []point) {
	whole := slices.Clone(right)
	for i := len(right) - 1; i >= 0; i-- {
		whole = append(whole, point{-right[i].x, right[i].y})
	}
	c.fill(level, whole)
}

// line paints an open line of the given width.
func (c *canvas) line(level, width float32, points []point) {
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		dx, dy := b.x-a.x, b.y-a.y
		n := root(float32(dx*dx)+float32(dy*dy)) * 2 / width
		if n == 0 {
			continue
		}
		px, py := -dy/n, dx/n // half a width to the side
		c.fill(level, []point{{a.x + px, a.y + py}, {b.x + px, b.y + py}, {b.x - px, b.y - py}, {a.x - px, a.y - py}})
	}
}

// stripes darkens bands of what is already painted between two heights.
func (c *canvas) stripes(s *random.Stream, top, bottom, level float32) {
	period := s.Uniform(2, 4)
	for y := top; y < bottom-1; y += period {
		for row := max(0, int(y*fine)); row < min(side*fine, int((y+1)*fine)); row++ {
			for i, v := range c.paint[row] {
				if v > 0 {
					c.paint[row][i] = level
				}
			}
		}
	}
}

// grain is the largest random change of a painted pixel, in raw units.
const grain = 12

// develop averages the canvas down to 784 raw pixels and roughens the cloth.
func (c *canvas) develop(dst []byte, s *random.Stream) {
	for i := range dst {
		y, x := i/side*fine, i%side*fine
		var total float32
		for _, row := range c.paint[y : y+fine] {
			for _, v := range row[x : x+fine] {
				total += v
			}
		}
		if total == 0 {
			continue // clear pixels stay 0; pixels were zero before
		}
		v := float32(total*(255.0/(fine*fine))) + s.Uniform(-grain, grain)
		dst[i] = byte(min(max(int(v), 1), 255))
	}
}

func root(v float32) float32 { return math32.Sqrt(v) }
