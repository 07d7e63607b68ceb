package kernel

// winogradConv computes a 3x3 convolution by Winograd's minimal filtering. Every
// image is cut into tiles, and a tile's input pixels become the values of pairs of
// interpolation points, at each of which the convolution is one matrix product
// over channels: 36 products for 4x4 pixels forward, 64 for 6x6 backward, where
// the definition has 144 and 324.
//
//	forward   V = B'xB   U = GwG'   M = V*U at each pair of points   y = A'MA
//	backward  M' = A dy A'   dU = V'*M'   dw = G'dU G   dV = M'*U'   dx = B dV B'
//
// The backward pass is a forward one transposed, so that M' serves both
// gradients. A few images are done together, as many as the caches like.
type winogradConv struct {
	in, out  Grid
	from, to *plane // forward: transforms of in's and of out's side
	back     winogradBack

	u        []float32 // weights at the points: panels [pairs][K/4][C][4]
	v, m     []float32 // one group at the points: [pairs][tiles][C] and [pairs][tiles][K]
	zeroBias []float32
	rows     func(c, a, p []float32)
	filters  *filterKernels
}

// winogradBack is what the backward pass has of its own.
type winogradBack struct {
	from, to *plane
	ut       []float32 // weights at the points: panels [pairs][C/4][K][4]
	du       []float32 // a shard's weight gradient at the points: [pairs][C][K]
	rows     func(c, a, p []float32)
	outer    []func(c, a, b []float32) // of every pair of points
}

// filterKernels are the transforms of a convolution's weights: of neighboring
// input channels of one output channel to the points, and of neighboring output
// channels' gradients back.
type filterKernels struct {
	forward, backward func(u, w []float32)
	taps              func(w, u []float32)
	stride            int // floats from one pair of points' matrix to the next
}

// newWinogradConv returns nil if the kernels of these shapes were not generated.
func newWinogradConv(in, out Grid) *winogradConv {
	if in.H != in.W {
		return nil
	}
	w := &winogradConv{in: in, out: out, from: planeOf(6, in.C, in.H), to: planeOf(6, out.C, out.H)}
	b := &w.back
	for _, points := range []int{8, 6} {
		if b.from == nil || b.to == nil {
			b.from, b.to = planeOf(points, in.C, in.H), planeOf(points, out.C, out.H)
		}
	}
	w.rows, b.rows = rowsKernel(in.C, out.C, false), rowsKernel(out.C, in.C, false)
	if w.from == nil || w.to == nil || b.from == nil || b.to == nil || w.from.input[0] == nil || w.to.output[0] == nil ||
		w.rows == nil || b.rows == nil {
		return nil
	}
	if w.filters = filterKernelsOf(b.from.points, in.C, out.C); w.filters == nil {
		return nil
	}
	b.outer = make([]func(c, a, b []float32), b.from.pairs())
	for p := range b.outer {
		if b.outer[p] = outerKernel(b.from.rows(p, b.from.group), in.C, out.C); b.outer[p] == nil {
			return nil
		}
	}
	size := w.filters.stride
	w.u = make([]float32, w.from.pairs()*size)
	b.ut, b.du = make([]float32, b.from.pairs()*size), make([]float32, b.from.pairs()*size)
	w.v, w.m = make([]float32, max(w.from.size(), b.from.size())), make([]float32, max(w.to.size(), b.to.size()))
	w.zeroBias = make([]float32, out.C)
	return w
}

// pack transforms the weights w [K][C][9].
func (w *winogradConv) pack(weights []float32, backward bool) {
	c, k := w.in.C, w.out.C
	for o := range k {
		w.filters.forward(w.u[o/4*c*4+o%4:], weights[o*c*9:][:c*9])
		for i := 0; backward && i < c; i += 4 {
			w.filters.backward(w.back.ut[(i/4*k+o)*4:], weights[(o*c+i)*9:][:36])
		}
	}
}

// forward computes y = conv(x) + bias, and max(y, 0) with relu.
func (w *winogradConv) forward(y, x, bias []float32, relu bool, n int) {
	if bias == nil {
		bias = w.zeroBias
	}
	for first := 0; first < n; first += w.from.group {
		g := upTo(w.from.group, n-first)
		w.product(x[first*w.in.Len():], g)
		w.to.finish(w.m, y[first*w.out.Len():], bias, reluFloor(relu), w.out, g)
	}
}

// forwardPool computes the 2x2 max pool of max(conv(x) + bias, 0).
func (w *winogradConv) forwardPool(y []float32, arg []uint8, x, bias []float32, n int) {
	pooled := Grid{w.out.C, w.out.H / 2, w.out.W / 2}
	for first := 0; first < n; first += w.from.group {
		g := upTo(w.from.group, n-first)
		w.product(x[first*w.in.Len():], g)
		w.to.finishPool(w.m, y[first*pooled.Len():], bias, arg[first*pooled.C*pooled.H*pooled.W:], g)
	}
}

// product computes M = V*U for a group of g images x.
func (w *winogradConv) product(x []float32, g int) {
	w.from.gather(&w.from.input, w.v, x, w.in, g, 1)
	for p := range w.from.pairs() {
		rows := w.from.rows(p, g)
		multiply(w.m[p*w.to.stride:], w.v[p*w.from.stride:], w.u[p*w.filters.stride:], rows, w.in.C, w.out.C, w.rows)
	}
}

// multiply computes m [rows][k] = v [rows][c] * u, where u is panels [k/4][c][4].
// rows may be rounded up to an even number.
func multiply(m, v, u []float32, rows, c, k int, kernel func(c, a, p []float32)) {
	rows += rows & 1
	v = v[:rows*c]
	for j := 0; j < k; j += 4 {
		kernel(m[j:j+rows*k], v, u[j*c:])
	}
}
