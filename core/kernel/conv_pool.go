package kernel

import "math"

// ForwardPool computes the 2x2 max pool of max(conv(x, w) + bias, 0), with the
// bits of Forward with relu and MaxPool one after the other. y [n] is of grid
// {K, H/2, W/2}, arg [n][H/2][W/2][K] as MaxPool's. bias [K] must be there.
func (c *Conv) ForwardPool(y []float32, arg []uint8, x, bias []float32, n int) {
	if c.poolsInside() {
		c.winograd.forwardPool(y, arg, x, bias, n)
		return
	}
	pooled := Grid{c.out.C, c.out.H / 2, c.out.W / 2}
	for first := 0; first < n; first += Leaf {
		g := upTo(Leaf, n-first)
		c.Forward(c.shard(), x[first*c.in.Len():], bias, true, g)
		MaxPool(y[first*pooled.Len():], arg[first*pooled.C*pooled.H*pooled.W:], c.unpooled, c.out, g)
	}
}

// BackwardPool is Backward, of a shard, behind ForwardPool: dy [n] and arg are
// those of the pool. The ReLU between is not its business: dy must be zero where
// the pool's output is, so call ReLUBackward(dy, y) first. dx may be nil.
func (c *Conv) BackwardPool(dx, dw, x, dy []float32, arg []uint8, n int) {
	oneShard(n)
	if c.poolsInside() {
		c.winograd.backward(dx, dw, x, gradient{dy, arg}, n)
		return
	}
	MaxPoolBackward(c.shard(), dy, arg, c.out, n)
	c.BackwardWeight(dw, x, c.unpooled, n)
	if dx != nil {
		c.BackwardInput(dx, c.unpooled, n)
	}
}

// poolsInside says whether the output transform pools.
func (c *Conv) poolsInside() bool { return c.winograd != nil && c.winograd.to.outputPool[0] != nil }

// shard returns room for the output of a shard.
func (c *Conv) shard() []float32 {
	if c.unpooled == nil {
		c.unpooled = make([]float32, Leaf*c.out.Len())
	}
	return c.unpooled
}

// rank returns a number that orders max(v, 0), and among equals their places,
// the first of 3 to 0 the highest. As bits, floats from zero up are ordered like
// integers, NaN above all, and the maximum of integers needs no branch.
func rank(v float32, place uint64) uint64 {
	b := uint64(math.Float32bits(v))
	if v <= 0 {
		b = 0
	}
	return b<<2 | place
}

// unrank returns the float of a rank and which of the four it was, 0 to 3.
func unrank(m uint64) (float32, uint8) { return math.Float32frombits(uint32(m >> 2)), uint8(3 - m&3) }

// only returns d if k is place, and zero if it is not.
func only(d float32, k, place uint8) float32 {
	b := math.Float32bits(d)
	if k != place {
		b = 0
	}
	return math.Float32frombits(b)
}
