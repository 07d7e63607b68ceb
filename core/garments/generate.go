package garments

import (
	"fmt"

	"atelier/core/kernel"
	"atelier/core/random"
	"atelier/core/sketch"
)

// The generator's classes are Fashion-MNIST's, in its order.
var classes = [10]func(g *dice) *figure{tshirt, trousers, pullover, dress, coat, sandal, shirt, sneaker, bag, boot}

// classShare is how often a class is drawn. Coats are drawn in the most ways;
// a shirt shares its lines with a buttoned coat, and fewer of them leave the
// doubtful cases to the coats.
var classShare = [10]float64{1, 1, 1.1, 1, 1.3, 1.15, 0.55, 1, 1, 0.9}

// canvasSide is the longer side of a generated drawing, as in Quick, Draw!'s files.
const canvasSide = 255

// Generate draws a garment of class 0 to 9 with the numbers of the stream: an
// outline and details by formula, then an imitation of a hand. It panics on
// another class.
func Generate(class int, s *random.Stream) sketch.Drawing { return generate(class, &dice{s: s}) }

// GenerateHeldOut is Generate with wider ranges of every proportion and habit,
// for measuring on drawings that training does not make.
func GenerateHeldOut(class int, s *random.Stream) sketch.Drawing {
	return generate(class, &dice{s: s, wide: true})
}

func generate(class int, g *dice) sketch.Drawing {
	if class < 0 || class >= len(classes) {
		panic(fmt.Sprintf("garments: class %d is not within 0 to 9", class))
	}
	f := classes[class](g)
	h := newHand(g)
	place(f, g)
	sheet := h.draw(f)
	return sheet.drawing(g)
}

// place gives the figure its pose: wider or narrower, turned, leaning, mirrored.
func place(f *figure, g *dice) {
	wide := kernel.Exp(g.normal(0.16))
	turn := angle(g.normal(5))
	shear := g.normal(0.06)
	mirror := g.sign()
	f.transform(func(p point) point {
		p.x = mul(mirror, mul(wide, p.x)) + mul(shear, p.y)
		return p.turn(turn)
	})
}

// Sample is the training drawing at a position of an epoch, with its label: a
// function of the three numbers. Classes, pen, brightness and place vary as
// training wants them.
func Sample(seed uint64, epoch, position int) (pixels [sketch.Pixels]byte, label byte) {
	s := random.New(seed, random.Sketch, uint32(epoch), uint32(position), 0)
	g := &dice{s: &s}
	label = byte(g.pick(classShare[:]...))
	return g.picture(int(label)), label
}

// HeldOut is the i-th drawing of a set made for measuring: its classes take
// turns, its ranges are wider than training's, and no training drawing shares
// its numbers.
func HeldOut(seed uint64, i int) (pixels [sketch.Pixels]byte, label byte) {
	s := random.New(seed, random.Sketch, uint32(i), 0, 1)
	g := &dice{s: &s, wide: true}
	label = byte(i % len(classes))
	return g.picture(int(label)), label
}

// picture draws and rasterises one garment, off the middle by up to a pixel.
func (g *dice) picture(class int) [sketch.Pixels]byte {
	for {
		d := generate(class, g)
		p, err := sketch.Rasterize(d, g.anyPen())
		if err != nil { // nothing was left of a broken-off drawing: draw another
			continue
		}
		return shift(p, g.oneOff(), g.oneOff())
	}
}

// options are a pen and a brightness as people's differ.
func (g *dice) options() sketch.Options {
	return sketch.Options{Pen: float32(g.in(1.0, 2.4)), Brightness: byte(smaller(255, g.in(178, 256)))}
}

// anyPen is options with one pen in ten a fine one, and one a marker.
func (g *dice) anyPen() sketch.Options {
	o := g.options()
	switch g.pick(8, 1, 1) {
	case 1:
		o.Pen = float32(g.in(0.7, 1.1))
	case 2:
		o.Pen = float32(g.in(2.4, 3.8))
	}
	return o
}

// oneOff is -1, 0 or 1, and 0 as often as the others together.
func (g *dice) oneOff() int {
	return [4]int{-1, 0, 0, 1}[g.s.Uint32()>>30]
}

// shift moves a picture by whole pixels; what leaves it is lost.
func shift(p [sketch.Pixels]byte, dx, dy int) [sketch.Pixels]byte {
	if dx == 0 && dy == 0 {
		return p
	}
	var out [sketch.Pixels]byte
	for y := range sketch.Side {
		for x := range sketch.Side {
			fx, fy := x-dx, y-dy
			if fx >= 0 && fx < sketch.Side && fy >= 0 && fy < sketch.Side {
				out[y*sketch.Side+x] = p[fy*sketch.Side+fx]
			}
		}
	}
	return out
}
