package kernel

import "fmt"

// Algorithm says how a convolution is computed.
type Algorithm uint8

const (
	// Winograd computes the 3x3 convolutions that code was generated for by
	// Winograd's minimal filtering, and the others directly: see this package's
	// documentation.
	Winograd Algorithm = iota
	// Direct sums the nine products of every output as they stand.
	Direct
)

// Conv is a 3x3 convolution of stride 1 and padding 1 between two grids of the
// same H and W. It owns its packed weights and its scratch memory.
type Conv struct {
	in, out  Grid
	first    *firstConv // nil unless it is the networks' first convolution
	direct   *directConv
	winograd *winogradConv // nil where the convolution is direct
	unpooled []float32     // a shard's output, or its gradient, where pooling is apart
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
			return &Conv{in: in, out: out, winograd: w}
		}
	}
	return &Conv{in: in, out: out, direct: newDirectConv(in, out), first: newFirstConv(in, out)}
}

// Pack takes over the weights w [K][C][3][3]; backward says whether
// BackwardInput will be called. Call it whenever the weights have changed.
func (c *Conv) Pack(w []float32, backward bool) {
	if c.winograd != nil {
		c.winograd.pack(w, backward)
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
		c.winograd.backwardInput(dx, gradient{dy: dy}, n)
		return
	}
	c.direct.backwardInput(dx, dy, n)
}

// BackwardWeight computes dw [K][C][3][3], the gradient with respect to w summed
// over the n images of a shard.
func (c *Conv) BackwardWeight(dw, x, dy []float32, n int) {
	oneShard(n)
	if c.winograd != nil {
		c.winograd.backward(nil, dw, x, gradient{dy: dy}, n)
		return
	}
	if c.first != nil {
		c.first.backwardWeight(dw, x, dy, n)
		return
	}
	c.direct.backwardWeight(dw, x, dy, n)
}

// Backward is BackwardWeight and BackwardInput of a shard in one, which share
// work. The results have the same bits.
func (c *Conv) Backward(dx, dw, x, dy []float32, n int) {
	oneShard(n)
	if c.winograd != nil {
		c.winograd.backward(dx, dw, x, gradient{dy: dy}, n)
		return
	}
	c.BackwardWeight(dw, x, dy, n)
	c.direct.backwardInput(dx, dy, n)
}

// oneShard panics where a weight's gradient is asked for over more images than a
// shard has: their order of summation would be another than the tree's.
func oneShard(n int) {
	if n > Leaf {
		panic(fmt.Sprintf("kernel: a convolution sums the gradient of a shard of at most %d images, not of %d", Leaf, n))
	}
}
