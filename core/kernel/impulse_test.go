package kernel

import (
	"fmt"
	"math"
	"testing"
)

// A single one must come out as the filter, turned, and nothing else: it finds
// any tap, channel or tile in the wrong place, which random numbers only blur.
func TestConvImpulse(t *testing.T) {
	for _, tt := range convShapes {
		for _, alg := range []Algorithm{Winograd, Direct} {
			t.Run(fmt.Sprintf("%s/%d", tt.name, alg), func(t *testing.T) { checkImpulses(t, tt.in, tt.out, alg) })
		}
	}
}

// place is a channel and a pixel.
type place struct{ ch, y, x int }

// places are the corners, an edge and the middle of a grid.
func places(g Grid) []place {
	return []place{
		{0, 0, 0}, {g.C - 1, g.H - 1, g.W - 1}, {g.C / 2, g.H - 1, 0}, {g.C / 3, 0, g.W - 1},
		{g.C / 2, g.H / 2, g.W / 2}, {g.C - 1, g.H / 3, g.W - 1},
	}
}

// impulse is one image that is one at p and zero elsewhere.
func impulse(g Grid, p place) []float32 {
	x := make([]float32, g.Len())
	x[g.At(p.y, p.x)+p.ch] = 1
	return x
}

// tap returns the filter's tap from pixel (y, x) of the input to (row, col) of
// the output, or ok false.
func tap(y, x, row, col int) (k int, ok bool) {
	ky, kx := y-row+1, x-col+1
	return ky*3 + kx, ky >= 0 && ky < 3 && kx >= 0 && kx < 3
}

func checkImpulses(t *testing.T, in, out Grid, alg Algorithm) {
	ws := make([]float32, 9*in.C*out.C)
	for i := range ws {
		ws[i] = float32(i%97) - 48
	}
	c := NewConv(in, out, alg)
	c.Pack(ws, true)
	y, dx, dw := make([]float32, out.Len()), make([]float32, in.Len()), make([]float32, len(ws))
	for _, p := range places(in) {
		c.Forward(y, impulse(in, p), nil, false, 1)
		checkPixels(t, fmt.Sprint("forward ", p), y, out, 2e-4, func(q place) float32 {
			if k, ok := tap(p.y, p.x, q.y, q.x); ok {
				return ws[(q.ch*in.C+p.ch)*9+k]
			}
			return 0
		})
	}
	for _, p := range places(out) {
		c.BackwardInput(dx, impulse(out, p), 1)
		checkPixels(t, fmt.Sprint("input gradient ", p), dx, in, 1e-3, func(q place) float32 {
			if k, ok := tap(q.y, q.x, p.y, p.x); ok {
				return ws[(p.ch*in.C+q.ch)*9+k]
			}
			return 0
		})
		from := place{in.C / 2, min(p.y+1, in.H-1), max(p.x-1, 0)}
		c.BackwardWeight(dw, impulse(in, from), impulse(out, p), 1)
		at, _ := tap(from.y, from.x, p.y, p.x)
		for i, got := range dw {
			want := float32(0)
			if i == (p.ch*in.C+from.ch)*9+at {
				want = 1
			}
			if math.Abs(float64(got-want)) > 1e-5 {
				t.Fatalf("weight gradient %v from %v: weight %d has %v, want %v", p, from, i, got, want)
			}
		}
	}
}

// checkPixels fails where an image is not as want says. The taps are whole
// numbers to 48, so rounding, most of it in the backward transforms with their
// eight points, stays far below the difference of two taps.
func checkPixels(t *testing.T, what string, got []float32, g Grid, most float64, want func(q place) float32) {
	t.Helper()
	for y := range g.H {
		for x := range g.W {
			for ch := range g.C {
				v, w := got[g.At(y, x)+ch], want(place{ch, y, x})
				if !(math.Abs(float64(v-w)) <= most) {
					t.Fatalf("%s: channel %d of pixel (%d,%d) is %v, want %v", what, ch, y, x, v, w)
				}
			}
		}
	}
}
