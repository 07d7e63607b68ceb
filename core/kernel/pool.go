package kernel

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
				for c := range dst {
					dst[c], a[c] = largest(top[c], top[c+in.C], bottom[c], bottom[c+in.C])
				}
			}
		}
	}
}

// largest returns the largest of four numbers and its place; NaN is larger than all.
func largest(v0, v1, v2, v3 float32) (float32, uint8) {
	m, a := v0, uint8(0)
	if !(v1 <= m) && m == m {
		m, a = v1, 1
	}
	if !(v2 <= m) && m == m {
		m, a = v2, 2
	}
	if !(v3 <= m) && m == m {
		m, a = v3, 3
	}
	return m, a
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
