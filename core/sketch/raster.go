package sketch

import "fmt"

// Side is the width and height of a picture in pixels, Pixels their number.
const (
	Side   = 28
	Pixels = Side * Side
)

// Ink is drawn on a grid of 8x8 points in each pixel: a point is covered when
// it lies within half a pen's width of a segment, round ends included.
const (
	oversample = 8
	subSide    = Side * oversample
)

// DefaultPen is the pen's width in pixels at prediction, about the middle of what
// the networks are trained on: 1.0 to 2.4 mostly, 0.7 to 3.8 at times. Of 1.0 to
// 2.2 it was as good as any on people's drawings, for both networks.
const DefaultPen = 2.0

// Options say how a drawing becomes pixels. The zero value is prediction's.
type Options struct {
	Pen        float32 // width in pixels of the 28x28 picture, up to 8; 0 means DefaultPen
	Brightness uint8   // of lines that name no grey; 0 means 255
	Fill       uint8   // of filled areas that name no grey; 0 means 150, the mean inside Fashion-MNIST's silhouettes
	Frame      float32 // above 0: the pad's side in the drawing's units; the drawing is shown as it lies there, not fitted
}

func (o Options) withDefaults() (Options, error) {
	if o.Pen == 0 {
		o.Pen = DefaultPen
	}
	if o.Brightness == 0 {
		o.Brightness = 255
	}
	if o.Fill == 0 {
		o.Fill = 150
	}
	if !(o.Pen > 0 && o.Pen <= 8) {
		return o, fmt.Errorf("the pen's width is %v pixels, not above 0 and up to 8", o.Pen)
	}
	if !(o.Frame >= 0 && o.Frame <= MaxCoordinate) {
		return o, fmt.Errorf("the pad's side is %v, not within 0 to %g", o.Frame, float64(MaxCoordinate))
	}
	return o, nil
}

// Rasterize draws the strokes, bright on black, with the longest side of the
// ink (pen included) on the full 28 pixels and the ink's box in the middle.
// The rows come from top to bottom. A drawing without ink gives ErrEmpty.
func Rasterize(d Drawing, opt Options) ([Pixels]byte, error) {
	opt, err := opt.withDefaults()
	if err != nil {
		return [Pixels]byte{}, err
	}
	if err := d.Check(); err != nil {
		return [Pixels]byte{}, err
	}
	var c canvas
	if opt.Frame > 0 {
		c.draw(d.Strokes, frameView(opt.Frame), opt)
		return c.average(), nil
	}
	v, err := fit(d.Strokes, opt)
	if err != nil {
		return [Pixels]byte{}, err
	}
	c.draw(d.Strokes, v, opt)
	if changesBox(d.Strokes) {
		// An eraser may have taken the ink's edge away: fit again to what is left.
		for range 2 {
			box, ok := c.inkBox()
			if !ok {
				return [Pixels]byte{}, ErrEmpty
			}
			v = v.refit(box)
			c = canvas{}
			c.draw(d.Strokes, v, opt)
		}
	}
	return c.average(), nil
}

// changesBox reports whether strokes can take ink away.
func changesBox(strokes []Stroke) bool {
	for _, s := range strokes {
		if s.Kind == Eraser && len(s.X) > 0 {
			return true
		}
	}
	return false
}
