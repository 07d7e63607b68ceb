package sketch

import "encoding/binary"

// canvas holds the 8x8 points of every pixel, row by row. Lines and areas of
// one grey are first collected as bits, then laid over the ink at once.
type canvas struct {
	ink     [subSide * subSide]byte
	pending [subSide][rowWords]uint64 // bit x of a row is point x
	grey    byte                      // of what is pending
	settled bool                      // whether there is any ink but what is pending
}

const rowWords = (subSide + 63) / 64

func (c *canvas) draw(strokes []Stroke, v view, opt Options) {
	for _, s := range strokes {
		grey := s.Grey
		if grey == 0 {
			grey = opt.Brightness
			if s.Kind == Fill || s.Kind == Bucket {
				grey = opt.Fill
			}
		}
		if s.Kind == Eraser {
			grey = 0
		}
		if len(s.X) == 0 {
			continue
		}
		if s.Kind == Bucket {
			c.settle()
			c.bucket(v.at(s.X[0], s.Y[0]), grey)
			continue
		}
		if grey != c.grey {
			c.settle()
			c.grey = grey
		}
		if s.Kind == Fill {
			c.fillPolygon(s, v)
		} else {
			c.line(s, v, penRadius(s, opt))
		}
	}
}

// run adds the points of a row whose centers lie within lo and hi to what is pending.
func (c *canvas) run(row int, lo, hi float64) {
	if !(lo <= hi) {
		return
	}
	x0, x1 := firstCenter(lo), firstAfter(hi)
	if x0 >= x1 {
		return
	}
	words := &c.pending[row]
	first, last := x0>>6, (x1-1)>>6
	from, to := ^uint64(0)<<(x0&63), ^uint64(0)>>(63-(x1-1)&63)
	if first == last {
		words[first] |= from & to
		return
	}
	words[first] |= from
	for w := first + 1; w < last; w++ {
		words[w] = ^uint64(0)
	}
	words[last] |= to
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

// settle lays what is pending over the ink, and keeps nothing pending.
func (c *canvas) settle() {
	fresh := uint64(c.grey) * 0x0101010101010101
	for y := range c.pending {
		for i, bits := range c.pending[y] {
			if bits == 0 {
				continue
			}
			c.settled = true
			c.pending[y][i] = 0
			for at := y*subSide + 64*i; bits != 0; at, bits = at+8, bits>>8 {
				if m := spreadBits(byte(bits)); m != 0 {
					eight := c.ink[at:][:8]
					old := binary.LittleEndian.Uint64(eight)
					binary.LittleEndian.PutUint64(eight, old&^m|fresh&m)
				}
			}
		}
	}
}

// spreadBits turns each of eight bits into a byte of all its bits.
func spreadBits(b byte) uint64 {
	const each, low = 0x8040201008040201, 0x0101010101010101
	set := uint64(b) * low & each                           // bit i of b at bit i of byte i
	nonzero := (set&(low*0x7f) + low*0x7f | set) >> 7 & low // 1 in each byte that is not 0
	return nonzero * 0xff
}

// average returns the mean of each pixel's 8x8 points, rounded.
func (c *canvas) average() [Pixels]byte {
	if !c.settled {
		return c.averageBits()
	}
	c.settle()
	const lanes = 0x00ff00ff00ff00ff
	var out [Pixels]byte
	for py := range Side {
		var sum [Side]uint64
		for sy := range oversample {
			row := c.ink[(py*oversample+sy)*subSide:][:subSide]
			for px := range Side {
				w := binary.LittleEndian.Uint64(row[px*oversample:])
				sum[px] += w&lanes + w>>8&lanes // four sums of 16 bits, each at most 8*510
			}
		}
		for px, s := range sum {
			out[py*Side+px] = byte((s*0x0001000100010001>>48 + 32) >> 6)
		}
	}
	return out
}

// averageBits is average where all ink is pending and of one grey: it counts
// the bits of eight pixels at a time.
func (c *canvas) averageBits() [Pixels]byte {
	var out [Pixels]byte
	for py := range Side {
		var count [rowWords]uint64 // of 0 to 64 points, a byte a pixel
		for _, row := range c.pending[py*oversample:][:oversample] {
			for i, w := range row {
				w -= w >> 1 & 0x5555555555555555
				w = w&0x3333333333333333 + w>>2&0x3333333333333333
				count[i] += (w + w>>4) & 0x0f0f0f0f0f0f0f0f
			}
		}
		for px := range Side {
			n := count[px/8] >> (8 * (px % 8)) & 0xff
			out[py*Side+px] = byte((n*uint64(c.grey) + 32) >> 6)
		}
	}
	return out
}

// inkBox returns the box around all ink, in points, the far sides excluded.
func (c *canvas) inkBox() (b [4]int, ok bool) {
	c.settle()
	b = [4]int{subSide, subSide, 0, 0}
	for y := range subSide {
		for x, g := range c.ink[y*subSide:][:subSide] {
			if g != 0 {
				b = [4]int{min(b[0], x), min(b[1], y), max(b[2], x+1), max(b[3], y+1)}
			}
		}
	}
	return b, b[2] > 0
}
