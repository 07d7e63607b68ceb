package gomlxengine

import (
	"math"
	"testing"

	. "github.com/gomlx/gomlx/pkg/core/graph"

	"atelier/core/kernel"
	"atelier/core/random"
)

// batchNormMatches compares the graph with the core's BatchNorm of one leaf:
// its statistics, its output and the gradients built from its sums (Ioffe and
// Szegedy, "Batch Normalization", 2015).
func batchNormMatches(t *testing.T, d *Device, s *random.Stream) {
	const n = 6
	g := kernel.Grid{C: 3, H: 4, W: 6}
	x, dy := draw(s, true, n, g.C, g.H, g.W), draw(s, false, n, g.C, g.H, g.W)
	gamma, beta := draw(s, false, g.C), draw(s, false, g.C)
	train := differentiate(t, d, dy, func(_ primitives, in []*Node) *Node {
		zero := ZerosLike(in[1])
		y, _ := batchNormTrain(in[0], in[1], in[2], running{zero, zero})
		return y
	}, x, gamma, beta)

	xg, dyg := toGrid(x.data, g, n), toGrid(dy.data, g, n)
	count := float64(n * g.H * g.W)
	mean, m2 := make([]float64, g.C), make([]float64, g.C)
	kernel.BNStats(mean, m2, xg, g, n)
	scale, shift := make([]float32, g.C), make([]float32, g.C)
	mean32, invstd := make([]float32, g.C), make([]float32, g.C)
	for c := range g.C {
		mean32[c], invstd[c] = float32(mean[c]), float32(1/math.Sqrt(m2[c]/count+1e-5))
		scale[c] = gamma.data[c] * invstd[c]
		shift[c] = beta.data[c] - mean32[c]*scale[c]
	}
	y := make([]float32, n*g.Len())
	kernel.BNForward(y, xg, scale, shift, false, g, n)
	near(t, "y", train[0], fromGrid(y, g, n))

	sum, sumXhat := make([]float64, g.C), make([]float64, g.C)
	kernel.BNBackwardStats(sum, sumXhat, dyg, y, xg, mean32, invstd, false, g, n)
	a, b, k := make([]float32, g.C), make([]float32, g.C), make([]float32, g.C)
	dgamma, dbeta := make([]float32, g.C), make([]float32, g.C)
	for c := range g.C {
		dgamma[c], dbeta[c] = float32(sumXhat[c]), float32(sum[c])
		// dx = scale (dy - mean(dy) - xhat mean(dy xhat)), xhat = (x-mean) invstd
		inv, sc := float64(invstd[c]), float64(scale[c])
		a[c] = scale[c]
		b[c] = float32(-sc * inv * sumXhat[c] / count)
		k[c] = float32(-sc*sum[c]/count + sc*inv*mean[c]*sumXhat[c]/count)
	}
	dx := make([]float32, n*g.Len())
	kernel.BNBackward(dx, dyg, xg, a, b, k, g, n)
	near(t, "dx", train[1], fromGrid(dx, g, n))
	near(t, "dgamma", train[2], dgamma)
	near(t, "dbeta", train[3], dbeta)
	evaluationMatches(t, d, g, x, dy, gamma, beta, y, mean32, m2)
	runningStatisticsMatch(t, d, x, mean, m2, count)
}

// evaluationMatches normalizes by running statistics equal to the batch's, which
// must give what training gave.
func evaluationMatches(t *testing.T, d *Device, g kernel.Grid, x, dy, gamma, beta array, y, mean []float32, m2 []float64) {
	n := x.dims[0]
	variance := make([]float32, g.C)
	for c := range variance {
		variance[c] = float32(m2[c] / float64(n*g.H*g.W))
	}
	eval := differentiate(t, d, dy, func(_ primitives, in []*Node) *Node {
		return batchNormEval(in[0], in[1], in[2], running{in[3], in[4]})
	}, x, gamma, beta, array{mean, []int{g.C}}, array{variance, []int{g.C}})
	near(t, "y in evaluation", eval[0], fromGrid(y, g, n))
}

// runningStatisticsMatch: momentum 0.1, and the unbiased variance.
func runningStatisticsMatch(t *testing.T, d *Device, x array, mean, m2 []float64, count float64) {
	c := len(mean)
	old := array{make([]float32, c), []int{c}}
	for i := range old.data {
		old.data[i] = 0.5 + float32(i)
	}
	one := array{[]float32{1, 1, 1}, []int{c}}
	for i, what := range []string{"running mean", "running variance"} {
		got := differentiate(t, d, one, func(_ primitives, in []*Node) *Node {
			_, r := batchNormTrain(in[0], OnesLike(in[1]), ZerosLike(in[1]), running{in[1], in[1]})
			return []*Node{r.mean, r.variance}[i]
		}, x, old)
		want := make([]float32, c)
		for j := range want {
			batch := []float64{mean[j], m2[j] / (count - 1)}[i]
			want[j] = float32(0.9*float64(old.data[j]) + 0.1*batch)
		}
		near(t, what, got[0], want)
		for _, v := range got[1] {
			if v != 0 {
				t.Fatalf("the %s has a gradient: it would leak into training", what)
			}
		}
	}
}
