package sample

import (
	"atelier/core/fashion"
	"atelier/core/random"
)

// Sizes of the built-in sample.
const (
	TrainImages = 4000
	TestImages  = 1000
)

// Dataset returns the built-in sample for a machine with neither network nor
// data: garments of simple shapes that the project draws itself. Nothing in it
// comes from Fashion-MNIST, and its Kind says so.
func Dataset() *fashion.Dataset {
	return fashion.NewDataset(fashion.KindDrawn, Draw(TrainImages, 1), Draw(TestImages, 2))
}

// Draw draws n garments, the classes in turn. Image i is a function of seed and i.
func Draw(n int, seed uint64) fashion.Images {
	set := fashion.Images{Pixels: make([]byte, n*fashion.Area), Labels: make([]byte, n)}
	c := new(canvas)
	for i := range n {
		label := i % len(classes)
		s := random.New(seed, random.Drawn, uint32(i), 0, 0)
		c.clear(&s)
		classes[label](c, &s)
		set.Labels[i] = byte(label)
		c.develop(set.At(i), &s)
	}
	return set
}

// classes draw one class each. Lengths are pixels, y runs down, x is measured
// from the middle of the picture; levels of grey are 0 to 1.
var classes = [10]func(c *canvas, s *random.Stream){
	tshirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, boot,
}

// torso is what the four tops share.
type torso struct {
	top, hem, half, neck float32 // shoulder and hem lines, half widths of body and neck
	level                float32
}

func newTorso(s *random.Stream, hem float32) torso {
	return torso{
		top: s.Uniform(3, 5), hem: hem,
		half: s.Uniform(4.8, 6.4), neck: s.Uniform(1.6, 2.8),
		level: s.Uniform(0.4, 0.95),
	}
}

// draw fills the body and two sleeves of the given length that hang along
// (across, 1) and are width wide at the cuff.
func (t torso) draw(c *canvas, s *random.Stream, length, across, width float32) {
	shade := float32(t.level * s.Uniform(0.8, 1))
	for _, side := range []float32{-1, 1} {
		x, y := t.half-0.3, t.top+0.6
		n := root(1 + float32(across*across))
		dx, dy := across/n, 1/n
		ex, ey := x+float32(dx*length), y+float32(dy*length)
		c.fill(shade, []point{
			{side * x, y}, {side * (ex + float32(dy*0.4*width)), ey - float32(dx*0.4*width)},
			{side * (ex - float32(dy*0.6*width)), ey + float32(dx*0.6*width)},
			{side * (t.half - 1.2), y + width + 1.5},
		})
	}
	hem := float32(t.half * s.Uniform(0.9, 1.1))
	c.mirrored(t.level, []point{{t.neck, t.top - 0.5}, {t.half, t.top + 0.6}, {t.half - 0.3, t.top + 7}, {hem, t.hem}})
	depth := s.Uniform(0.6, 2.4)
	c.mirrored(0, []point{{t.neck, t.top - 1}, {float32(t.neck * 0.55), t.top - 0.4 + depth}})
	if s.Float32() < 0.25 {
		c.stripes(s, t.top+3, t.hem, float32(t.level*s.Uniform(0.4, 0.8)))
	}
}

func tshirt(c *canvas, s *random.Stream) {
	t := newTorso(s, s.Uniform(22, 25))
	t.draw(c, s, s.Uniform(4, 7), s.Uniform(0.6, 1.5), s.Uniform(2.6, 4))
	if s.Float32() < 0.3 { // a print
		w, y := s.Uniform(1.5, 3), s.Uniform(9, 13)
		c.mirrored(float32(t.level*0.4), []point{{w, y}, {w, y + s.Uniform(2, 5)}})
	}
}

func pullover(c *canvas, s *random.Stream) {
	t := newTorso(s, s.Uniform(22, 25))
	length := s.Uniform(16, 19)
	t.draw(c, s, length, s.Uniform(0.12, 0.3), s.Uniform(2.6, 3.6))
	band := float32(t.level * s.Uniform(0.55, 0.75))
	c.mirrored(band, []point{{t.half, t.hem - 1.4}, {t.half - 0.3, t.hem}})
	c.line(band, 0.9, []point{{-t.neck, t.top}, {0, t.top + 2}, {t.neck, t.top}})
}

