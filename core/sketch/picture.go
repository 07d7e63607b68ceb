package sketch

import (
	"errors"
	"fmt"
)

// Limits of a picture: 16 million pixels are a large photograph.
const (
	MaxPictureSide   = 16384
	MaxPicturePixels = 1 << 24
)

// ErrPlain says that a picture shows nothing but its background.
var ErrPlain = errors.New("nothing found in the picture: it is of one color")

// FromPicture prepares a picture as Fashion-MNIST's were: the garment bright
// on black, trimmed, its longest side on 28 pixels, centered. pixels holds w*h
// grey values or w*h times red, green, blue and alpha, row by row from the
// top left. Drawings may be white on black or black on white, with thin lines
// or thick; of a photograph the background, told by the color along its edge,
// is removed. A 28x28 picture on black whose garment is that large already
// comes back unchanged.
func FromPicture(pixels []byte, w, h int) ([Pixels]byte, error) {
	var out [Pixels]byte
	if w < 1 || h < 1 || w > MaxPictureSide || h > MaxPictureSide || w*h > MaxPicturePixels {
		return out, fmt.Errorf("the picture has %d x %d pixels: 1 to %d on a side and at most %d in all are allowed", w, h, MaxPictureSide, MaxPicturePixels)
	}
	channels := len(pixels) / (w * h)
	if len(pixels) != channels*w*h || channels != 1 && channels != 4 {
		return out, fmt.Errorf("the picture of %d x %d pixels has %d bytes: one or four a pixel are expected", w, h, len(pixels))
	}
	p := newPicture(pixels, w, h, channels)
	if p.isReady() {
		copy(out[:], p.luma())
		return out, nil
	}
	p = p.reduced(workSide)
	diff, paper := p.difference()
	mask, ok := p.inkMask(diff)
	if !ok {
		return out, ErrPlain
	}
	keepParts(mask, p.w, p.h)
	ink := p.ink(mask, paper)
	box, ok := maskBox(mask, p.w, p.h)
	if !ok {
		return out, ErrPlain
	}
	ink.thicken(mask, box)
	return ink.fit(), nil
}

// workSide is the longest side on which backgrounds and parts are looked for.
const workSide = 672

// picture is red, green and blue, 3 bytes a pixel, without transparency.
type picture struct {
	w, h int
	rgb  []byte
}

// newPicture lays transparent pixels on black or white, whichever is farther
// from what is opaque.
func newPicture(pixels []byte, w, h, channels int) *picture {
	p := &picture{w, h, make([]byte, 3*w*h)}
	if channels == 1 {
		for i, v := range pixels {
			p.rgb[3*i], p.rgb[3*i+1], p.rgb[3*i+2] = v, v, v
		}
		return p
	}
	var sum, weight int64
	for i := 0; i < len(pixels); i += 4 {
		a := int64(pixels[i+3])
		sum += a * int64(lumaOf(pixels[i], pixels[i+1], pixels[i+2]))
		weight += a
	}
	paper := 255
	if weight > 0 && sum/weight > 127 {
		paper = 0
	}
	for i := range w * h {
		q := pixels[4*i:][:4]
		a := int(q[3])
		for c := range 3 {
			p.rgb[3*i+c] = byte((int(q[c])*a + paper*(255-a) + 127) / 255)
		}
	}
	return p
}

// lumaOf is the grey that a color is seen as (ITU-R BT.601).
func lumaOf(r, g, b byte) byte {
	return byte((299*int(r) + 587*int(g) + 114*int(b) + 500) / 1000)
}

func (p *picture) luma() []byte {
	out := make([]byte, p.w*p.h)
	for i := range out {
		out[i] = lumaOf(p.rgb[3*i], p.rgb[3*i+1], p.rgb[3*i+2])
	}
	return out
}

// isReady reports whether the picture is as Fashion-MNIST's are: 28x28, mostly
// black along the edge, and at least 27 pixels on its longest side, as 99.6 %
// of them have.
func (p *picture) isReady() bool {
	if p.w != Side || p.h != Side {
		return false
	}
	grey := p.luma()
	mask := make([]bool, len(grey))
	dark := 0
	for i, v := range grey {
		mask[i] = v > 10
		x, y := i%Side, i/Side
		if (x == 0 || y == 0 || x == Side-1 || y == Side-1) && v <= 40 {
			dark++
		}
	}
	box, ok := maskBox(mask, Side, Side)
	return ok && dark >= 4*(Side-1)/3 && max(box[2]-box[0], box[3]-box[1]) >= Side-1
}

// reduced returns the picture with at most side pixels on its longer side,
// by averaging whole blocks.
func (p *picture) reduced(side int) *picture {
	k := (max(p.w, p.h) + side - 1) / side
	if k <= 1 {
		return p
	}
	w, h := (p.w+k-1)/k, (p.h+k-1)/k
	out := &picture{w, h, make([]byte, 3*w*h)}
	for y := range h {
		for x := range w {
			var sum [3]int
			x1, y1 := min((x+1)*k, p.w), min((y+1)*k, p.h)
			for yy := y * k; yy < y1; yy++ {
				for xx := x * k; xx < x1; xx++ {
					for c := range 3 {
						sum[c] += int(p.rgb[3*(yy*p.w+xx)+c])
					}
				}
			}
			n := (x1 - x*k) * (y1 - y*k)
			for c := range 3 {
				out.rgb[3*(y*w+x)+c] = byte((sum[c] + n/2) / n)
			}
		}
	}
	return out
}

// maskBox is the box around the set points, the far sides excluded.
func maskBox(mask []bool, w, h int) (b [4]int, ok bool) {
	b = [4]int{w, h, 0, 0}
	for i, m := range mask {
		if m {
			x, y := i%w, i/w
			b = [4]int{min(b[0], x), min(b[1], y), max(b[2], x+1), max(b[3], y+1)}
		}
	}
	return b, b[2] > 0
}
