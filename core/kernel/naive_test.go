package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The slow twins: the definition of every kernel in float64, with activations as
// dense [n][C][H][W] and no thought of speed.

// fill returns n numbers drawn from a normal distribution.
func fill(n int, seed uint64) []float32 {
	r := rand.New(rand.NewPCG(seed, 1))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

// overShards calls f for the shards of n images and adds up what it writes, a
// gradient over the images first to first+n of a shard, in the tree, as the layers
// of nn do.
func overShards(dst []float32, n int, f func(dst []float32, first, n int)) {
	var sum func(dst []float32, lo, hi int)
	sum = func(dst []float32, lo, hi int) {
		if hi-lo == 1 {
			f(dst, lo*Leaf, min(Leaf, n-lo*Leaf))
			return
		}
		mid := lo + TreeSplit(hi-lo)
		right := make([]float32, len(dst))
		sum(dst, lo, mid)
		sum(right, mid, hi)
		Add(dst, right)
	}
	sum(dst, 0, leaves(n))
}

// weightGradient is the convolution's BackwardWeight over any number of images.
func weightGradient(c *Conv, dw, x, dy []float32, n int) {
	overShards(dw, n, func(dst []float32, first, n int) {
		c.BackwardWeight(dst, x[first*c.in.Len():], dy[first*c.out.Len():], n)
	})
}

// toGrid lays x [n][C][H][W] out in grids with a zero border.
func toGrid(x []float32, g Grid, n int) []float32 {
	dst := make([]float32, n*g.Len())
	Unflatten(dst, x, g, n)
	return dst
}

// fromGrid is toGrid backward, in float64.
func fromGrid(x []float32, g Grid, n int) []float64 {
	dst := make([]float32, n*g.C*g.H*g.W)
	Flatten(dst, x, g, n)
	return wide(dst)
}

func wide(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// naiveConv calls visit for every product of a convolution: output, input and
// weight offsets in [n][K][H][W], [n][C][H][W] and [K][C][3][3].
func naiveConv(in, out Grid, n int, visit func(o, i, w int)) {
	for img := range n {
		for k := range out.C {
			for y := range out.H {
				for x := range out.W {
					o := ((img*out.C+k)*out.H+y)*out.W + x
					for c := range in.C {
						for t := range 9 {
							sy, sx := y+t/3-1, x+t%3-1
							if sy >= 0 && sy < in.H && sx >= 0 && sx < in.W {
								visit(o, ((img*in.C+c)*in.H+sy)*in.W+sx, (k*in.C+c)*9+t)
							}
						}
					}
				}
			}
		}
	}
}

// relativeError returns |got-want| / |want| in the Euclidean norm.
func relativeError(got, want []float64) float64 {
	var d, w float64
	for i, v := range want {
		d += (got[i] - v) * (got[i] - v)
		w += v * v
	}
	if w == 0 {
		return math.Sqrt(d)
	}
	return math.Sqrt(d / w)
}

// checkClose fails unless got is within 3e-6 of want, the accuracy promised of
// every layer.
func checkClose(t *testing.T, what string, got, want []float64) {
	t.Helper()
	e := relativeError(got, want)
	t.Logf("%s: relative L2 error %.2g", what, e)
	if !(e <= 3e-6) {
		t.Errorf("%s: relative L2 error %.3g, want at most 3e-6", what, e)
	}
}

// checkBorder fails if anything but the H x W pixels of n grids is not zero.
func checkBorder(t *testing.T, what string, x []float32, g Grid, n int) {
	t.Helper()
	y := append([]float32(nil), x[:n*g.Len()]...)
	for img := range n {
		for row := range g.H {
			clear(y[img*g.Len()+g.At(row, 0):][:g.W*g.C])
		}
	}
	for i, v := range y {
		if v != 0 {
			t.Fatalf("%s: the border has %v at offset %d", what, v, i)
		}
	}
}

func sameBits(a, b []float32) bool {
	for i := range a {
		if math.Float32bits(a[i]) != math.Float32bits(b[i]) {
			return false
		}
	}
	return len(a) == len(b)
}
