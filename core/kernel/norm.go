package kernel

// BNStats computes mean [C] and m2 [C], the sum of squared deviations from that
// mean, of every channel over the pixels of the n images of one leaf.
//
//go:norace
func BNStats(mean, m2 []float64, x []float32, g Grid, n int) {
	mean, m2 = mean[:g.C], m2[:g.C]
	clear(mean)
	clear(m2)
	kernel := statsKernel(g)
	for img := range n {
		for y := range g.H {
			row := x[img*g.Len()+g.At(y, 0):][:g.W*g.C]
			if kernel == nil {
				plainStats(mean, m2, row)
				continue
			}
			for c := 0; c < g.C; c += 4 {
				kernel((*[4]float64)(mean[c:]), (*[4]float64)(m2[c:]), row[c:])
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

// statsKernel returns the sums over seven pixels at a time, or nil where the
// grid does not suit them.
func statsKernel(g Grid) func(sum, square *[4]float64, x []float32) {
	switch {
	case g.W%7 != 0:
		return nil
	case g.C == 32:
		return stats32
	case g.C == 64:
		return stats64
	case g.C == 128:
		return stats128
	}
	return nil
}

//go:norace
func plainStats(sum, square []float64, row []float32) {
	for ; len(row) >= len(sum); row = row[len(sum):] {
		for c, v := range row[:len(sum)] {
			d := float64(v)
			sum[c] += d
			square[c] += float64(d * d)
		}
	}
}

// BNForward computes y = x*scale[c] + shift[c], and max(y, 0) with relu. y may
// be x.
//
//go:norace
func BNForward(y, x, scale, shift []float32, relu bool, g Grid, n int) {
	scale, shift = scale[:g.C], shift[:g.C]
	floor := reluFloor(relu)
	for img := range n {
		for row := range g.H {
			o := img*g.Len() + g.At(row, 0)
			src, dst := x[o:][:g.W*g.C], y[o:][:g.W*g.C]
			for c := 0; c+32 <= g.C; c += 32 {
				affineBlock(dst[c:], src[c:], scale[c:], shift[c:], floor, g.C)
			}
			for c := g.C &^ 31; c < g.C; c++ {
				for i := c; i < len(src); i += g.C {
					dst[i] = atLeast(float32(src[i]*scale[c])+shift[c], floor)
				}
			}
		}
	}
}

// BNBackwardStats computes, for the n images of one leaf and each channel, sum
// [C] = sum of dy and sumXhat [C] = sum of dy*(x-mean)*invstd. With relu it sets
// dy to zero first where y, the output of BNForward, is zero or less.
//
//go:norace
func BNBackwardStats(sum, sumXhat []float64, dy, y, x []float32, mean, invstd []float32, relu bool, g Grid, n int) {
	sum, sumXhat = sum[:g.C], sumXhat[:g.C]
	clear(sum)
	clear(sumXhat)
	floor, kernel := reluFloor(relu), gradientStatsKernel(g)
	for img := range n {
		for row := range g.H {
			o := img*g.Len() + g.At(row, 0)
			d, v, u := dy[o:][:g.W*g.C], y[o:][:g.W*g.C], x[o:][:g.W*g.C]
			if kernel == nil {
				plainGradientStats(sum, sumXhat, d, v, u, mean, floor)
				continue
			}
			for c := 0; c < g.C; c += 4 {
				kernel((*[4]float64)(sum[c:]), (*[4]float64)(sumXhat[c:]), d[c:], v[c:], u[c:], (*[4]float32)(mean[c:]), floor)
			}
		}
	}
	for c := range sumXhat {
		sumXhat[c] *= float64(invstd[c])
	}
}

func gradientStatsKernel(g Grid) func(sum, product *[4]float64, d, y, x []float32, mean *[4]float32, floor float32) {
	switch {
	case g.W%7 != 0:
		return nil
	case g.C == 32:
		return gradientStats32
	case g.C == 64:
		return gradientStats64
	case g.C == 128:
		return gradientStats128
	}
	return nil
}

//go:norace
func plainGradientStats(sum, product []float64, d, y, x, mean []float32, floor float32) {
	for i, v := range d {
		c := i % len(sum)
		d[i] = keepAbove(v, y[i], floor)
		g := float64(d[i])
		sum[c] += g
		product[c] += float64(g * float64(x[i]-mean[c]))
	}
}

// BNBackward computes dx = dy*a[c] + x*b[c] + c[c], where BNBackwardStats has seen
// to ReLU. dx may be dy.
//
//go:norace
func BNBackward(dx, dy, x []float32, a, b, c []float32, g Grid, n int) {
	for img := range n {
		for row := range g.H {
			o := img*g.Len() + g.At(row, 0)
			z, d, u := dx[o:][:g.W*g.C], dy[o:][:g.W*g.C], x[o:][:g.W*g.C]
			for k := 0; k+32 <= g.C; k += 32 {
				gradientBlock(z[k:], d[k:], u[k:], a[k:], b[k:], c[k:], g.C)
			}
			for k := g.C &^ 31; k < g.C; k++ {
				for i := k; i < len(z); i += g.C {
					z[i] = float32(d[i]*a[k]) + float32(u[i]*b[k]) + c[k]
				}
			}
		}
	}
}
