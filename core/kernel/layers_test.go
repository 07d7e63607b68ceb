package kernel

import (
	"fmt"
	"math"
	"testing"
)

func TestDenseAgainstNaive(t *testing.T) {
	for _, s := range []struct{ in, out, n int }{{12544, 128, 5}, {128, 10, 37}, {128, 64, 16}, {64, 10, 1}, {3, 2, 17}, {68, 130, 33}} {
		t.Run(fmt.Sprintf("%dx%d, %d images", s.in, s.out, s.n), func(t *testing.T) {
			x, w, b, g := fill(s.n*s.in, 1), fill(s.in*s.out, 2), fill(s.out, 3), fill(s.n*s.out, 4)
			y, dx, dw := make([]float64, s.n*s.out), make([]float64, s.n*s.in), make([]float64, s.in*s.out)
			for i := range s.n {
				for o := range s.out {
					for j := range s.in {
						y[i*s.out+o] += float64(x[i*s.in+j]) * float64(w[o*s.in+j])
						dx[i*s.in+j] += float64(g[i*s.out+o]) * float64(w[o*s.in+j])
						dw[o*s.in+j] += float64(g[i*s.out+o]) * float64(x[i*s.in+j])
					}
				}
			}
			d := NewDense(s.in, s.out, s.n)
			d.Pack(w, true)
			gotY, gotX, gotW := make([]float32, len(y)), make([]float32, len(dx)), make([]float32, len(dw))
			d.Forward(gotY, x, nil, false, s.n)
			checkClose(t, "forward", wide(gotY), y)
			for i := range y {
				y[i] = math.Max(0, y[i]+float64(b[i%s.out]))
			}
			d.Forward(gotY, x, b, true, s.n)
			checkClose(t, "forward with bias and ReLU", wide(gotY), y)
			d.BackwardInput(gotX, g, s.n)
			checkClose(t, "input gradient", wide(gotX), dx)
			d.BackwardWeight(gotW, x, g, s.n)
			checkClose(t, "weight gradient", wide(gotW), dw)
		})
	}
}

func TestBiasGradients(t *testing.T) {
	for _, g := range []Grid{{32, 28, 28}, {64, 14, 14}, {64, 3, 5}, {13, 3, 5}, {130, 2, 3}} {
		n := 37
		dy := fill(n*g.C*g.H*g.W, 1)
		want := make([]float64, g.C)
		for i, v := range dy {
			want[i/(g.H*g.W)%g.C] += float64(v)
		}
		got := make([]float32, g.C)
		BiasGradient(got, toGrid(dy, g, n), g, n)
		checkClose(t, fmt.Sprint("convolution bias ", g), wide(got), want)
	}
	dy, want, got := fill(37*10, 2), make([]float64, 10), make([]float32, 10)
	for i, v := range dy {
		want[i%10] += float64(v)
	}
	DenseBiasGradient(got, dy, 10, 37)
	checkClose(t, "dense bias", wide(got), want)
}

func TestReLU(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	negNaN := math.Float32frombits(math.Float32bits(nan) | 1<<31)
	tiny := math.Float32frombits(1)
	in := []float32{0, float32(math.Copysign(0, -1)), 1, -1, inf, -inf, tiny, -tiny, nan, negNaN, math.MaxFloat32, -math.MaxFloat32}
	want := []float32{0, 0, 1, 0, inf, 0, tiny, 0, nan, negNaN, math.MaxFloat32, 0}
	keep := []float32{0, 0, 5, 0, 5, 0, 5, 0, 5, 5, 5, 0}
	x := append([]float32(nil), in...)
	rectify(x)
	if !sameBits(x, want) {
		t.Errorf("rectify(%v) = %v", in, x)
	}
	for name, y := range map[string][]float32{"input": in, "output": want} {
		dy := make([]float32, len(in))
		for i := range dy {
			dy[i] = 5
		}
		ReLUBackward(dy, y)
		if !sameBits(dy, keep) {
			t.Errorf("ReLUBackward on the layer's %s = %v, want %v", name, dy, keep)
		}
	}
}

