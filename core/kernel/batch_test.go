package kernel

import (
	"fmt"
	"testing"
)

// Gradients of weights are sums over the whole batch: their accuracy is promised
// at 128 images, where it is worst. The definition is summed in float64 for some
// of the weights.
func TestWeightGradientsOfAWholeBatch(t *testing.T) {
	if testing.Short() {
		t.Skip("sums whole batches of the largest layers: left out of the short tests")
	}
	const n, samples = 128, 100
	for _, l := range benchConvs {
		t.Run(fmt.Sprintf("convolution %d-%d@%d", l.in.C, l.out.C, l.in.H), func(t *testing.T) {
			in, out := l.in, l.out
			x, dy := toGrid(fill(n*in.C*in.H*in.W, 1), in, n), toGrid(fill(n*out.C*out.H*out.W, 2), out, n)
			all := make([]float32, 9*in.C*out.C)
			weightGradient(NewConv(in, out, Winograd), all, x, dy, n)
			got, want := make([]float64, samples), make([]float64, samples)
			for s := range samples {
				w := s * len(all) / samples
				k, c, at := w/(9*in.C), w/9%in.C, w%9
				got[s] = float64(all[w])
				for i := range n {
					for row := range out.H {
						for col := range out.W {
							// The border of zeros stands for the pixels outside.
							want[s] += float64(dy[i*out.Len()+out.At(row, col)+k]) * float64(x[i*in.Len()+in.At(row+at/3-1, col+at%3-1)+c])
						}
					}
				}
			}
			checkClose(t, "weight gradient", got, want)
		})
	}
	t.Run("dense 12544-128", func(t *testing.T) {
		const in, out = 12544, 128
		x, dy, all := fill(n*in, 1), fill(n*out, 2), make([]float32, in*out)
		NewDense(in, out, n).BackwardWeight(all, x, dy, n)
		got, want := make([]float64, samples), make([]float64, samples)
		for s := range samples {
			w := s * len(all) / samples
			got[s] = float64(all[w])
			for i := range n {
				want[s] += float64(dy[i*out+w/in]) * float64(x[i*in+w%in])
			}
		}
		checkClose(t, "weight gradient", got, want)
	})
}
