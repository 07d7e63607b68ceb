package kernel

import (
	"fmt"
	"math"
	"testing"
)

var convShapes = []struct {
	name    string
	in, out Grid
	n       int
}{
	{"first layer", Grid{1, 28, 28}, Grid{32, 28, 28}, 3},
	{"odd sizes", Grid{3, 5, 7}, Grid{5, 5, 7}, 2},
	{"one pixel", Grid{4, 1, 1}, Grid{4, 1, 1}, 17},
	{"one channel", Grid{1, 6, 3}, Grid{1, 6, 3}, 33},
	{"32 to 64 at 28", Grid{32, 28, 28}, Grid{64, 28, 28}, 2},
	{"32 to 32 at 28", Grid{32, 28, 28}, Grid{32, 28, 28}, 1},
	{"32 to 64 at 14", Grid{32, 14, 14}, Grid{64, 14, 14}, 5},
	{"64 to 64 at 14", Grid{64, 14, 14}, Grid{64, 14, 14}, 3},
	{"64 to 128 at 7", Grid{64, 7, 7}, Grid{128, 7, 7}, 5},
	{"128 to 128 at 7", Grid{128, 7, 7}, Grid{128, 7, 7}, 17},
	{"32 to 32 at 5x9", Grid{32, 5, 9}, Grid{32, 5, 9}, 37},
	{"64 to 32 at 2x12", Grid{64, 2, 12}, Grid{32, 2, 12}, 18},
}

func TestConvAgainstNaive(t *testing.T) {
	for _, tt := range convShapes {
		for _, alg := range []Algorithm{Winograd, Direct} {
			t.Run(fmt.Sprintf("%s/%d", tt.name, alg), func(t *testing.T) {
				checkConv(t, tt.in, tt.out, alg, tt.n)
			})
		}
	}
}

func checkConv(t *testing.T, in, out Grid, alg Algorithm, n int) {
	xs := fill(n*in.C*in.H*in.W, 1)
	ws := fill(9*in.C*out.C, 2)
	bias := fill(out.C, 3)
	gs := fill(n*out.C*out.H*out.W, 4)
	y := make([]float64, len(gs))
	dx, dw := make([]float64, len(xs)), make([]float64, len(ws))
	naiveConv(in, out, n, func(o, i, w int) {
		y[o] += float64(xs[i]) * float64(ws[w])
		dx[i] += float64(gs[o]) * float64(ws[w])
		dw[w] += float64(gs[o]) * float64(xs[i])
	})

	c := NewConv(in, out, alg)
	c.Pack(ws, true)
	x, g := toGrid(xs, in, n), toGrid(gs, out, n)
	got := make([]float32, n*out.Len())
	c.Forward(got, x, nil, false, n)
	checkClose(t, "forward", fromGrid(got, out, n), y)
	checkBorder(t, "forward", got, out, n)

	hw := out.H * out.W
	for i := range y {
		y[i] = math.Max(0, y[i]+float64(bias[i/hw%out.C]))
	}
	c.Forward(got, x, bias, true, n)
	checkClose(t, "forward with bias and ReLU", fromGrid(got, out, n), y)
	checkBorder(t, "forward with bias and ReLU", got, out, n)

	gotX := make([]float32, n*in.Len())
	c.BackwardInput(gotX, g, n)
	checkClose(t, "input gradient", fromGrid(gotX, in, n), dx)
	checkBorder(t, "input gradient", gotX, in, n)

	gotW := fill(len(ws), 9)
	c.BackwardWeight(gotW, x, g, n)
	checkClose(t, "weight gradient", wide(gotW), dw)
}

// The gradient of a node is the sum of its two subtrees, bit for bit.
func TestWeightGradientsSumInTree(t *testing.T) {
	in, out := Grid{32, 6, 6}, Grid{32, 6, 6}
	for _, n := range []int{17, 37, 48, 64, 112, 128} {
		left := TreeSplit(leaves(n)) * Leaf
		x, g := toGrid(fill(n*32*36, 1), in, n), toGrid(fill(n*32*36, 2), out, n)
		for _, alg := range []Algorithm{Winograd, Direct} {
			c := NewConv(in, out, alg)
			c.Pack(make([]float32, 9*32*32), true)
			sum := func(dw []float32, from, n int) { c.BackwardWeight(dw, x[from*in.Len():], g[from*out.Len():], n) }
			checkTree(t, fmt.Sprintf("conv, algorithm %d, %d images", alg, n), 9*32*32, n, left, sum)
		}
		checkTree(t, fmt.Sprintf("bias, %d images", n), 32, n, left, func(db []float32, from, n int) {
			BiasGradient(db, g[from*out.Len():], out, n)
		})
		d := NewDense(68, 12, n)
		dx, dy := fill(68*n, 3), fill(12*n, 4)
		checkTree(t, fmt.Sprintf("dense, %d images", n), 68*12, n, left, func(dw []float32, from, n int) {
			d.BackwardWeight(dw, dx[from*68:], dy[from*12:], n)
		})
		checkTree(t, fmt.Sprintf("dense bias, %d images", n), 12, n, left, func(db []float32, from, n int) {
			DenseBiasGradient(db, dy[from*12:], 12, n)
		})
	}
}

func checkTree(t *testing.T, what string, size, n, left int, sum func(dst []float32, from, n int)) {
	t.Helper()
	whole, a, b := make([]float32, size), make([]float32, size), make([]float32, size)
	sum(whole, 0, n)
	sum(a, 0, left)
	sum(b, left, n-left)
	add(a, b)
	if !sameBits(whole, a) {
		t.Errorf("%s: the whole node differs from the sum of its halves", what)
	}
}

func TestTreeOrder(t *testing.T) {
	for n := 1; n <= 20; n++ {
		got := make([]float32, 1)
		Tree(got, n, treeStack(nil, n, 1), func(dst []float32, i int) { dst[0] = 1 / float32(3*i+1) })
		var want func(first, n int) float32
		want = func(first, n int) float32 {
			if n == 1 {
				return 1 / float32(3*first+1)
			}
			l := TreeSplit(n)
			return want(first, l) + want(first+l, n-l)
		}
		if w := want(0, n); got[0] != w {
			t.Errorf("tree of %d leaves = %v, want %v", n, got[0], w)
		}
	}
}

func TestNewConvRefusesOtherPixels(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("NewConv(28x28 -> 14x14) did not panic")
		}
	}()
	NewConv(Grid{1, 28, 28}, Grid{32, 14, 14}, Direct)
}
