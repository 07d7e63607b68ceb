package inspect

import (
	"fmt"
	"math"
)

// Resize returns the map at another size, interpolated between the middles of
// its numbers and constant beyond the outermost (PyTorch's bilinear
// interpolate without align_corners).
func (m Map) Resize(w, h int) Map {
	out := NewMap(w, h)
	for y := range h {
		y0, y1, fy := between(y, h, m.H)
		for x := range w {
			x0, x1, fx := between(x, w, m.W)
			top := mix(m.Data[y0*m.W+x0], m.Data[y0*m.W+x1], fx)
			bottom := mix(m.Data[y1*m.W+x0], m.Data[y1*m.W+x1], fx)
			out.Data[y*w+x] = mix(top, bottom, fy)
		}
	}
	return out
}

// between returns the two numbers of n between which place i of size lies, and
// how far it is from the first to the second.
func between(i, size, n int) (a, b int, part float32) {
	at := float32((float32(i)+0.5)*float32(n))/float32(size) - 0.5
	at = smaller(larger(at, 0), float32(n-1))
	a = int(math.Floor(float64(at)))
	return a, min(a+1, n-1), at - float32(a)
}

func mix(a, b, part float32) float32 { return a + float32(part*(b-a)) }

// Overlay lays a map over an image of 784 raw pixels: the picture shows the
// image in gray, colored by the map in its palette as strongly as strength
// from 0 to 1 says. Of the options First and Columns have no meaning here.
func Overlay(image []byte, m Map, strength float32, o Options) (*Picture, error) {
	if len(image) != side*side || m.W < 1 || m.H < 1 || len(m.Data) != m.W*m.H {
		return nil, fmt.Errorf("a map of %d by %d cannot be laid over an image of %d pixels", m.W, m.H, len(image))
	}
	if !(strength >= 0 && strength <= 1) {
		return nil, fmt.Errorf("an overlay of strength %v cannot be drawn: 0 to 1 are possible", strength)
	}
	p, err := Render([]Map{m.Resize(side, side)}, o)
	if err != nil {
		return nil, err
	}
	c := &p.Cells[0]
	c.Min, c.Max = m.Range() // the map's own numbers, before it was interpolated
	c.Mean = m.Mean()
	zoom := p.W / side
	for i := range p.W * p.H {
		gray := float32(image[i/p.W/zoom*side+i%p.W/zoom])
		for k := range 3 {
			v := &p.RGBA[4*i+k]
			*v = byte(mix(gray, float32(*v), strength) + 0.5)
		}
	}
	return p, nil
}
