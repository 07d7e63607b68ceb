package kernel

import "math"

// reluFloor returns the floor below which an activation is replaced by zero: zero
// with ReLU, and without it NaN, to which nothing compares.
func reluFloor(relu bool) float32 {
	if relu {
		return 0
	}
	return float32(math.NaN())
}

// atLeast returns v, or 0 where v <= floor. A NaN stays. The compiler makes a
// conditional move of the integer; max on floats is a call in WebAssembly, and a
// branch on data is guessed wrong every other time.
func atLeast(v, floor float32) float32 {
	b := math.Float32bits(v)
	if v <= floor {
		b = 0
	}
	return math.Float32frombits(b)
}

// keepAbove returns d, or 0 where y <= floor; a NaN in y keeps d.
func keepAbove(d, y, floor float32) float32 {
	b := math.Float32bits(d)
	if y <= floor {
		b = 0
	}
	return math.Float32frombits(b)
}

// rectify replaces every element of x that is zero or less by zero; NaN stays.
//
//go:norace
func rectify(x []float32) {
	rectifyBlocks(x)
	for i := len(x) &^ 15; i < len(x); i++ {
		x[i] = atLeast(x[i], 0)
	}
}

// ReLUBackward sets dy to zero where y, the layer's output, is zero or less. It
// keeps dy where y is NaN.
//
//go:norace
func ReLUBackward(dy, y []float32) {
	y = y[:len(dy)]
	maskBlocks(dy, y)
	for i := len(y) &^ 15; i < len(y); i++ {
		dy[i] = keepAbove(dy[i], y[i], 0)
	}
}

// Add adds b to a, element by element.
//
//go:norace
func Add(a, b []float32) {
	b = b[:len(a)]
	addBlocks(a, b)
	for i := len(b) &^ 15; i < len(b); i++ {
		a[i] += b[i]
	}
}

// Scale multiplies x by s, element by element.
//
//go:norace
func Scale(x, s []float32) {
	s = s[:len(x)]
	scaleBlocks(x, s)
	for i := len(s) &^ 15; i < len(s); i++ {
		x[i] *= s[i]
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
			for c := 0; c+32 <= g.C; c += 32 {
				scaleChannelBlock(row[c:], f[c:], g.C)
			}
			for c := g.C &^ 31; c < g.C; c++ {
				for i := c; i < len(row); i += g.C {
					row[i] *= f[c]
				}
			}
		}
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
			src, dst := x[img*g.Len()+g.At(row, 0):][:g.W*g.C], dst[row*g.W:]
			if g == flat64 {
				for c := 0; c < g.C; c += 4 {
					flatten64x14(dst[c*hw:], src[c:])
				}
				continue
			}
			for col := range g.W {
				for c, v := range src[col*g.C:][:g.C] {
					dst[c*hw+col] = v
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
			dst, src := dx[img*g.Len()+g.At(row, 0):][:g.W*g.C], src[row*g.W:]
			if g == flat64 {
				for c := 0; c < g.C; c += 4 {
					unflatten64x14(dst[c:], src[c*hw:])
				}
				continue
			}
			for col := range g.W {
				d := dst[col*g.C:][:g.C]
				for c := range d {
					d[c] = src[c*hw+col]
				}
			}
		}
	}
}

// flat64 is the grid that has straight-line copies, Model 1's.
var flat64 = Grid{64, 14, 14}
