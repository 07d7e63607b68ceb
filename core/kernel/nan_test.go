package kernel

import (
	"fmt"
	"math"
	"testing"
)

// A NaN must reach everything that depends on it, even through a factor of
// zero: a network that has gone wrong must not look healthy.

var nan = float32(math.NaN())

// checkNaN fails where one of the values is a number.
func checkNaN[T float32 | float64](t *testing.T, what string, values ...T) {
	t.Helper()
	for i, v := range values {
		if v == v {
			t.Fatalf("%s lost a NaN: value %d of %d is %v", what, i, len(values), v)
		}
	}
}

func TestConvPassesNaN(t *testing.T) {
	for _, tt := range convShapes {
		for _, alg := range []Algorithm{Winograd, Direct} {
			t.Run(fmt.Sprintf("%s/%d", tt.name, alg), func(t *testing.T) {
				for _, p := range places(tt.in)[:5] {
					checkConvNaN(t, tt.in, tt.out, alg, p)
				}
			})
		}
	}
}

// checkConvNaN puts a NaN at p and has zeros everywhere else, weights too.
func checkConvNaN(t *testing.T, in, out Grid, alg Algorithm, p place) {
	c := NewConv(in, out, alg)
	c.Pack(make([]float32, 9*in.C*out.C), true)
	x, y := impulse(in, p), make([]float32, out.Len())
	x[in.At(p.y, p.x)+p.ch] = nan
	around := func(what string, got []float32, g Grid) {
		for row := max(0, p.y-1); row <= min(g.H-1, p.y+1); row++ {
			for col := max(0, p.x-1); col <= min(g.W-1, p.x+1); col++ {
				checkNaN(t, fmt.Sprint(what, p), got[g.At(row, col):][:g.C]...)
			}
		}
	}
	c.Forward(y, x, nil, true, 1)
	around("forward", y, out)
	dw := make([]float32, 9*in.C*out.C)
	c.BackwardWeight(dw, x, make([]float32, out.Len()), 1)
	for k := range out.C {
		checkNaN(t, fmt.Sprint("weight gradient", p), dw[(k*in.C+p.ch)*9+4])
	}
	dy, dx := make([]float32, out.Len()), make([]float32, in.Len())
	dy[out.At(p.y, p.x)+min(p.ch, out.C-1)] = nan
	c.BackwardInput(dx, dy, 1)
	around("input gradient", dx, in)
}

func TestDensePassesNaN(t *testing.T) {
	for _, s := range []struct{ in, out, n int }{{12544, 128, 5}, {128, 64, 17}, {3, 2, 17}} {
		d := NewDense(s.in, s.out, s.n)
		d.Pack(make([]float32, s.in*s.out), true)
		image, from, to := s.n-1, s.in/2, s.out-1
		x, y := make([]float32, s.n*s.in), make([]float32, s.n*s.out)
		x[image*s.in+from] = nan
		d.Forward(y, x, nil, true, s.n)
		checkNaN(t, "dense forward", y[image*s.out:][:s.out]...)
		dw, dx, db := make([]float32, s.in*s.out), make([]float32, s.n*s.in), make([]float32, s.out)
		d.BackwardWeight(dw, x, make([]float32, s.n*s.out), s.n)
		for o := range s.out {
			checkNaN(t, "dense weight gradient", dw[o*s.in+from])
		}
		dy := make([]float32, s.n*s.out)
		dy[image*s.out+to] = nan
		d.BackwardInput(dx, dy, s.n)
		checkNaN(t, "dense input gradient", dx[image*s.in:][:s.in]...)
		DenseBiasGradient(db, dy, s.out, s.n)
		checkNaN(t, "dense bias gradient", db[to])
	}
}

func TestPoolingAndNormsPassNaN(t *testing.T) {
	g, n, ch := Grid{32, 7, 7}, 3, 5
	x := make([]float32, n*g.Len())
	x[2*g.Len()+g.At(6, 0)+ch] = nan
	y, zeros := make([]float32, n*g.C), make([]float32, g.C)
	GlobalAvgPool(y, x, g, n)
	checkNaN(t, "global average", y[2*g.C+ch])
	db := make([]float32, g.C)
	BiasGradient(db, x, g, n)
	checkNaN(t, "bias gradient", db[ch])

	mean, m2 := make([]float64, g.C), make([]float64, g.C)
	BNStats(mean, m2, x, g, n)
	checkNaN(t, "batch statistics", mean[ch], m2[ch])
	out := make([]float32, len(x))
	BNForward(out, x, zeros, zeros, true, g, n)
	at := 2*g.Len() + g.At(6, 0) + ch
	checkNaN(t, "batch normalization", out[at])
	BNBackwardStats(mean, m2, x, out, x, zeros, zeros, true, g, n)
	checkNaN(t, "gradient statistics", mean[ch], m2[ch])
	dx := make([]float32, len(x))
	BNBackward(dx, x, make([]float32, len(x)), zeros, zeros, zeros, g, n)
	checkNaN(t, "normalization's gradient", dx[at])
	ScaleChannels(x, make([]float32, n*g.C), g, n)
	checkNaN(t, "dropped channel", x[at])

	conv := NewConv(Grid{32, 28, 28}, Grid{64, 28, 28}, Winograd)
	conv.Pack(make([]float32, 9*32*64), true)
	image := impulse(Grid{32, 28, 28}, place{9, 13, 20})
	image[Grid{32, 28, 28}.At(13, 20)+9] = nan
	pooled := Grid{64, 14, 14}
	small, arg := make([]float32, pooled.Len()), make([]uint8, 64*196)
	conv.ForwardPool(small, arg, image, make([]float32, 64), 1)
	checkNaN(t, "pooled convolution", small[pooled.At(6, 10):][:64]...)
}

// Of four pixels a NaN is the largest, wherever it stands and whatever its sign.
func TestANaNWinsInPooling(t *testing.T) {
	g := Grid{1, 2, 2}
	for at := range 4 {
		for _, bad := range []float32{nan, float32(math.Copysign(float64(nan), -1))} {
			x := make([]float32, g.Len())
			for i, v := range []float32{1, 2, 3, float32(math.Inf(1))} {
				x[g.At(i/2, i%2)] = v
			}
			x[g.At(at/2, at%2)] = bad
			out := Grid{1, 1, 1}
			y, arg := make([]float32, out.Len()), make([]uint8, 1)
			MaxPool(y, arg, x, g, 1)
			if v := y[out.At(0, 0)]; v == v || int(arg[0]) != at {
				t.Errorf("a NaN at %d: the largest is %g at %d", at, v, arg[0])
			}
		}
	}
}
