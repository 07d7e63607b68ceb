package kernel

import "math"

// BNStats computes mean [C] and m2 [C], the sum of squared deviations from that
// mean, of every channel over the pixels of the n images of one leaf.
//
//go:norace
func BNStats(mean, m2 []float64, x []float32, g Grid, n int) {
	mean, m2 = mean[:g.C], m2[:g.C]
	clear(mean)
	clear(m2)
	for img := range n {
		for y := range g.H {
			row := x[img*g.Len()+g.At(y, 0):][:g.W*g.C]
			for ; len(row) >= g.C; row = row[g.C:] {
				for c, v := range row[:g.C] {
					d := float64(v)
					mean[c] += d
					m2[c] += float64(d * d)
				}
			}
		}
	}
	// Squares of float32 are exact in float64, so this difference loses
	// mean^2/variance times 1e-16 only.
	count := float64(n * g.H * g.W)
	for c := range mean {
		sum := mean[c]
		mean[c] = sum / count
		m2[c] -= float64(sum * mean[c])
		if m2[c] < 0 {
			m2[c] = 0
		}
	}
}

// BNForward computes y = x*scale[c] + shift[c], and max(y, 0) with relu.
//
//go:norace
func BNForward(y, x, scale, shift []float32, relu bool, g Grid, n int) {
	scale, shift = scale[:g.C], shift[:g.C]
	for img := range n {
		for row := range g.H {
			o := img*g.Len() + g.At(row, 0)
			src, dst := x[o:][:g.W*g.C], y[o:][:g.W*g.C]
			for i := 0; i < len(src); i += g.C {
				s, d := src[i:][:g.C], dst[i:][:g.C]
				for c, v := range s {
					d[c] = float32(v*scale[c]) + shift[c]
				}
			}
			if relu {
				rectify(dst)
			}
		}
	}
}

// BNBackwardStats computes, for the n images of one leaf and each channel, sum
// [C] = sum of dy and sumXhat [C] = sum of dy*(x-mean)*invstd. With relu, dy
// counts only where y, the output of BNForward, is above zero.
//
//go:norace
func BNBackwardStats(sum, sumXhat []float64, dy, y, x []float32, mean, invstd []float32, relu bool, g Grid, n int) {
	sum, sumXhat = sum[:g.C], sumXhat[:g.C]
	clear(sum)
	clear(sumXhat)
	for img := range n {
		for row := range g.H {
			for col := range g.W {
				o := img*g.Len() + g.At(row, col)
				for c := range sum {
					d := dy[o+c]
					if relu {
						d = maskBy(d, y[o+c])
					}
					sum[c] += float64(d)
					sumXhat[c] += float64(float64(d) * float64(x[o+c]-mean[c]))
				}
			}
		}
	}
	for c := range sumXhat {
		sumXhat[c] *= float64(invstd[c])
	}
}

// maskBy returns d, or 0 where y is zero or less.
func maskBy(d, y float32) float32 {
	return math.Float32frombits(math.Float32bits(d) & positiveMask(math.Float32bits(y)))
}

// BNBackward computes dx = dy*a[c] + x*b[c] + c[c]; with relu, dy counts only
// where y is above zero. dx may be dy.
//
//go:norace
func BNBackward(dx, dy, y, x []float32, a, b, c []float32, relu bool, g Grid, n int) {
	for img := range n {
		for row := range g.H {
			for col := range g.W {
				o := img*g.Len() + g.At(row, col)
				for k := range g.C {
					d := dy[o+k]
					if relu {
						d = maskBy(d, y[o+k])
					}
					dx[o+k] = float32(d*a[k]) + float32(x[o+k]*b[k]) + c[k]
				}
			}
		}
	}
}