func coat(c *canvas, s *random.Stream) {
	t := newTorso(s, s.Uniform(24.5, 26.5))
	t.draw(c, s, s.Uniform(16, 19.5), s.Uniform(0.12, 0.3), s.Uniform(2.8, 4))
	dark := float32(t.level * s.Uniform(0.05, 0.3))
	c.line(dark, s.Uniform(0.7, 1.3), []point{{0, t.top + 1}, {s.Uniform(-0.6, 0.6), t.hem}})
	lapel := s.Uniform(4, 8)
	c.line(dark, 0.7, []point{{-t.neck, t.top}, {-0.2, t.top + lapel}})
	c.line(dark, 0.7, []point{{t.neck, t.top}, {0.2, t.top + lapel}})
	if s.Float32() < 0.5 { // pockets
		y := s.Uniform(16, 19)
		c.line(dark, 0.7, []point{{-4, y}, {-1.8, y}})
		c.line(dark, 0.7, []point{{1.8, y}, {4, y}})
	}
}

func shirt(c *canvas, s *random.Stream) {
	t := newTorso(s, s.Uniform(22, 25.5))
	if s.Float32() < 0.5 {
		t.draw(c, s, s.Uniform(4, 7), s.Uniform(0.6, 1.2), s.Uniform(2.6, 4))
	} else {
		t.draw(c, s, s.Uniform(15, 18), s.Uniform(0.12, 0.3), s.Uniform(2.4, 3.2))
	}
	flap := min(1, t.level+0.3)
	for _, side := range []float32{-1, 1} { // the collar
		c.fill(flap, []point{{side * t.neck, t.top - 1.2}, {side * (t.neck + 0.8), t.top + 1.6}, {side * 0.3, t.top + 2.6}})
	}
	for y := t.top + 4; y < t.hem-1; y += 3 { // buttons
		c.line(float32(t.level*0.2), 1, []point{{-0.4, y}, {0.4, y}})
	}
}

func dress(c *canvas, s *random.Stream) {
	top, hem := s.Uniform(2, 4), s.Uniform(24.5, 26.5)
	bust, waist, wide := s.Uniform(2.8, 4), s.Uniform(2.2, 3), s.Uniform(3.8, 8)
	level := s.Uniform(0.4, 0.95)
	mid := s.Uniform(9, 12)
	c.mirrored(level, []point{{bust - 1, top}, {bust, top + 2.5}, {waist, mid}, {wide, hem}})
	c.mirrored(0, []point{{bust - 1.8, top - 1}, {float32((bust - 1.8) * 0.5), top + s.Uniform(1, 2.5)}})
	if s.Float32() < 0.5 { // a belt
		c.line(float32(level*0.5), 0.9, []point{{-waist, mid}, {waist, mid}})
	}
	if s.Float32() < 0.35 { // folds
		for _, x := range []float32{-0.5, 0, 0.5} {
			c.line(float32(level*0.6), 0.6, []point{{float32(waist * x), mid + 1}, {float32(wide * x), hem - 1}})
		}
	}
}

func trouser(c *canvas, s *random.Stream) {
	top, hem := s.Uniform(2, 3.5), s.Uniform(24.5, 26.5)
	waist, outer, inner := s.Uniform(3, 4.4), s.Uniform(3, 5.4), s.Uniform(0.5, 1.4)
	crotch := s.Uniform(7, 10)
	level := s.Uniform(0.4, 0.95)
	for _, side := range []float32{-1, 1} {
		c.fill(level, []point{
			{0, top}, {side * waist, top}, {side * (waist + 0.5), crotch},
			{side * outer, hem}, {side * inner, hem}, {0, crotch},
		})
	}
	if s.Float32() < 0.5 {
		c.line(float32(level*0.55), 0.8, []point{{-waist, top + 1.2}, {waist, top + 1.2}})
	}
}
