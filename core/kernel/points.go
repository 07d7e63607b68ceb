package kernel

import "math"

// One-dimensional transforms of Winograd's minimal filtering F(n, 3) for output
// tiles of n = 4, 3 and 2 pixels (Lavin and Gray, arXiv 1509.09308, section 4;
// Toom and Cook's method). The interpolation points are 0, 1, -1, 2, -2 and
// infinity for n = 4; n = 3 leaves out -2 and n = 2 also 2. The filter's values
// at these points carry the factors 1/4, -1/6, -1/6, 1/24, 1/24 and 1 whatever
// n is, so tiles of all sizes share one set of transformed weights; the inverse
// factors are in inputPoints. All are small enough to be inlined.
//
//	inputPoints   B'd   n+2 input pixels to points
//	inputPixels   Bv    its transpose, for the gradient
//	outputPixels  A'm   points to n output pixels
//	outputPoints  Ay    its transpose, for the gradient

func inputPoints4(d0, d1, d2, d3, d4, d5 float32) (v0, v1, v2, v3, v4, v5 float32) {
	a, b := d4-float32(4*d2), d3-float32(4*d1)
	c, e := d4-d2, float32(2*(d3-d1))
	return float32(4*(d0-d2)) + c, a + b, a - b, c + e, c - e, d5 - d3 - float32(2*e)
}

func inputPixels4(v0, v1, v2, v3, v4, v5 float32) (d0, d1, d2, d3, d4, d5 float32) {
	a, b, c, e := v1+v2, v1-v2, v3+v4, float32(2*(v3-v4))
	f := float32(4 * v0)
	return f, float32(4*(v5-b)) - e, -(f + v0) - float32(4*a) - c, b + e - float32(5*v5), v0 + a + c, v5
}

func outputPixels4(m0, m1, m2, m3, m4, m5 float32) (y0, y1, y2, y3 float32) {
	a, b, c, e := m1+m2, m1-m2, m3+m4, float32(2*(m3-m4))
	return m0 + a + c, b + e, a + float32(4*c), b + float32(4*e) + m5
}

func outputPoints4(y0, y1, y2, y3 float32) (m0, m1, m2, m3, m4, m5 float32) {
	a, b := y0+y2, y1+y3
	c, e := y0+float32(4*y2), float32(2*(y1+float32(4*y3)))
	return y0, a + b, a - b, c + e, c - e, y3
}

func inputPoints3(d0, d1, d2, d3, d4 float32) (v0, v1, v2, v3, v5 float32) {
	a, b := float32(2*(d3-d1)), d3-float32(3*d2)
	c := float32(2 * d1)
	return float32(4*(d0-d2)) + a, float32(3 * (d3 - d2 - c)), b + c, float32(2 * a), d4 - d2 - a
}

func inputPixels3(v0, v1, v2, v3, v5 float32) (d0, d1, d2, d3, d4 float32) {
	a, b := float32(2*v0), float32(4*v3)
	c, e := float32(3*v1), float32(2*v5)
	f := float32(2 * a)
	return f, float32(2*(v2-c)) - a - b + e, -f - c - float32(3*v2) - v5, a + c + v2 + b - e, v5
}

func outputPixels3(m0, m1, m2, m3, m5 float32) (y0, y1, y2 float32) {
	a, b := m1+m2, float32(2*m3)
	return m0 + a + m3, m1 - m2 + b, a + float32(2*b) + m5
}

func outputPoints3(y0, y1, y2 float32) (m0, m1, m2, m3, m5 float32) {
	a := y0 + y2
	return y0, a + y1, a - y1, y0 + float32(2*y1) + float32(4*y2), y2
}

func inputPoints2(d0, d1, d2, d3 float32) (v0, v1, v2, v5 float32) {
	return float32(4 * (d0 - d2)), float32(-3 * (d1 + d2)), float32(3 * (d1 - d2)), d3 - d1
}

func inputPixels2(v0, v1, v2, v5 float32) (d0, d1, d2, d3 float32) {
	a, b, c := float32(4*v0), float32(3*v1), float32(3*v2)
	return a, c - b - v5, -a - b - c, v5
}

func outputPixels2(m0, m1, m2, m5 float32) (y0, y1 float32) { return m0 + m1 + m2, m1 - m2 + m5 }

func outputPoints2(y0, y1 float32) (m0, m1, m2, m5 float32) { return y0, y0 + y1, y0 - y1, y1 }

// filterPoints is Gg: three taps to the six points.
func filterPoints(g0, g1, g2 float32) (u0, u1, u2, u3, u4, u5 float32) {
	const sixth, twelfth, twentyfourth = 1.0 / 6, 1.0 / 12, 1.0 / 24
	a, b := float32(-sixth*(g0+g2)), float32(-sixth*g1)
	c, e := float32(twentyfourth*g0)+float32(sixth*g2), float32(twelfth*g1)
	return float32(0.25 * g0), a + b, a - b, c + e, c - e, g2
}

// filterTaps is G'u, its transpose, for the gradient.
func filterTaps(u0, u1, u2, u3, u4, u5 float32) (g0, g1, g2 float32) {
	const sixth, twelfth, twentyfourth = 1.0 / 6, 1.0 / 12, 1.0 / 24
	a, b, c := float32(-sixth*(u1+u2)), float32(sixth*(u2-u1)), u3+u4
	return float32(0.25*u0) + a + float32(twentyfourth*c), b + float32(twelfth*(u3-u4)), a + float32(sixth*c) + u5
}

// activate returns v, or max(v, 0) if relu is all ones instead of zero.
func activate(v float32, relu uint32) float32 {
	b := math.Float32bits(v)
	return math.Float32frombits(b &^ (uint32(int32((b+0x7fffff)&b)>>31) & relu))
}
