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
	weightGradient(c, gotW, x, g, n)
	checkClose(t, "weight gradient", wide(gotW), dw)
}

// What sums a whole node by itself, a dense layer and the biases, gives the sum of
// its two subtrees, bit for bit.
func TestGradientsSumInTree(t *testing.T) {
	out := Grid{32, 6, 6}
	for _, n := range []int{17, 37, 48, 64, 112, 128} {
		left := TreeSplit(leaves(n)) * Leaf
		g := toGrid(fill(n*32*36, 2), out, n)
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
	Add(a, b)
	if !sameBits(whole, a) {
		t.Errorf("%s: the whole node differs from the sum of its halves", what)
	}
}

// A convolution knows nothing of the tree: it refuses more than a shard.
func TestConvSumsOneShard(t *testing.T) {
	in, out := Grid{3, 4, 4}, Grid{5, 4, 4}
	const n = Leaf + 1
	x, dy, arg := make([]float32, n*in.Len()), make([]float32, n*out.Len()), make([]uint8, n*5*4)
	dx, dw := make([]float32, n*in.Len()), make([]float32, 9*3*5)
	c := NewConv(in, out, Direct)
	c.Pack(dw, true)
	for name, call := range map[string]func(n int){
		"BackwardWeight": func(n int) { c.BackwardWeight(dw, x, dy, n) },
		"Backward":       func(n int) { c.Backward(dx, dw, x, dy, n) },
		"BackwardPool":   func(n int) { c.BackwardPool(dx, dw, x, dy, arg, n) },
	} {
		t.Run(name, func(t *testing.T) {
			call(Leaf)
			defer func() {
				if got := fmt.Sprint(recover()); got != "kernel: a convolution sums the gradient of a shard of at most 16 images, not of 17" {
					t.Errorf("17 images give %q", got)
				}
			}()
			call(n)
		})
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
