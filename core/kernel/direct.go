package kernel

// directConv computes a 3x3 convolution as sums of nine products. With channels
// last, the three taps of one filter row and all their channels are 3*C
// neighboring floats, so a row of output pixels is three products of a matrix
// with overlapping rows and a panel of the weights; nothing is copied.
type directConv struct {
	in, out  Grid
	fwd, bwd []float32 // panels [3 filter rows][K/4][3*C][4], and with C, K exchanged
	dw       []float32 // a shard's gradient as [3][3*C][K]
}

func newDirectConv(in, out Grid) *directConv {
	return &directConv{
		in: in, out: out,
		fwd: make([]float32, 9*in.C*round4(out.C)),
		bwd: make([]float32, 9*out.C*round4(in.C)),
		dw:  make([]float32, 9*in.C*out.C),
	}
}

func (d *directConv) pack(w []float32, backward bool) {
	c, k := d.in.C, d.out.C
	for ky := range 3 {
		packPanels(d.fwd[ky*3*c*round4(k):], k, 3*c, func(r, j int) float32 {
			return w[(r*c+j%c)*9+ky*3+j/c]
		})
		if backward {
			packPanels(d.bwd[ky*3*k*round4(c):], c, 3*k, func(r, j int) float32 {
				return w[(j%k*c+r)*9+(2-ky)*3+2-j/k]
			})
		}
	}
}

func (d *directConv) forward(y, x, bias []float32, relu bool, n int) {
	convRows(y, d.out, x, d.in, d.fwd, n)
	for img := range n {
		for row := range d.out.H {
			r := y[img*d.out.Len()+d.out.At(row, 0):][:d.out.W*d.out.C]
			finishRows(r, bias, d.out.C, relu)
		}
	}
}

func (d *directConv) backwardInput(dx, dy []float32, n int) {
	convRows(dx, d.in, dy, d.out, d.bwd, n)
}

// convRows writes the plain convolution of n images x by packed panels to y.
func convRows(y []float32, out Grid, x []float32, in Grid, panels []float32, n int) {
	taps := 3 * in.C
	for img := range n {
		for row := range out.H {
			dst := y[img*out.Len()+out.At(row, 0):]
			for k := 0; k < out.C; k += 4 {
				cols := upTo(4, out.C-k)
				for ky := range 3 {
					src := x[img*in.Len()+in.At(row+ky-1, -1):]
					p := panels[ky*taps*round4(out.C)+k*taps:]
					rowsPanel(dst[k:], out.C, src, in.C, p, out.W, taps, cols, ky > 0)
				}
			}
		}
	}
}

func (d *directConv) backwardWeight(dw, x, dy []float32, n int) {
	c, k := d.in.C, d.out.C
	for img := range n {
		for row := range d.out.H {
			g := dy[img*d.out.Len()+d.out.At(row, 0):]
			for ky := range 3 {
				src := x[img*d.in.Len()+d.in.At(row+ky-1, -1):]
				outer(d.dw[ky*3*c*k:], k, src, c, g, k, d.out.W, 3*c, k, img+row > 0)
			}
		}
	}
	for ky := range 3 {
		for j := range 3 * c {
			for o, v := range d.dw[(ky*3*c+j)*k:][:k] {
				dw[(o*c+j%c)*9+ky*3+j/c] = v
			}
		}
	}
}

// addRows adds bias to every group of len(bias) floats of r and replaces what is
// then floor or less by zero.
//
//go:norace
func addRows(r, bias []float32, floor float32) {
	for c := 0; c+32 <= len(bias); c += 32 {
		addChannelBlock(r[c:], bias[c:], floor, len(bias))
	}
	for c := len(bias) &^ 31; c < len(bias); c++ {
		for i := c; i < len(r); i += len(bias) {
			r[i] = atLeast(r[i]+bias[c], floor)
		}
	}
}

// finishRows adds bias, unless that is nil, and rectifies, with relu, rows of k.
func finishRows(r, bias []float32, k int, relu bool) {
	switch {
	case bias != nil:
		addRows(r, bias[:k], reluFloor(relu))
	case relu:
		rectify(r)
	}
}
