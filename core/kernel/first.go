package kernel

// firstConv is the convolution from one channel to 32 at 28x28 pixels that both
// networks begin with. Nine products an output are too few for Winograd's
// transforms to pay: the nine pixels around each of a row's pixels are copied
// next to each other and multiplied with panels of the weights.
type firstConv struct {
	in, out Grid
	panels  []float32 // [8][9][4]
	patches []float32 // one row's: [28][10], the last of ten zero
	dw      []float32 // a shard's gradient [10][32]
	zero    []float32 // a bias of zeros
}

func newFirstConv(in, out Grid) *firstConv {
	if in != (Grid{1, 28, 28}) || out.C != 32 {
		return nil
	}
	return &firstConv{
		in: in, out: out,
		panels:  make([]float32, 9*32),
		patches: make([]float32, 28*10),
		dw:      make([]float32, 10*32),
		zero:    make([]float32, 32),
	}
}

func (f *firstConv) pack(w []float32) {
	packPanels(f.panels, 32, 9, func(r, j int) float32 { return w[r*9+j] })
}

// gather copies the patches of one row of pixels.
//
//go:norace
func (f *firstConv) gather(x []float32, row int) {
	cols := f.in.Cols()
	r0, r1, r2 := x[row*cols:][:30], x[(row+1)*cols:][:30], x[(row+2)*cols:][:30]
	p := f.patches
	for len(r0) >= 3 && len(r1) >= 3 && len(r2) >= 3 && len(p) >= 10 {
		a, b, c, d := (*[3]float32)(r0), (*[3]float32)(r1), (*[3]float32)(r2), (*[10]float32)(p)
		d[0], d[1], d[2] = a[0], a[1], a[2]
		d[3], d[4], d[5] = b[0], b[1], b[2]
		d[6], d[7], d[8] = c[0], c[1], c[2]
		r0, r1, r2, p = r0[1:], r1[1:], r2[1:], p[10:]
	}
}

func (f *firstConv) forward(y, x, bias []float32, relu bool, n int) {
	if bias == nil {
		bias = f.zero
	}
	floor := reluFloor(relu)
	for img := range n {
		for row := range 28 {
			f.gather(x[img*f.in.Len():], row)
			// The border behind the row is the room that the kernel wants.
			dst := y[img*f.out.Len()+f.out.At(row, 0):][:29*32]
			for k := 0; k < 32; k += 4 {
				patches9x32(dst[k:], f.patches, f.panels[9*k:], bias[k:], floor)
			}
		}
	}
}

func (f *firstConv) backwardWeight(dw, x, dy []float32, n int) {
	clear(f.dw)
	for img := range n {
		for row := range 28 {
			f.gather(x[img*f.in.Len():], row)
			g := dy[img*f.out.Len()+f.out.At(row, 0):][:28*32]
			for t := 0; t < 10; t += 2 {
				outer28x10x32(f.dw[t*32:][:2*32], f.patches[t:], g)
			}
		}
	}
	for t := range 9 {
		for k := range 32 {
			dw[k*9+t] = f.dw[t*32+k]
		}
	}
}
