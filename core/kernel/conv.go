package kernel

import "fmt"

// Algorithm says how a convolution is computed.
type Algorithm uint8

const (
	// Winograd computes 3x3 convolutions of 32 channels or more by Winograd's
	// minimal filtering F(4x4, 3x3) and the others directly.
	Winograd Algorithm = iota
	// Direct sums the nine products of every output as they stand.
	Direct
)

// Conv is a 3x3 convolution of stride 1 and padding 1 between two grids of the
// same H and W. It owns its packed weights and its scratch memory.
type Conv struct {
	first    *firstConv // nil unless it is the networks' first convolution
	direct   *directConv
	winograd *winogradConv // nil where the convolution is direct
}

// NewConv returns a convolution from in to out. It panics when their pixels
// differ in number.
func NewConv(in, out Grid, alg Algorithm) *Conv {
	if in.H != out.H || in.W != out.W {
		panic(fmt.Sprintf("kernel: a 3x3 convolution of padding 1 keeps %dx%d pixels, it cannot make %dx%d",
			in.H, in.W, out.H, out.W))
	}
	if alg == Winograd {
		if w := newWinogradConv(in, out); w != nil {
			return &Conv{winograd: w}
		}
	}
	return &Conv{direct: newDirectConv(in, out), first: newFirstConv(in, out)}
}

// Pack takes over the weights w [K][C][3][3]; backward says whether
// BackwardInput will be called. Call it whenever the weights have changed.
func (c *Conv) Pack(w []float32, backward bool) {
	if c.winograd != nil {
		c.winograd.pack(w)
		return
	}
	if c.first != nil {
		c.first.pack(w)
	}
	c.direct.pack(w, backward)
}

// Forward computes y [n] of grid out from x [n] of grid in:
// y = conv(x, w) + bias, and max(y, 0) with relu. bias [K] may be nil.
func (c *Conv) Forward(y, x, bias []float32, relu bool, n int) {
	if c.winograd != nil {
		c.winograd.forward(y, x, bias, relu, n)
		return
	}
	if c.first != nil {
		c.first.forward(y, x, bias, relu, n)
		return
	}
	c.direct.forward(y, x, bias, relu, n)
}

// BackwardInput computes dx [n] of grid in, the gradient with respect to x, from
// dy [n] of grid out. It needs Pack(w, true).
func (c *Conv) BackwardInput(dx, dy []float32, n int) {
	if c.winograd != nil {
		c.winograd.backwardInput(dx, dy, n)
		return
	}
	c.direct.backwardInput(dx, dy, n)
}

// BackwardWeight computes dw [K][C][3][3], the gradient with respect to w summed
// over the n images of a node of the tree.
func (c *Conv) BackwardWeight(dw, x, dy []float32, n int) {
	if c.winograd != nil {
		c.winograd.backward(nil, dw, x, dy, n)
		return
	}
	if c.first != nil {
		c.first.backwardWeight(dw, x, dy, n)
		return
	}
	c.direct.backwardWeight(dw, x, dy, n)
}

// Backward is BackwardWeight and BackwardInput in one, which share work. The
// results have the same bits.
func (c *Conv) Backward(dx, dw, x, dy []float32, n int) {
	if c.winograd != nil {
		c.winograd.backward(dx, dw, x, dy, n)
		return
	}
	c.BackwardWeight(dw, x, dy, n)
	c.direct.backwardInput(dx, dy, n)
}

// BiasGradient computes db [K], the sum of dy over the pixels of the n images of
// a node of the tree.
//
//go:norace
func BiasGradient(db, dy []float32, g Grid, n int) {
	var right [8]float32
	for k := 0; k < g.C; k += 8 {
		width := g.C - k
		if width > 8 {
			width = 8
		}
		stack := [8][8]float32{}
		biasTree(&right, &stack, dy[k:], g, width, 0, n)
		copy(db[k:g.C], right[:width])
	}
}

// biasTree sums width (at most 8) channels over the pixels of n images in tree order.
//
//go:norace
func biasTree(sum *[8]float32, stack *[8][8]float32, dy []float32, g Grid, width, depth, n int) {
	if n <= Leaf {
		biasLeaf(sum, dy, g, width, n)
		return
	}
	left := TreeSplit(leaves(n)) * Leaf
	biasTree(sum, stack, dy, g, width, depth, left)
	right := &stack[depth]
	biasTree(right, stack, dy[left*g.Len():], g, width, depth+1, n-left)
	for i := range sum {
		sum[i] += right[i]
	}
}

//go:norace
func biasLeaf(sum *[8]float32, dy []float32, g Grid, width, n int) {
	*sum = [8]float32{}
	for img := range n {
		for y := range g.H {
			row := dy[img*g.Len()+g.At(y, 0):]
			var s [8]float32
			if width == 8 {
				s = sumColumns8(row, g.C, g.W)
			} else {
				for x := range g.W {
					for i, v := range row[x*g.C:][:width] {
						s[i] += v
					}
				}
			}
			for i := range sum {
				sum[i] += s[i]
			}
		}
	}
}

// sumColumns8 sums n rows of 8 neighboring floats, stride apart.
//
//go:norace
func sumColumns8(row []float32, stride, n int) [8]float32 {
	var s0, s1, s2, s3, s4, s5, s6, s7 float32
	for i := range n {
		v := (*[8]float32)(row[i*stride:])
		s0 += v[0]
		s1 += v[1]
		s2 += v[2]
		s3 += v[3]
		s4 += v[4]
		s5 += v[5]
		s6 += v[6]
		s7 += v[7]
	}
	return [8]float32{s0, s1, s2, s3, s4, s5, s6, s7}
}
