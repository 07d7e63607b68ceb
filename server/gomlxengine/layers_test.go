package gomlxengine

import (
	"math"
	"testing"

	"github.com/gomlx/gomlx/pkg/core/dtypes"
	. "github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"

	"atelier/core/kernel"
	"atelier/core/random"
)

// array is a random test array.
type array struct {
	data []float32
	dims []int
}

// draw fills an array from [-1,1); with ties a third of it is zero, as after a
// ReLU, so that zeros and equal neighbors are met.
func draw(s *random.Stream, ties bool, dims ...int) array {
	n := 1
	for _, d := range dims {
		n *= d
	}
	a := array{make([]float32, n), dims}
	for i := range a.data {
		v := s.Uniform(-1, 1)
		if ties && v < -0.33 {
			v = 0
		}
		a.data[i] = v
	}
	return a
}

// differentiate runs y = f(ops, inputs) on the device and returns y and the
// gradients of sum(y*dy) with respect to the inputs.
func differentiate(t *testing.T, d *Device, dy array, f func(ops primitives, in []*Node) *Node, in ...array) [][]float32 {
	t.Helper()
	e, err := NewExec(d.backend, func(all []*Node) []*Node {
		var ops primitives = stock{}
		if d.portable {
			ops = &portable{}
		}
		defer ops.begin(all[0].Graph())()
		y := f(ops, all[1:])
		return append([]*Node{y}, Gradient(ReduceAllSum(Mul(y, all[0])), all[1:]...)...)
	})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Finalize()
	args := []any{tensors.FromFlatDataAndDimensions(dy.data, dy.dims...)}
	for _, a := range in {
		args = append(args, tensors.FromFlatDataAndDimensions(a.data, a.dims...))
	}
	out, err := run(e, args)
	if err != nil {
		t.Fatal(err)
	}
	got := make([][]float32, len(out))
	for i, o := range out {
		got[i] = tensors.MustCopyFlatData[float32](o)
	}
	return got
}

// near compares what the graph gives with what core/kernel gives.
func near(t *testing.T, what string, got, want []float32) {
	t.Helper()
	scale := 1.0
	for _, w := range want {
		scale = math.Max(scale, math.Abs(float64(w)))
	}
	if d := greatestDifference(got, want) / scale; !(d <= 1e-5) {
		t.Errorf("%s differs from core/kernel by %g of its greatest number, limit 1e-5", what, d)
	}
}

// toGrid and fromGrid change between [N,C,H,W] and the core's bordered grids.
func toGrid(a []float32, g kernel.Grid, n int) []float32 {
	x := make([]float32, n*g.Len())
	kernel.Unflatten(x, a, g, n)
	return x
}

func fromGrid(x []float32, g kernel.Grid, n int) []float32 {
	a := make([]float32, n*g.C*g.H*g.W)
	kernel.Flatten(a, x, g, n)
	return a
}

func TestLayersMatchTheCore(t *testing.T) { layersMatchTheCore(t, portableDevice(t)) }

func layersMatchTheCore(t *testing.T, d *Device) {
	s := random.New(3, random.Synthetic, 0, 0, 0)
	t.Run("conv3x3", func(t *testing.T) { convMatches(t, d, &s) })
	t.Run("linear", func(t *testing.T) { linearMatches(t, d, &s) })
	t.Run("relu", func(t *testing.T) { reluMatches(t, d, &s) })
	t.Run("maxPool2", func(t *testing.T) { maxPoolMatches(t, d, &s) })
	t.Run("globalAvgPool", func(t *testing.T) { avgPoolMatches(t, d, &s) })
	t.Run("batchNorm", func(t *testing.T) { batchNormMatches(t, d, &s) })
	t.Run("crossEntropy", func(t *testing.T) { crossEntropyMatches(t, d, &s) })
}

func convMatches(t *testing.T, d *Device, s *random.Stream) {
	const n = 5
	in, out := kernel.Grid{C: 3, H: 6, W: 10}, kernel.Grid{C: 4, H: 6, W: 10}
	x, w, bias := draw(s, true, n, in.C, in.H, in.W), draw(s, false, out.C, in.C, 3, 3), draw(s, false, out.C)
	dy := draw(s, false, n, out.C, out.H, out.W)
	got := differentiate(t, d, dy, func(ops primitives, in []*Node) *Node {
		return Add(ops.conv3x3(in[0], in[1]), perChannel(in[2]))
	}, x, w, bias)

	c := kernel.NewConv(in, out, kernel.Direct)
	c.Pack(w.data, true)
	xg, dyg := toGrid(x.data, in, n), toGrid(dy.data, out, n)
	y, dx := make([]float32, n*out.Len()), make([]float32, n*in.Len())
	dw, db := make([]float32, len(w.data)), make([]float32, out.C)
	c.Forward(y, xg, bias.data, false, n)
	c.BackwardInput(dx, dyg, n)
	c.BackwardWeight(dw, xg, dyg, n)
	kernel.BiasGradient(db, dyg, out, n)
	near(t, "y", got[0], fromGrid(y, out, n))
	near(t, "dx", got[1], fromGrid(dx, in, n))
	near(t, "dw", got[2], dw)
	near(t, "db", got[3], db)
}

