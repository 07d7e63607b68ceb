package kernel

import (
	"fmt"
	"math"
	"testing"
)

// Joined and apart must agree bit for bit, with equal values and NaN among them.
func TestConvPoolEqualsItsParts(t *testing.T) {
	shapes := []struct {
		in, out Grid
		n       int
	}{
		{Grid{32, 28, 28}, Grid{64, 28, 28}, 19}, {Grid{32, 28, 28}, Grid{32, 28, 28}, 2}, {Grid{1, 28, 28}, Grid{32, 28, 28}, 3},
		{Grid{2, 6, 4}, Grid{8, 6, 4}, 37},
	}
	for _, s := range shapes {
		for _, alg := range []Algorithm{Winograd, Direct} {
			t.Run(fmt.Sprint(s.in, s.out, alg), func(t *testing.T) { checkConvPool(t, s.in, s.out, alg, s.n) })
		}
	}
}

func checkConvPool(t *testing.T, in, out Grid, alg Algorithm, n int) {
	pooled := Grid{out.C, out.H / 2, out.W / 2}
	xs := fill(n*in.C*in.H*in.W, 1)
	for i := range xs {
		if i%3 > 0 || i < len(xs)/n {
			xs[i] = 0 // an empty image, and gaps, make equal values
		}
	}
	xs[len(xs)-1] = float32(math.NaN())
	x, ws, bias := toGrid(xs, in, n), fill(9*in.C*out.C, 2), fill(out.C, 3)
	c := NewConv(in, out, alg)
	c.Pack(ws, true)

	full, want, wantArg := make([]float32, n*out.Len()), make([]float32, n*pooled.Len()), make([]uint8, n*pooled.C*pooled.H*pooled.W)
	c.Forward(full, x, bias, true, n)
	MaxPool(want, wantArg, full, out, n)
	got, arg := make([]float32, len(want)), make([]uint8, len(wantArg))
	c.ForwardPool(got, arg, x, bias, n)
	for i, v := range want {
		if got[i] != v && !(got[i] != got[i] && v != v) {
			t.Fatalf("output %d is %v, apart %v", i, got[i], v)
		}
	}
	for i := range arg {
		if clean := i < len(arg)/n*(n-1); clean && arg[i] != wantArg[i] {
			t.Fatalf("place %d is %d, apart %d", i, arg[i], wantArg[i])
		}
	}

	x = toGrid(fill(len(xs), 5), in, n)
	dy := toGrid(fill(n*pooled.C*pooled.H*pooled.W, 4), pooled, n)
	MaxPoolBackward(full, dy, arg, out, n)
	wantX, wantW := make([]float32, n*in.Len()), make([]float32, len(ws))
	weightGradient(c, wantW, x, full, n)
	c.BackwardInput(wantX, full, n)
	gotX, gotW := make([]float32, len(wantX)), make([]float32, len(ws))
	overShards(gotW, n, func(dw []float32, first, n int) {
		c.BackwardPool(gotX[first*in.Len():], dw, x[first*in.Len():], dy[first*pooled.Len():], arg[first*pooled.C*pooled.H*pooled.W:], n)
	})
	if !sameBits(gotX, wantX) || !sameBits(gotW, wantW) {
		t.Error("gradients differ from those of the parts")
	}
	clear(gotW)
	clear(gotX)
	overShards(gotW, n, func(dw []float32, first, n int) {
		c.Backward(gotX[first*in.Len():], dw, x[first*in.Len():], full[first*out.Len():], n)
	})
	if !sameBits(gotX, wantX) || !sameBits(gotW, wantW) {
		t.Error("Backward differs from BackwardWeight and BackwardInput")
	}
}