func TestMaxPool(t *testing.T) {
	nan := float32(math.NaN())
	for _, tt := range []struct {
		name string
		v    [4]float32
		arg  uint8
	}{
		{"first of equals", [4]float32{2, 2, 2, 2}, 0}, {"last", [4]float32{1, 2, 3, 4}, 3}, {"negative", [4]float32{-5, -1, -2, -1}, 1},
		{"NaN wins", [4]float32{9, nan, 10, 3}, 1}, {"NaN first", [4]float32{nan, 1, 2, 3}, 0}, {"NaN last", [4]float32{3, 1, 2, nan}, 3},
		{"two NaN, the first", [4]float32{1, nan, 2, nan}, 1}, {"two NaN below", [4]float32{8, 9, nan, nan}, 2}, {"first of equals across rows", [4]float32{1, 7, 7, 2}, 1},
		{"signed zeros are equal", [4]float32{float32(math.Copysign(0, -1)), 0, 0, 0}, 0},
	} {
		in, out := Grid{1, 2, 2}, Grid{1, 1, 1}
		y, arg := make([]float32, out.Len()), make([]uint8, 1)
		MaxPool(y, arg, toGrid(tt.v[:], in, 1), in, 1)
		got := y[out.At(0, 0)]
		if arg[0] != tt.arg || got != tt.v[tt.arg] && got == got {
			t.Errorf("%s: MaxPool(%v) = %v from %d, want place %d", tt.name, tt.v, got, arg[0], tt.arg)
		}
	}
}

func TestMaxPoolAgainstNaive(t *testing.T) {
	for _, in := range []Grid{{64, 28, 28}, {5, 7, 9}, {32, 14, 14}} {
		n, out := 2, Grid{in.C, in.H / 2, in.W / 2}
		xs, gs := fill(n*in.C*in.H*in.W, 1), fill(n*out.C*out.H*out.W, 2)
		y, dx := make([]float64, len(gs)), make([]float64, len(xs))
		for o := range y {
			plane, row, col := o/(out.H*out.W), o/out.W%out.H, o%out.W
			best := -1
			for k := range 4 {
				i := (plane*in.H+2*row+k/2)*in.W + 2*col + k%2
				if best < 0 || xs[i] > xs[best] {
					best = i
				}
			}
			y[o] = float64(xs[best])
			dx[best] = float64(gs[o])
		}
		gotY, gotX := make([]float32, n*out.Len()), make([]float32, n*in.Len())
		arg := make([]uint8, n*out.C*out.H*out.W)
		MaxPool(gotY, arg, toGrid(xs, in, n), in, n)
		MaxPoolBackward(gotX, toGrid(gs, out, n), arg, in, n)
		if relativeError(fromGrid(gotY, out, n), y) != 0 || relativeError(fromGrid(gotX, in, n), dx) != 0 {
			t.Errorf("max pool %v differs from the naive one", in)
		}
		checkBorder(t, "max pool", gotY, out, n)
		checkBorder(t, "max pool backward", gotX, in, n)
	}
}

func TestGlobalAvgPool(t *testing.T) {
	g, n := Grid{12, 7, 7}, 3
	xs, gs := fill(n*12*49, 1), fill(n*12, 2)
	y, dx := make([]float64, n*12), make([]float64, len(xs))
	for i, v := range xs {
		y[i/49] += float64(v) / 49
		dx[i] = float64(gs[i/49]) / 49
	}
	gotY, gotX := make([]float32, n*12), make([]float32, n*g.Len())
	GlobalAvgPool(gotY, toGrid(xs, g, n), g, n)
	GlobalAvgPoolBackward(gotX, gs, g, n)
	checkClose(t, "average", wide(gotY), y)
	checkClose(t, "average backward", fromGrid(gotX, g, n), dx)
	checkBorder(t, "average backward", gotX, g, n)
}

