package kernel

// winogradConv computes a 3x3 convolution by Winograd's minimal filtering. Every
// image is cut into tiles of 4x4 output pixels, and tiles of 2 or 3 pixels at the
// right and bottom where 4 does not divide the side. A tile's 6x6 input pixels
// become the values of 36 points (pairs of six interpolation points), at each of
// which the convolution is one matrix product over channels: 36 products where
// the definition has 144.
//
//	forward   V = B'xB   U = GwG'   M = V*U at each point   y = A'MA
//	backward  M' = A dy A'   dU = V'*M'   dw = G'dU G   dV = M'*U'   dx = B dV B'
//
// The backward pass is the forward one transposed, so that M' serves both
// gradients. A few images are done together, as many as the caches like.
type winogradConv struct {
	in, out  Grid
	from, to *plane // transforms of in's and of out's side

	u, ut    []float32 // weights at the points: panels [pairs][K/4][C][4] and [pairs][C/4][K][4]
	v, m     []float32 // one group at the points: [pairs][tiles][C] and [pairs][tiles][K]
	du       []float32 // one leaf's weight gradient at the points: [pairs][C][K]
	zeroBias []float32
	stack    [][]float32

	forwardRows, backwardRows func(c, a, p []float32)
	outer                     []func(c, a, b []float32) // of every pair of points
	filterPoints              func(u, t, w []float32)
	filterTaps                func(w, u []float32)
}

// newWinogradConv returns nil if the kernels of these shapes were not generated.
func newWinogradConv(in, out Grid) *winogradConv {
	if in.H != in.W {
		return nil
	}
	w := &winogradConv{in: in, out: out, from: planeOf(in.C, in.H), to: planeOf(out.C, out.H)}
	w.forwardRows, w.backwardRows = rowsKernel(in.C, out.C, false), rowsKernel(out.C, in.C, false)
	if w.from == nil || w.to == nil || w.from.input[0] == nil || w.to.output[0] == nil ||
		w.forwardRows == nil || w.backwardRows == nil {
		return nil
	}
	if w.filterPoints, w.filterTaps = filterKernels(w.from.points, in.C, out.C); w.filterPoints == nil {
		return nil
	}
	w.outer = make([]func(c, a, b []float32), w.from.pairs())
	for p := range w.outer {
		if w.outer[p] = outerKernel(w.from.rows(p, w.from.group), in.C, out.C); w.outer[p] == nil {
			return nil
		}
	}
	size, pairs := in.C*out.C, w.from.pairs()
	w.u, w.ut, w.du = make([]float32, pairs*size), make([]float32, pairs*size), make([]float32, pairs*size)
	w.v, w.m = make([]float32, w.from.size()), make([]float32, w.to.size())
	w.zeroBias = make([]float32, out.C)
	return w
}

// pack transforms the weights w [K][C][9].
func (w *winogradConv) pack(weights []float32) {
	c, k := w.in.C, w.out.C
	for o := range k {
		for i := 0; i < c; i += 4 {
			w.filterPoints(w.u[(o/4*c+i)*4+o%4:], w.ut[(i/4*k+o)*4:], weights[(o*c+i)*9:][:36])
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
		multiply(w.m[p*w.to.stride:], w.v[p*w.from.stride:], w.u[p*w.in.C*w.out.C:], rows, w.in.C, w.out.C, w.forwardRows)
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

// gradient is the gradient of a convolution's output: dy, and where arg is not
// nil, dy of its 2x2 max pool and the places that pooling chose.
type gradient struct {
	dy  []float32
	arg []uint8
}

// from returns the gradient without its first n images.
func (g gradient) from(n int, out Grid) gradient {
	if g.arg == nil {
		return gradient{dy: g.dy[n*out.Len():]}
	}
	out = Grid{out.C, out.H / 2, out.W / 2}
	return gradient{g.dy[n*out.Len():], g.arg[n*out.C*out.H*out.W:]}
}

// gatherGradient computes M' of a group of g images.
func (w *winogradConv) gatherGradient(dy gradient, g int) {
	if dy.arg != nil {
		w.to.gatherPool(w.m, dy.dy, dy.arg, g)
		return
	}
	w.to.gather(&w.to.outputGradient, w.m, dy.dy, w.out, g, 0)
}

// backwardInput computes dx from dy.
func (w *winogradConv) backwardInput(dx []float32, dy gradient, n int) {
	clear(dx[:n*w.in.Len()])
	for first := 0; first < n; first += w.from.group {
		g := upTo(w.from.group, n-first)
		w.gatherGradient(dy.from(first, w.out), g)
		w.groupInput(dx[first*w.in.Len():], g)
	}
}

// groupInput computes dx of a group of g images whose M' stands in m. dx is zero.
func (w *winogradConv) groupInput(dx []float32, g int) {
	for p := range w.from.pairs() {
		rows := w.from.rows(p, g)
		multiply(w.v[p*w.from.stride:], w.m[p*w.to.stride:], w.ut[p*w.in.C*w.out.C:], rows, w.out.C, w.in.C, w.backwardRows)
	}
	w.from.gather(&w.from.inputGradient, w.v, dx, w.in, g, 1)
	for i := range g {
		clearBorder(dx[i*w.in.Len():], w.in)
	}
}

// backward computes dw, and dx unless that is nil, for a node of n images.
func (w *winogradConv) backward(dx, dw, x []float32, dy gradient, n int) {
	if dx != nil {
		clear(dx[:n*w.in.Len()])
	}
	size := 9 * w.in.C * w.out.C
	w.stack = treeStack(w.stack, leaves(n), size)
	w.weightTree(dw[:size], dx, x, dy, w.stack, n)
}

func (w *winogradConv) weightTree(dw, dx, x []float32, dy gradient, stack [][]float32, n int) {
	if n <= Leaf {
		w.weightLeaf(dw, dx, x, dy, n)
		return
	}
	left := TreeSplit(leaves(n)) * Leaf
	w.weightTree(dw, dx, x, dy, stack, left)
	if dx != nil {
		dx = dx[left*w.in.Len():]
	}
	w.weightTree(stack[0], dx, x[left*w.in.Len():], dy.from(left, w.out), stack[1:], n-left)
	add(dw, stack[0])
}

// weightLeaf sums a leaf's weight gradient at the points and transforms it to dw.
func (w *winogradConv) weightLeaf(dw, dx, x []float32, dy gradient, n int) {
	clear(w.du)
	for first := 0; first < n; first += w.from.group {
		g := upTo(w.from.group, n-first)
		w.gatherGradient(dy.from(first, w.out), g)
		w.from.gather(&w.from.input, w.v, x[first*w.in.Len():], w.in, g, 1)
		w.from.clearMissing(w.v, g)
		w.to.clearMissing(w.m, g)
		w.groupWeight()
		if dx != nil {
			w.groupInput(dx[first*w.in.Len():], g)
		}
	}
	c, k := w.in.C, w.out.C
	for o := 0; o < k; o += 16 {
		for i := range c {
			w.filterTaps(dw[(o*c+i)*9:][:15*c*9+9], w.du[i*k+o:])
		}
	}
}

// groupWeight adds V'*M' of a group to du.
func (w *winogradConv) groupWeight() {
	c, k := w.in.C, w.out.C
	for p, outer := range w.outer {
		rows := w.from.rows(p, w.from.group)
		v, m := w.v[p*w.from.stride:], w.m[p*w.to.stride:][:rows*k]
		du := w.du[p*c*k:][:c*k]
		for i := 0; i < c; i += 2 {
			outer(du[i*k:][:2*k], v[i:], m)
		}
	}
}
