package kernel

import (
	"fmt"
	"testing"
)

// The layers of both networks at a batch of 128. `make bench` runs these and
// shows the medians of several rounds beside the peak of the same round.

const benchBatch = 128

// report says how many operations a second a benchmark did, counted as those
// of the plain definition: a multiplication and an addition for each product.
func report(b *testing.B, products int) {
	b.ReportMetric(2*float64(products)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

var benchConvs = []struct {
	in, out Grid
	pools   bool // as Model 1's second convolution
}{
	{in: Grid{1, 28, 28}, out: Grid{32, 28, 28}},
	{in: Grid{32, 28, 28}, out: Grid{64, 28, 28}, pools: true},
	{in: Grid{32, 28, 28}, out: Grid{32, 28, 28}},
	{in: Grid{32, 14, 14}, out: Grid{64, 14, 14}},
	{in: Grid{64, 14, 14}, out: Grid{64, 14, 14}},
	{in: Grid{64, 7, 7}, out: Grid{128, 7, 7}},
	{in: Grid{128, 7, 7}, out: Grid{128, 7, 7}},
}

func BenchmarkConv(b *testing.B) {
	for _, l := range benchConvs {
		b.Run(fmt.Sprintf("%d-%d@%d", l.in.C, l.out.C, l.in.H), func(b *testing.B) { benchConv(b, l.in, l.out, l.pools) })
	}
}

func benchConv(b *testing.B, in, out Grid, pools bool) {
	const n = benchBatch
	c := NewConv(in, out, Winograd)
	weights, bias := fill(9*in.C*out.C, 1), fill(out.C, 2)
	c.Pack(weights, true)
	x, dx, dw := toGrid(fill(n*in.C*in.H*in.W, 3), in, n), make([]float32, n*in.Len()), make([]float32, len(weights))
	y, dy := make([]float32, n*out.Len()), toGrid(fill(n*out.C*out.H*out.W, 4), out, n)
	products := n * 9 * in.C * out.C * out.H * out.W
	run := func(name string, times int, pass func()) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				pass()
			}
			report(b, times*products)
		})
	}
	run("forward", 1, func() { c.Forward(y, x, bias, true, n) })
	if in.C > 1 { // nothing asks for the gradient of an image
		run("input gradient", 1, func() { c.BackwardInput(dx, dy, n) })
	}
	shards := func(f func(image int)) func() {
		return func() {
			for image := 0; image < n; image += Leaf {
				f(image)
			}
		}
	}
	run("weight gradient", 1, shards(func(i int) { c.BackwardWeight(dw, x[i*in.Len():], dy[i*out.Len():], Leaf) }))
	if in.C > 1 {
		run("both gradients", 2, shards(func(i int) { c.Backward(dx[i*in.Len():], dw, x[i*in.Len():], dy[i*out.Len():], Leaf) }))
	}
	if pools {
		pooled := Grid{out.C, out.H / 2, out.W / 2}
		args := out.C * pooled.H * pooled.W
		arg := make([]uint8, n*args)
		run("forward with pooling", 1, func() { c.ForwardPool(y, arg, x, bias, n) })
		run("both gradients with pooling", 2, shards(func(i int) {
			c.BackwardPool(dx[i*in.Len():], dw, x[i*in.Len():], dy[i*pooled.Len():], arg[i*args:], Leaf)
		}))
	}
}

func BenchmarkDense(b *testing.B) {
	for _, l := range []struct{ in, out int }{{12544, 128}, {128, 10}, {128, 64}, {64, 10}} {
		b.Run(fmt.Sprintf("%d-%d", l.in, l.out), func(b *testing.B) { benchDense(b, l.in, l.out) })
	}
}

func benchDense(b *testing.B, in, out int) {
	const n = benchBatch
	d := NewDense(in, out, n)
	weights, bias := fill(in*out, 1), fill(out, 2)
	d.Pack(weights, true)
	x, dx, dw := fill(n*in, 3), make([]float32, n*in), make([]float32, in*out)
	y, dy := make([]float32, n*out), fill(n*out, 4)
	for _, p := range []struct {
		name string
		pass func()
	}{
		{"forward", func() { d.Forward(y, x, bias, true, n) }},
		{"input gradient", func() { d.BackwardInput(dx, dy, n) }},
		{"weight gradient", func() { d.BackwardWeight(dw, x, dy, n) }},
	} {
		b.Run(p.name, func(b *testing.B) {
			for b.Loop() {
				p.pass()
			}
			report(b, n*in*out)
		})
	}
}
