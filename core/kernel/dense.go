package kernel

// Dense is a fully connected layer from in to out features. It owns its packed
// weights and scratch memory.
type Dense struct {
	in, out int
	small   *smallDense
	blocks  *blockDense // nil where the layer is small
}

// NewDense returns a dense layer for at most maxImages images at once. A layer
// from a multiple of 64 to 128 features runs on the fast kernels.
func NewDense(in, out, maxImages int) *Dense {
	d := &Dense{in: in, out: out}
	if in%blockSide == 0 && out == blockOut {
		d.blocks = newBlockDense(in, maxImages)
	} else {
		d.small = newSmallDense(in, out, maxImages)
	}
	return d
}

// Pack takes over the weights w [out][in]; backward says whether BackwardInput
// will be called. Call it whenever the weights have changed.
func (d *Dense) Pack(w []float32, backward bool) {
	if d.blocks != nil {
		d.blocks.pack(w, backward)
		return
	}
	d.small.pack(w, backward)
}

// Forward computes y [n][out] = x [n][in] times w transposed, plus bias [out]
// unless that is nil, and max(y, 0) with relu.
func (d *Dense) Forward(y, x, bias []float32, relu bool, n int) {
	if n == 0 {
		return // a worker without images, in a batch of few shards
	}
	y = y[:n*d.out]
	if d.blocks != nil {
		d.blocks.forward(y, x, n)
	} else {
		d.small.forward(y, x, n)
	}
	finishRows(y, bias, d.out, relu)
}

// BackwardInput computes dx [n][in] from dy [n][out]. It needs Pack(w, true).
func (d *Dense) BackwardInput(dx, dy []float32, n int) {
	if n == 0 {
		return
	}
	if d.blocks != nil {
		d.blocks.backwardInput(dx, dy, n)
		return
	}
	d.small.backwardInput(dx, dy, n)
}

// BackwardWeight computes dw [out][in], summed over the n images of a node of
// the tree.
func (d *Dense) BackwardWeight(dw, x, dy []float32, n int) {
	if d.blocks != nil {
		d.blocks.backwardWeight(dw, x, dy, n)
		return
	}
	d.small.stack = treeStack(d.small.stack, leaves(n), d.in*d.out)
	d.small.weightTree(dw[:d.in*d.out], x, dy, d.small.stack, n)
}

// DenseBiasGradient computes db [out], the sum of dy [n][out] over the n images
// of a node of the tree.
//
//go:norace
func DenseBiasGradient(db, dy []float32, out, n int) {
	for o := range out {
		db[o] = denseBiasTree(dy[o:], out, n)
	}
}

//go:norace
func denseBiasTree(dy []float32, out, n int) float32 {
	if n <= Leaf {
		var s float32
		for i := range n {
			s += dy[i*out]
		}
		return s
	}
	left := TreeSplit(leaves(n)) * Leaf
	s := denseBiasTree(dy, out, left)
	return s + denseBiasTree(dy[left*out:], out, n-left)
}

// smallDense is a dense layer of any size, in plain loops.
type smallDense struct {
	in, out  int
	fwd, bwd []float32 // panels [out/4][in][4] and [in/4][out][4]
	stack    [][]float32
}

func newSmallDense(in, out, maxImages int) *smallDense {
	return &smallDense{
		in: in, out: out,
		fwd:   make([]float32, in*round4(out)),
		bwd:   make([]float32, out*round4(in)),
		stack: treeStack(nil, leaves(maxImages), in*out),
	}
}

func (d *smallDense) pack(w []float32, backward bool) {
	packPanels(d.fwd, d.out, d.in, func(r, j int) float32 { return w[r*d.in+j] })
	if backward {
		packPanels(d.bwd, d.in, d.out, func(r, j int) float32 { return w[j*d.in+r] })
	}
}

func (d *smallDense) forward(y, x []float32, n int) {
	for o := 0; o < d.out; o += 4 {
		rowsPanel(y[o:], d.out, x, d.in, d.fwd[o*d.in:], n, d.in, upTo(4, d.out-o), false)
	}
}

func (d *smallDense) backwardInput(dx, dy []float32, n int) {
	for i := 0; i < d.in; i += 4 {
		rowsPanel(dx[i:], d.in, dy, d.out, d.bwd[i*d.out:], n, d.out, upTo(4, d.in-i), false)
	}
}

func (d *smallDense) weightTree(dst, x, dy []float32, stack [][]float32, n int) {
	if n <= Leaf {
		outer(dst, d.in, dy, d.out, x, d.in, n, d.out, d.in, false)
		return
	}
	left := TreeSplit(leaves(n)) * Leaf
	d.weightTree(dst, x, dy, stack, left)
	d.weightTree(stack[0], x[left*d.in:], dy[left*d.out:], stack[1:], n-left)
	Add(dst, stack[0])
}