func TestFlattenOrder(t *testing.T) {
	for _, g := range []Grid{{3, 2, 5}, {64, 14, 14}, {64, 7, 14}} {
		t.Run(fmt.Sprint(g), func(t *testing.T) {
			const n = 2
			x := fill(n*g.C*g.H*g.W, 1)
			grid := toGrid(x, g, n)
			for i, want := range x {
				img, c, row, col := i/(g.C*g.H*g.W), i/(g.H*g.W)%g.C, i/g.W%g.H, i%g.W
				if got := grid[img*g.Len()+g.At(row, col)+c]; got != want {
					t.Fatalf("pixel (%d,%d) of channel %d of image %d is %v, want %v", row, col, c, img, got, want)
				}
			}
			checkBorder(t, "unflatten", grid, g, n)
			back := make([]float32, len(x))
			Flatten(back, grid, g, n)
			if !sameBits(back, x) {
				t.Error("Flatten does not undo Unflatten")
			}
		})
	}
}

func TestScale(t *testing.T) {
	g, n := Grid{5, 3, 4}, 2
	xs, s := fill(n*60, 1), fill(n*5, 2)
	x := toGrid(xs, g, n)
	ScaleChannels(x, s, g, n)
	for i, v := range fromGrid(x, g, n) {
		if want := float64(xs[i] * s[i/12]); v != want {
			t.Fatalf("ScaleChannels: element %d is %v, want %v", i, v, want)
		}
	}
	y := append([]float32(nil), xs...)
	f := fill(len(xs), 3)
	Scale(y, f)
	for i := range y {
		if y[i] != xs[i]*f[i] {
			t.Fatalf("Scale: element %d is %v", i, y[i])
		}
	}
}

func TestBatchNorm(t *testing.T) {
	for _, g := range []Grid{{32, 28, 28}, {7, 3, 5}, {128, 7, 7}} {
		for _, relu := range []bool{false, true} {
			checkBatchNorm(t, g, 5, relu)
		}
	}
}

func checkBatchNorm(t *testing.T, g Grid, n int, relu bool) {
	hw, count := g.H*g.W, float64(n*g.H*g.W)
	xs, gs := fill(n*g.C*hw, 1), fill(n*g.C*hw, 2)
	for i := range xs {
		xs[i] = xs[i]*3 + 2
	}
	scale, shift, mean32, inv32 := fill(g.C, 3), fill(g.C, 4), fill(g.C, 5), fill(g.C, 6)
	mean, m2, sum, sumX := make([]float64, g.C), make([]float64, g.C), make([]float64, g.C), make([]float64, g.C)
	y, dx := make([]float64, len(xs)), make([]float64, len(xs))
	for i, v := range xs {
		mean[i/hw%g.C] += float64(v) / count
	}
	for i, v := range xs {
		c := i / hw % g.C
		d := float64(v) - mean[c]
		m2[c] += d * d
		y[i] = float64(v)*float64(scale[c]) + float64(shift[c])
		dy := float64(gs[i])
		if relu && y[i] <= 0 {
			y[i], dy = 0, 0
		}
		sum[c] += dy
		sumX[c] += dy * (float64(v) - float64(mean32[c])) * float64(inv32[c])
		dx[i] = dy*float64(scale[c]) + float64(v)*float64(shift[c]) + float64(mean32[c])
	}
	x, dy := toGrid(xs, g, n), toGrid(gs, g, n)
	gotMean, gotM2 := make([]float64, g.C), make([]float64, g.C)
	BNStats(gotMean, gotM2, x, g, n)
	checkClose(t, "mean", gotMean, mean)
	checkClose(t, "squared deviations", gotM2, m2)
	gotY := make([]float32, len(x))
	BNForward(gotY, x, scale, shift, relu, g, n)
	checkClose(t, "normalized", fromGrid(gotY, g, n), y)
	checkBorder(t, "normalized", gotY, g, n)
	BNBackwardStats(gotMean, gotM2, dy, gotY, x, mean32, inv32, relu, g, n)
	checkClose(t, "sum of dy", gotMean, sum)
	checkClose(t, "sum of dy*xhat", gotM2, sumX)
	gotX := make([]float32, len(x))
	BNBackward(gotX, dy, x, scale, shift, mean32, g, n)
	checkClose(t, "input gradient", fromGrid(gotX, g, n), dx)
	checkBorder(t, "input gradient", gotX, g, n)
}
