package kernel

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
		w.back.to.gatherPool(w.m, dy.dy, dy.arg, g)
		return
	}
	w.back.to.gather(&w.back.to.outputGradient, w.m, dy.dy, w.out, g, 0)
}

// backwardInput computes dx from dy.
func (w *winogradConv) backwardInput(dx []float32, dy gradient, n int) {
	clear(dx[:n*w.in.Len()])
	for first := 0; first < n; first += w.back.from.group {
		g := upTo(w.back.from.group, n-first)
		w.gatherGradient(dy.from(first, w.out), g)
		w.groupInput(dx[first*w.in.Len():], g)
	}
}

// groupInput computes dx of a group of g images whose M' stands in m. dx is zero.
func (w *winogradConv) groupInput(dx []float32, g int) {
	for p := range w.back.from.pairs() {
		rows := w.back.from.rows(p, g)
		multiply(w.v[p*w.back.from.stride:], w.m[p*w.back.to.stride:], w.back.ut[p*w.filters.stride:], rows, w.out.C, w.in.C, w.back.rows)
	}
	w.back.from.gather(&w.back.from.inputGradient, w.v, dx, w.in, g, 1)
	for i := range g {
		clearBorder(dx[i*w.in.Len():], w.in)
	}
}

// backward computes dw, summed at the points and transformed at the end, and dx
// unless that is nil, for a shard of n images.
func (w *winogradConv) backward(dx, dw, x []float32, dy gradient, n int) {
	if dx != nil {
		clear(dx[:n*w.in.Len()])
	}
	clear(w.back.du)
	for first := 0; first < n; first += w.back.from.group {
		g := upTo(w.back.from.group, n-first)
		w.gatherGradient(dy.from(first, w.out), g)
		w.back.from.gather(&w.back.from.input, w.v, x[first*w.in.Len():], w.in, g, 1)
		w.back.from.clearMissing(w.v, g)
		w.back.to.clearMissing(w.m, g)
		w.groupWeight()
		if dx != nil {
			w.groupInput(dx[first*w.in.Len():], g)
		}
	}
	c, k := w.in.C, w.out.C
	for o := 0; o < k; o += 16 {
		for i := range c {
			w.filters.taps(dw[(o*c+i)*9:][:15*c*9+9], w.back.du[i*k+o:])
		}
	}
}

// groupWeight adds V'*M' of a group to du.
func (w *winogradConv) groupWeight() {
	c, k := w.in.C, w.out.C
	for p, outer := range w.back.outer {
		rows := w.back.from.rows(p, w.back.from.group)
		v, m := w.v[p*w.back.from.stride:], w.m[p*w.back.to.stride:][:rows*k]
		du := w.back.du[p*w.filters.stride:][:c*k]
		for i := 0; i < c; i += 2 {
			outer(du[i*k:][:2*k], v[i:], m)
		}
	}
}