func linearMatches(t *testing.T, d *Device, s *random.Stream) {
	const n, in, out = 7, 40, 11
	x, w, bias, dy := draw(s, true, n, in), draw(s, false, out, in), draw(s, false, out), draw(s, false, n, out)
	got := differentiate(t, d, dy, func(_ primitives, in []*Node) *Node { return linear(in[0], in[1], in[2]) }, x, w, bias)

	l := kernel.NewDense(in, out, n)
	l.Pack(w.data, true)
	y, dx := make([]float32, n*out), make([]float32, n*in)
	dw, db := make([]float32, out*in), make([]float32, out)
	l.Forward(y, x.data, bias.data, false, n)
	l.BackwardInput(dx, dy.data, n)
	l.BackwardWeight(dw, x.data, dy.data, n)
	kernel.DenseBiasGradient(db, dy.data, out, n)
	for i, want := range [][]float32{y, dx, dw, db} {
		near(t, []string{"y", "dx", "dw", "db"}[i], got[i], want)
	}
}

func reluMatches(t *testing.T, d *Device, s *random.Stream) {
	x, dy := draw(s, true, 3, 50), draw(s, false, 3, 50)
	got := differentiate(t, d, dy, func(_ primitives, in []*Node) *Node { return relu(in[0]) }, x)
	want := make([]float32, len(x.data))
	for i, v := range x.data {
		if v > 0 {
			want[i] = v
		}
	}
	near(t, "y", got[0], want)
	kernel.ReLUBackward(dy.data, want)
	near(t, "dx", got[1], dy.data)
}

func maxPoolMatches(t *testing.T, d *Device, s *random.Stream) {
	const n = 3
	in := kernel.Grid{C: 5, H: 8, W: 6}
	out := kernel.Grid{C: 5, H: 4, W: 3}
	x, dy := draw(s, true, n, in.C, in.H, in.W), draw(s, false, n, out.C, out.H, out.W)
	got := differentiate(t, d, dy, func(ops primitives, in []*Node) *Node { return ops.maxPool2(in[0]) }, x)

	y, dx := make([]float32, n*out.Len()), make([]float32, n*in.Len())
	arg := make([]uint8, n*out.C*out.H*out.W)
	kernel.MaxPool(y, arg, toGrid(x.data, in, n), in, n)
	kernel.MaxPoolBackward(dx, toGrid(dy.data, out, n), arg, in, n)
	near(t, "y", got[0], fromGrid(y, out, n))
	near(t, "dx", got[1], fromGrid(dx, in, n))
}

func avgPoolMatches(t *testing.T, d *Device, s *random.Stream) {
	const n = 4
	g := kernel.Grid{C: 6, H: 7, W: 7}
	x, dy := draw(s, true, n, g.C, g.H, g.W), draw(s, false, n, g.C)
	got := differentiate(t, d, dy, func(_ primitives, in []*Node) *Node { return globalAvgPool(in[0]) }, x)
	y, dx := make([]float32, n*g.C), make([]float32, n*g.Len())
	kernel.GlobalAvgPool(y, toGrid(x.data, g, n), g, n)
	kernel.GlobalAvgPoolBackward(dx, dy.data, g, n)
	near(t, "y", got[0], y)
	near(t, "dx", got[1], fromGrid(dx, g, n))
}

func crossEntropyMatches(t *testing.T, d *Device, s *random.Stream) {
	const n = 9
	logits := draw(s, false, n, 10)
	labels32, labels8 := make([]int32, n), make([]uint8, n)
	for i := range labels32 {
		labels32[i] = int32(i % 10)
		labels8[i] = uint8(i % 10)
	}
	ones := array{make([]float32, n), []int{n}}
	for i := range ones.data {
		ones.data[i] = 1.0 / n
	}
	for _, smoothing := range []float64{0, 0.1} {
		got := differentiate(t, d, ones, func(_ primitives, in []*Node) *Node {
			return crossEntropy(in[0], Const(in[0].Graph(), labels32), Scalar(in[0].Graph(), dtypes.Float32, smoothing))
		}, logits)
		dlogits, losses, want := make([]float32, n*10), make([]float64, n), make([]float32, n)
		kernel.SoftmaxCrossEntropy(dlogits, losses, logits.data, labels8, float32(smoothing), n, n)
		for i, l := range losses {
			want[i] = float32(l)
		}
		near(t, "losses", got[0], want)
		near(t, "dlogits", got[1], dlogits)
	}
}
