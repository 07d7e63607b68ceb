package kernel

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"fmt"
	"hash"
	"math"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/golden.txt anew")

// sums hashes the bits of what kernels computed.
type sums struct {
	lines []string
}

func (s *sums) add(name string, n int, outputs ...any) {
	h := sha256.New()
	for _, o := range outputs {
		write(h, o)
	}
	s.lines = append(s.lines, fmt.Sprintf("%s\t%d\t%s", name, n, hex.EncodeToString(h.Sum(nil)[:16])))
}

func write(h hash.Hash, o any) {
	switch o := o.(type) {
	case []float32:
		b := make([]byte, 0, 4*len(o))
		for _, v := range o {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
		h.Write(b)
	case []float64:
		for _, v := range o {
			h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
		}
	case []uint8:
		h.Write(o)
	default:
		panic(fmt.Sprintf("no hash of %T", o))
	}
}

// draw returns n numbers in (-1, 1) from a linear congruential generator: integer
// arithmetic only, so that the inputs are the same everywhere.
func draw(n int, seed uint32) []float32 {
	x := make([]float32, n)
	for i := range x {
		seed = seed*1664525 + 1013904223
		x[i] = float32(int32(seed)>>8) / (1 << 23)
	}
	return x
}

// The bits of every kernel's output are the same on amd64 and in WebAssembly: this
// test runs on both and reads the same file. A change of an order of summation
// changes them; then run the test with -update and say why in the commit.
func TestGoldenBits(t *testing.T) {
	s := new(sums)
	for _, n := range []int{1, 5, 16, 37, 112, 128} {
		goldenConv(s, Grid{64, 7, 7}, Grid{128, 7, 7}, Winograd, n)
		goldenConv(s, Grid{32, 14, 14}, Grid{64, 14, 14}, Winograd, n)
		goldenDense(s, 192, 128, n)
		goldenDense(s, 64, 10, n)
		if n <= 37 {
			goldenConv(s, Grid{1, 28, 28}, Grid{32, 28, 28}, Winograd, n)
			goldenConv(s, Grid{32, 28, 28}, Grid{64, 28, 28}, Winograd, n)
		}
		if n <= 5 {
			goldenConv(s, Grid{32, 28, 28}, Grid{32, 28, 28}, Winograd, n)
			goldenConv(s, Grid{64, 14, 14}, Grid{64, 14, 14}, Winograd, n)
			goldenConv(s, Grid{128, 7, 7}, Grid{128, 7, 7}, Winograd, n)
			goldenConv(s, Grid{32, 7, 7}, Grid{32, 7, 7}, Direct, n)
		}
		goldenNorm(s, Grid{64, 14, 14}, n)
	}
	logits, losses := draw(128*classes, 7), make([]float64, 128)
	d, p, labels := make([]float32, len(logits)), make([]float32, len(logits)), make([]uint8, 128)
	for i := range labels {
		labels[i] = uint8(i % classes)
	}
	SoftmaxCrossEntropy(d, losses, logits, labels, 0.1, 128, 128)
	Softmax(p, logits, 128)
	s.add("softmax", 128, d, losses, p)
	values := make([]float64, 0, 3000)
	for i := range 1000 {
		x := float64(i)*0.7 - 350
		values = append(values, Exp(x), Log(math.Abs(x)), Cos(x))
	}
	s.add("analysis", 1000, values)

	got := strings.Join(s.lines, "\n") + "\n"
	const file = "testdata/golden.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	wantLines := strings.Split(string(want), "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(wantLines) || line != wantLines[i] {
			t.Errorf("bits differ: got %q", line)
		}
	}
}

func goldenConv(s *sums, in, out Grid, alg Algorithm, n int) {
	c := NewConv(in, out, alg)
	w, bias := draw(9*in.C*out.C, 1), draw(out.C, 2)
	x, dy := toGrid(draw(n*in.C*in.H*in.W, 3), in, n), toGrid(draw(n*out.C*out.H*out.W, 4), out, n)
	y, dx, dw, db := make([]float32, n*out.Len()), make([]float32, n*in.Len()), make([]float32, len(w)), make([]float32, out.C)
	c.Pack(w, true)
	c.Forward(y, x, bias, true, n)
	c.BackwardInput(dx, dy, n)
	weightGradient(c, dw, x, dy, n)
	BiasGradient(db, dy, out, n)
	s.add(fmt.Sprintf("conv %v %v %d", in, out, alg), n, y, dx, dw, db)
}

func goldenDense(s *sums, in, out, n int) {
	d := NewDense(in, out, n)
	w, bias, x, dy := draw(in*out, 1), draw(out, 2), draw(n*in, 3), draw(n*out, 4)
	y, dx, dw, db := make([]float32, n*out), make([]float32, n*in), make([]float32, in*out), make([]float32, out)
	d.Pack(w, true)
	d.Forward(y, x, bias, true, n)
	d.BackwardInput(dx, dy, n)
	d.BackwardWeight(dw, x, dy, n)
	DenseBiasGradient(db, dy, out, n)
	s.add(fmt.Sprintf("dense %d %d", in, out), n, y, dx, dw, db)
}

func goldenNorm(s *sums, g Grid, n int) {
	x, dy := toGrid(draw(n*g.C*g.H*g.W, 1), g, n), toGrid(draw(n*g.C*g.H*g.W, 2), g, n)
	a, b, c := draw(g.C, 3), draw(g.C, 4), draw(g.C, 5)
	mean, m2, sum, sumX := make([]float64, g.C), make([]float64, g.C), make([]float64, g.C), make([]float64, g.C)
	leaf := upTo(Leaf, n)
	y, dx := make([]float32, len(x)), make([]float32, len(x))
	BNStats(mean, m2, x, g, leaf)
	BNForward(y, x, a, b, true, g, n)
	ReLUBackward(dy, y) // of all images; the sums are those of the first leaf
	BNBackwardStats(sum, sumX, dy, y, x, a, b, true, g, leaf)
	BNBackward(dx, dy, x, a, b, c, g, n)
	half := Grid{g.C, g.H / 2, g.W / 2}
	pooled, arg, mean32 := make([]float32, n*half.Len()), make([]uint8, n*half.C*half.H*half.W), make([]float32, n*g.C)
	MaxPool(pooled, arg, y, g, n)
	GlobalAvgPool(mean32, y, g, n)
	ScaleChannels(y, draw(n*g.C, 6), g, n)
	s.add(fmt.Sprint("norm and pools ", g), n, mean, m2, sum, sumX, y, dx, pooled, arg, mean32)
}
