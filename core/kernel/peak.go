package kernel

// ScalarPeakFlops is the number of floating-point operations in one round of
// ScalarPeak.
const ScalarPeakFlops = 2 * 12 * 8

// ScalarPeak runs rounds of independent multiply and add chains that never leave
// the registers: 12 chains, 8 steps each. The caller times it; ScalarPeakFlops
// times rounds, over the seconds, is what this machine's scalar arithmetic could
// reach. The result depends on every chain, so none can be left out.
//
//go:norace
func ScalarPeak(rounds int) float32 {
	const m, q = 0.999, 0.001
	a, b, c, d, e, f := float32(1), float32(2), float32(3), float32(4), float32(5), float32(6)
	g, h, i, j, k, l := float32(7), float32(8), float32(9), float32(10), float32(11), float32(12)
	for range rounds {
		a, b, c, d, e, f = float32(a*m)+q, float32(b*m)+q, float32(c*m)+q, float32(d*m)+q, float32(e*m)+q, float32(f*m)+q
		g, h, i, j, k, l = float32(g*m)+q, float32(h*m)+q, float32(i*m)+q, float32(j*m)+q, float32(k*m)+q, float32(l*m)+q
		a, b, c, d, e, f = float32(a*m)+q, float32(b*m)+q, float32(c*m)+q, float32(d*m)+q, float32(e*m)+q, float32(f*m)+q
		g, h, i, j, k, l = float32(g*m)+q, float32(h*m)+q, float32(i*m)+q, float32(j*m)+q, float32(k*m)+q, float32(l*m)+q
		a, b, c, d, e, f = float32(a*m)+q, float32(b*m)+q, float32(c*m)+q, float32(d*m)+q, float32(e*m)+q, float32(f*m)+q
		g, h, i, j, k, l = float32(g*m)+q, float32(h*m)+q, float32(i*m)+q, float32(j*m)+q, float32(k*m)+q, float32(l*m)+q
		a, b, c, d, e, f = float32(a*m)+q, float32(b*m)+q, float32(c*m)+q, float32(d*m)+q, float32(e*m)+q, float32(f*m)+q
		g, h, i, j, k, l = float32(g*m)+q, float32(h*m)+q, float32(i*m)+q, float32(j*m)+q, float32(k*m)+q, float32(l*m)+q
		a, b, c, d, e, f = float32(a*m)+q, float32(b*m)+q, float32(c*m)+q, float32(d*m)+q, float32(e*m)+q, float32(f*m)+q
		g, h, i, j, k, l = float32(g*m)+q, float32(h*m)+q, float32(i*m)+q, float32(j*m)+q, float32(k*m)+q, float32(l*m)+q
		a, b, c, d, e, f = float32(a*m)+q, float32(b*m)+q, float32(c*m)+q, float32(d*m)+q, float32(e*m)+q, float32(f*m)+q
		g, h, i, j, k, l = float32(g*m)+q, float32(h*m)+q, float32(i*m)+q, float32(j*m)+q, float32(k*m)+q, float32(l*m)+q
		a, b, c, d, e, f = float32(a*m)+q, float32(b*m)+q, float32(c*m)+q, float32(d*m)+q, float32(e*m)+q, float32(f*m)+q
		g, h, i, j, k, l = float32(g*m)+q, float32(h*m)+q, float32(i*m)+q, float32(j*m)+q, float32(k*m)+q, float32(l*m)+q
		a, b, c, d, e, f = float32(a*m)+q, float32(b*m)+q, float32(c*m)+q, float32(d*m)+q, float32(e*m)+q, float32(f*m)+q
		g, h, i, j, k, l = float32(g*m)+q, float32(h*m)+q, float32(i*m)+q, float32(j*m)+q, float32(k*m)+q, float32(l*m)+q
	}
	return a + b + c + d + e + f + g + h + i + j + k + l
}
