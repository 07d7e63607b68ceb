package kernel

import "math"

// rectifyBits returns the bits of max(v, 0) for the bits b of v: all ones in the
// mask for a negative number, none for a NaN, whose sign says nothing. Masks
// keep branches out of the loops, and max on floats is a call in WebAssembly.
func rectifyBits(b uint32) uint32 { return b &^ uint32(int32((b+0x7fffff)&b)>>31) }

// positiveMask returns all ones for the bits of a number above zero or a NaN,
// and zero otherwise.
func positiveMask(b uint32) uint32 {
	return ^uint32(int32((b+0x7fffff)&b|(b-1)&^b) >> 31)
}

// rectify replaces every negative element of x by zero; NaN stays.
//
//go:norace
func rectify(x []float32) {
	for i, v := range x {
		x[i] = math.Float32frombits(rectifyBits(math.Float32bits(v)))
	}
}

// ReLUBackward sets dy to zero where y, the layer's output, is zero or less. It
// keeps dy where y is NaN.
//
//go:norace
func ReLUBackward(dy, y []float32) {
	y = y[:len(dy)]
	for i, v := range y {
		dy[i] = math.Float32frombits(math.Float32bits(dy[i]) & positiveMask(math.Float32bits(v)))
	}
}

// ScaleChannels multiplies channel c of image i by s[i*C+c], as Dropout2d does.
//
//go:norace
func ScaleChannels(x, s []float32, g Grid, n int) {
	for img := range n {
		f := s[img*g.C:][:g.C]
		for y := range g.H {
			row := x[img*g.Len()+g.At(y, 0):][:g.W*g.C]
			for ; len(row) >= len(f); row = row[len(f):] {
				for c, v := range f {
					row[c] *= v
				}
			}
		}
	}
}

// Scale multiplies x by s, element by element.
//
//go:norace
func Scale(x, s []float32) {
	s = s[:len(x)]
	for i, v := range s {
		x[i] *= v
	}
}

// Flatten copies n grids to y [n][C*H*W] in PyTorch's order: channel, row, column.
//
//go:norace
func Flatten(y, x []float32, g Grid, n int) {
	hw := g.H * g.W
	for img := range n {
		dst := y[img*g.C*hw:][:g.C*hw]
		for row := range g.H {
			for col := range g.W {
				for c, v := range x[img*g.Len()+g.At(row, col):][:g.C] {
					dst[c*hw+row*g.W+col] = v
				}
			}
		}
	}
}

// Unflatten is Flatten the other way: dy [n][C*H*W] to n grids dx.
//
//go:norace
func Unflatten(dx, dy []float32, g Grid, n int) {
	hw := g.H * g.W
	for img := range n {
		src := dy[img*g.C*hw:][:g.C*hw]
		for row := range g.H {
			for col := range g.W {
				dst := dx[img*g.Len()+g.At(row, col):][:g.C]
				for c := range dst {
					dst[c] = src[c*hw+row*g.W+col]
				}
			}
		}
	}
}
