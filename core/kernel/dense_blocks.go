package kernel

const (
	blockSide = 64  // input features of a block
	blockOut  = 128 // output features of a layer in blocks
	blockRows = 64  // images at a time: their part of a block stays in the first cache
)

// blockDense is a dense layer from in = 64*b to 128 features. Its sums run over
// blocks of 64 input features, one after the other; the weights are packed into
// panels of four outputs (forward) and of four inputs (backward).
type blockDense struct {
	in       int
	fwd, bwd []float32   // panels [b][32][64][4] and [b][16][128][4]
	x        []float32   // one block's features of a few images [64][64]
	c        []float32   // one block's results [64][64]
	y        []float32   // outputs or their gradients [n][128], whole leaves and more
	sums     [][]float32 // one block's weight gradient, and right subtrees [128][64]
}

func newBlockDense(in, maxImages int) *blockDense {
	d := &blockDense{
		in:  in,
		fwd: make([]float32, in*blockOut),
		bwd: make([]float32, in*blockOut),
		x:   make([]float32, blockRows*blockSide),
		c:   make([]float32, (blockRows+1)*blockSide),
	}
	d.grow(maxImages)
	return d
}

// grow makes room for n images.
func (d *blockDense) grow(n int) {
	if size := (leaves(n)*Leaf + 1) * blockOut; len(d.y) < size {
		d.y = make([]float32, size)
	}
	for len(d.sums) < treeDepth(leaves(n))+1 {
		d.sums = append(d.sums, make([]float32, blockOut*blockSide))
	}
}

func (d *blockDense) pack(w []float32, backward bool) {
	for b := 0; b < d.in; b += blockSide {
		for o := 0; o < blockOut; o += 4 {
			packForward(d.fwd[b*blockOut+o*blockSide:][:4*blockSide],
				w[o*d.in+b:][:blockSide], w[(o+1)*d.in+b:][:blockSide],
				w[(o+2)*d.in+b:][:blockSide], w[(o+3)*d.in+b:][:blockSide])
		}
		if !backward {
			continue
		}
		for o := range blockOut {
			packBackward(d.bwd[b*blockOut+4*o:], w[o*d.in+b:][:blockSide])
		}
	}
}

// packForward interleaves four rows of weights.
//
//go:norace
func packForward(p, w0, w1, w2, w3 []float32) {
	a, b, c, d := (*[blockSide]float32)(w0), (*[blockSide]float32)(w1), (*[blockSide]float32)(w2), (*[blockSide]float32)(w3)
	q := (*[4 * blockSide]float32)(p)
	for i := range blockSide {
		q[4*i], q[4*i+1], q[4*i+2], q[4*i+3] = a[i], b[i], c[i], d[i]
	}
}

// packBackward deals a block of one row of weights out to the 16 panels.
//
//go:norace
func packBackward(p, w []float32) {
	q := (*[15*4*blockOut + 4]float32)(p)
	r := (*[blockSide]float32)(w)
	for i := range blockSide / 4 {
		j := i * 4 * blockOut
		q[j], q[j+1], q[j+2], q[j+3] = r[4*i], r[4*i+1], r[4*i+2], r[4*i+3]
	}
}

// forward adds block after block to y. The kernels want whole rows behind the
// last row's last columns, so the sums stand in memory of our own.
func (d *blockDense) forward(y, x []float32, n int) {
	d.grow(n)
	clear(d.y[:n*blockOut])
	for b := 0; b < d.in; b += blockSide {
		for first := 0; first < n; first += blockRows {
			rows := upTo(blockRows, n-first)
			d.gather(x[first*d.in+b:], rows)
			a := d.x[:rows*blockSide]
			for o := 0; o < blockOut; o += 4 {
				c := d.y[first*blockOut+o:][:rows*blockOut]
				rows64x128Add(c, a, d.fwd[b*blockOut+o*blockSide:])
			}
		}
	}
	copy(y, d.y[:n*blockOut])
}

// backwardInput computes dx block by block. A last odd row of dy is followed by
// another, whose result is not used.
func (d *blockDense) backwardInput(dx, dy []float32, n int) {
	d.grow(n)
	copy(d.y, dy[:n*blockOut])
	for b := 0; b < d.in; b += blockSide {
		for first := 0; first < n; first += blockRows {
			rows := upTo(blockRows, n-first)
			even := rows + rows&1
			a := d.y[first*blockOut:][:even*blockOut]
			for i := 0; i < blockSide; i += 4 {
				rows128x64(d.c[i:][:even*blockSide], a, d.bwd[b*blockOut+i*blockOut:])
			}
			d.scatter(dx[first*d.in+b:], rows)
		}
	}
}

// backwardWeight sums every block over the leaves of a node in the tree.
func (d *blockDense) backwardWeight(dw, x, dy []float32, n int) {
	d.grow(n)
	copy(d.y, dy[:n*blockOut])
	clear(d.y[n*blockOut:])
	for b := 0; b < d.in; b += blockSide {
		sum := d.sums[0]
		d.weightTree(sum, false, x[b:], d.y, d.sums[1:], n)
		for o := range blockOut {
			*(*[blockSide]float32)(dw[o*d.in+b:]) = *(*[blockSide]float32)(sum[o*blockSide:])
		}
	}
}

// weightTree writes the sum over a node of n images to sum, or adds it to sum as
// the right subtree of a node.
func (d *blockDense) weightTree(sum []float32, right bool, x, dy []float32, stack [][]float32, n int) {
	if n <= 2*Leaf {
		d.weightLeaves(sum, right, x, dy, n)
		return
	}
	left := TreeSplit(leaves(n)) * Leaf
	dst := sum
	if right {
		dst, stack = stack[0], stack[1:]
	}
	d.weightTree(dst, false, x, dy, stack, left)
	d.weightTree(dst, true, x[left*d.in:], dy[left*blockOut:], stack, n-left)
	if right {
		Add(sum, dst)
	}
}

// weightLeaves sums the outer products of one leaf, or of two.
func (d *blockDense) weightLeaves(sum []float32, right bool, x, dy []float32, n int) {
	d.gather(x, n)
	whole := leaves(n) * Leaf
	clear(d.x[n*blockSide : whole*blockSide])
	kernel := oneLeaf
	switch {
	case n > Leaf && right:
		kernel = twoLeavesAdd
	case n > Leaf:
		kernel = twoLeaves
	case right:
		kernel = oneLeafAdd
	}
	for o := 0; o < blockOut; o += 2 {
		kernel(sum[o*blockSide:][:2*blockSide], dy[o:], d.x[:whole*blockSide])
	}
}

// scatter is gather the other way, for results.
//
//go:norace
func (d *blockDense) scatter(dx []float32, rows int) {
	for i := range rows {
		*(*[blockSide]float32)(dx[i*d.in:]) = *(*[blockSide]float32)(d.c[i*blockSide:])
	}
}

// gather copies one block's features of some images next to each other: rows in
// apart would fall into the same sets of the cache.
//
//go:norace
func (d *blockDense) gather(x []float32, rows int) {
	for i := range rows {
		*(*[blockSide]float32)(d.x[i*blockSide:]) = *(*[blockSide]float32)(x[i*d.in:])
	}
}
