package kernel

import "math"

// MaxPool takes the largest of every 2x2 pixels of n grids in to y, grids of
// half the height and width (rounded down). arg [n][H/2][W/2][C] says which of
// the four it was, 0 to 3 in row order: the first of equals; a NaN wins.
//
//go:norace
func MaxPool(y []float32, arg []uint8, x []float32, in Grid, n int) {
	out := Grid{in.C, in.H / 2, in.W / 2}
	for img := range n {
		for row := range out.H {
			for col := range out.W {
				top := x[img*in.Len()+in.At(2*row, 2*col):][:2*in.C]
				bottom := x[img*in.Len()+in.At(2*row+1, 2*col):][:2*in.C]
				dst := y[img*out.Len()+out.At(row, col):][:in.C]
				a := arg[((img*out.H+row)*out.W+col)*in.C:][:in.C]
				largest(dst, a, top[:in.C], top[in.C:], bottom[:in.C], bottom[in.C:])
			}
		}
	}
}

// largest takes the largest of four numbers of each channel to y.
//
//go:norace
func largest(y []float32, arg []uint8, v0, v1, v2, v3 []float32) {
	arg, v0, v1, v2, v3 = arg[:len(y)], v0[:len(y)], v1[:len(y)], v2[:len(y)], v3[:len(y)]
	for c := range y {
		a, b := v0[c], v1[c]
		top := larger(a, b, placed(a, 0), placed(b, 1))
		a, b = v2[c], v3[c]
		bottom := larger(a, b, placed(a, 2), placed(b, 3))
		k := larger(number(top), number(bottom), top, bottom)
		y[c], arg[c] = number(k), uint8(k&3)
	}
}

// placed is a number's bits and which of four it was; number is the number again.
func placed(v float32, place uint64) uint64 { return uint64(math.Float32bits(v))<<2 | place }
func number(k uint64) float32               { return math.Float32frombits(uint32(k >> 2)) }

// larger returns l if w is larger than v, or is NaN and v is not, and k if not. It
// does so without a branch: which is larger is anybody's guess.
func larger(v, w float32, k, l uint64) uint64 {
	first := k
	if !(w <= v) {
		k = l
	}
	if v != v {
		k = first
	}
	return k
}

// MaxPoolBackward writes dy to the places of dx that MaxPool chose and zero to
// the others.
//
//go:norace
func MaxPoolBackward(dx, dy []float32, arg []uint8, in Grid, n int) {
	out := Grid{in.C, in.H / 2, in.W / 2}
	for img := range n {
		for row := range in.H {
			clear(dx[img*in.Len()+in.At(row, 0):][:in.W*in.C])
		}
		for row := range out.H {
			for col := range out.W {
				src := dy[img*out.Len()+out.At(row, col):][:in.C]
				a := arg[((img*out.H+row)*out.W+col)*in.C:][:in.C]
				for c, v := range src {
					k := int(a[c])
					dx[img*in.Len()+in.At(2*row+k>>1, 2*col+k&1)+c] = v
				}
			}
		}
	}
}

// GlobalAvgPool writes the mean of every channel of n grids to y [n][C].
//
//go:norace
func GlobalAvgPool(y, x []float32, g Grid, n int) {
	scale := 1 / float32(g.H*g.W)
	for img := range n {
		dst := y[img*g.C:][:g.C]
		clear(dst)
		for row := range g.H {
			for col := range g.W {
				for c, v := range x[img*g.Len()+g.At(row, col):][:g.C] {
					dst[c] += v
				}
			}
		}
		for c := range dst {
			dst[c] *= scale
		}
	}
}

// GlobalAvgPoolBackward spreads dy [n][C] over the pixels of n grids dx.
//
//go:norace
func GlobalAvgPoolBackward(dx, dy []float32, g Grid, n int) {
	scale := 1 / float32(g.H*g.W)
	for img := range n {
		src := dy[img*g.C:][:g.C]
		for row := range g.H {
			for col := range g.W {
				dst := dx[img*g.Len()+g.At(row, col):][:g.C]
				for c, v := range src {
					dst[c] = v * scale
				}
			}
		}
	}
}
