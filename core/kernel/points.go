package kernel

// One-dimensional transforms of Winograd's minimal filtering F(n, 3) for output
// tiles of n pixels (Lavin and Gray, arXiv 1509.09308, section 4; Toom and Cook's
// method). There are two sets of interpolation points: 0, 1, -1, 2, -1/2 and
// infinity for n = 4, and 0, 1, -1, 2, -2, 1/2, -1/2 and infinity for n = 6.
// Smaller tiles use some of a set's points. The filter's values at a point carry a
// factor that does not depend on n, so tiles of all sizes share one set of
// transformed weights; the inverse factors are in inputPoints. A name says tile
// and points; what would be too long to be inlined stands in two halves.
//
//	inputPoints   B'd   n+2 input pixels to points
//	inputPixels   Bv    its transpose, for the gradient
//	outputPixels  A'm   points to n output pixels
//	outputPoints  Ay    its transpose, for the gradient
//
// Measured relative errors of whole convolutions, with at most 32 products summed
// in a row: about 0.8e-6 with 6 points, 2.5e-6 with 8.

func inputPoints6of8Near(d0, d1, d2, d3, d4, d5, d6, d7 float32) (v0, v1, v2, v7 float32) {
	a, b := d2+d6-float32(4.25*d4), d1+d5-float32(4.25*d3)
	return d0 - d6 + float32(5.25*(d4-d2)), a + b, a - b, d7 - d1 + float32(5.25*(d3-d5))
}

func inputPoints6of8Far(d1, d2, d3, d4, d5, d6 float32) (v3, v4, v5, v6 float32) {
	h := float32(2.5 * d3)
	c, e := d6-float32(1.25*d4)+float32(0.25*d2), float32(2*d5)-h+float32(0.5*d1)
	f, g := d6-float32(5*d4)+float32(4*d2), float32(0.5*d5)-h+float32(2*d1)
	return c + e, c - e, f + g, f - g
}

func inputPixels6of8Even(v0, v1, v2, v3, v4, v5, v6 float32) (d0, d2, d4, d6 float32) {
	a, c, f, h := v1+v2, v3+v4, v5+v6, float32(5.25*v0)
	return v0, a - h + float32(0.25*c) + float32(4*f), h - float32(4.25*a) - float32(1.25*c) - float32(5*f), a + c + f - v0
}

func inputPixels6of8Odd(v1, v2, v3, v4, v5, v6, v7 float32) (d1, d3, d5, d7 float32) {
	b, e, g, k := v1-v2, v3-v4, v5-v6, float32(5.25*v7)
	return b - v7 + float32(0.5*e) + float32(2*g), k - float32(4.25*b) - float32(2.5*(e+g)), b - k + float32(2*e) + float32(0.5*g), v7
}

func outputPoints6of8Near(y0, y1, y2, y3, y4, y5 float32) (m0, m1, m2, m7 float32) {
	a, b := y0+y2+y4, y1+y3+y5
	return y0, a + b, a - b, y5
}

func outputPoints6of8Far(y0, y1, y2, y3, y4, y5 float32) (m3, m4, m5, m6 float32) {
	c, e := y0+float32(4*y2)+float32(16*y4), float32(2*y1)+float32(8*y3)+float32(32*y5)
	f, g := y0+float32(0.25*y2)+float32(0.0625*y4), float32(0.5*y1)+float32(0.125*y3)+float32(0.03125*y5)
	return c + e, c - e, f + g, f - g
}

func inputPoints4of8(d0, d1, d2, d3, d4, d5 float32) (v0, v1, v2, v3, v4, v7 float32) {
	a, b := float32(0.75*d4)-float32(3*d2), float32(0.75*d3)-float32(3*d1)
	c, e := float32(3.75*(d4-d2)), float32(7.5*(d3-d1))
	return d0 + float32(0.25*d4) - float32(1.25*d2), a + b, a - b, c + e, c - e, d5 + float32(4*d1) - float32(5*d3)
}

func inputPixels4of8(v0, v1, v2, v3, v4, v7 float32) (d0, d1, d2, d3, d4, d5 float32) {
	a, b, c, e := v1+v2, v1-v2, float32(3.75*(v3+v4)), float32(7.5*(v3-v4))
	return v0, float32(4*v7) - float32(3*b) - e, -float32(1.25*v0) - float32(3*a) - c,
		float32(0.75*b) + e - float32(5*v7), float32(0.25*v0) + float32(0.75*a) + c, v7
}

func outputPoints4of8(y0, y1, y2, y3 float32) (m0, m1, m2, m3, m4, m7 float32) {
	a, b := y0+y2, y1+y3
	c, e := y0+float32(4*y2), float32(2*(y1+float32(4*y3)))
	return y0, a + b, a - b, c + e, c - e, y3
}

func inputPoints2of8(d0, d1, d2, d3 float32) (v0, v1, v2, v7 float32) {
	return d0 - d2, float32(-2.25 * (d1 + d2)), float32(2.25 * (d1 - d2)), d3 - d1
}

func inputPixels2of8(v0, v1, v2, v7 float32) (d0, d1, d2, d3 float32) {
	a, b := float32(2.25*(v1+v2)), float32(2.25*(v1-v2))
	return v0, -b - v7, -v0 - a, v7
}

func outputPoints2of8(y0, y1 float32) (m0, m1, m2, m7 float32) { return y0, y0 + y1, y0 - y1, y1 }

func inputPoints4of6(d0, d1, d2, d3, d4, d5 float32) (v0, v1, v2, v3, v4, v5 float32) {
	a, b := d4-d2, d3-d1
	return d0 - d2 + a - float32(1.5*b), d4 - d1 - float32(0.5*d3) - float32(2.5*d2), d4 + d1 + float32(0.5*d2) - float32(2.5*d3),
		a + float32(0.5*b), a - float32(2*b), d5 - d3 - b - float32(1.5*a)
}

func inputPixels4of6Even(v0, v1, v2, v3, v4, v5 float32) (d0, d2, d4 float32) {
	a, b := v3+v4, float32(1.5*v5)
	return v0, b - float32(2*v0) - float32(2.5*v1) + float32(0.5*v2) - a, v0 + v1 + v2 + a - b
}

func inputPixels4of6Odd(v0, v1, v2, v3, v4, v5 float32) (d1, d3, d5 float32) {
	a := float32(1.5*v0) - float32(0.5*v3) + float32(2*v4)
	return a - v1 + v2 + v5, -a - float32(0.5*v1) - float32(2.5*v2) - float32(2*v5), v5
}

func outputPixels4of6(m0, m1, m2, m3, m4, m5 float32) (y0, y1, y2, y3 float32) {
	a, b := m1+m2, m1-m2
	return m0 + a + m3 + m4, b + float32(2*m3) - float32(0.5*m4), a + float32(4*m3) + float32(0.25*m4),
		b + float32(8*m3) - float32(0.125*m4) + m5
}

func outputPoints4of6(y0, y1, y2, y3 float32) (m0, m1, m2, m3, m4, m5 float32) {
	a, b := y0+y2, y1+y3
	return y0, a + b, a - b, y0 + float32(2*y1) + float32(4*y2) + float32(8*y3),
		y0 - float32(0.5*y1) + float32(0.25*y2) - float32(0.125*y3), y3
}

func inputPoints3of6(d0, d1, d2, d3, d4 float32) (v0, v1, v2, v3, v5 float32) {
	a, b := d3-d1, d2-d1
	return d0 - d2 + float32(0.5*a), float32(1.5*(d3-d2)) - float32(3*d1), b + float32(0.5*(d2-d3)), float32(2.5 * a), d4 - d2 - float32(2*a)
}

func inputPixels3of6(v0, v1, v2, v3, v5 float32) (d0, d1, d2, d3, d4 float32) {
	a, b, c := float32(0.5*v0), float32(1.5*v1), float32(2.5*v3)
	e := float32(2 * v5)
	return v0, e - a - float32(2*b) - v2 - c, float32(1.5*v2) - v0 - b - v5, a + b - float32(0.5*v2) + c - e, v5
}

func outputPixels3of6(m0, m1, m2, m3, m5 float32) (y0, y1, y2 float32) {
	a, b := m1+m2, float32(2*m3)
	return m0 + a + m3, m1 - m2 + b, a + float32(2*b) + m5
}

func outputPoints3of6(y0, y1, y2 float32) (m0, m1, m2, m3, m5 float32) {
	a := y0 + y2
	return y0, a + y1, a - y1, y0 + float32(2*y1) + float32(4*y2), y2
}

func inputPoints2of6(d0, d1, d2, d3 float32) (v0, v1, v2, v5 float32) {
	return d0 - d2, float32(-1.5 * (d1 + d2)), float32(1.5 * (d2 - d1)), d3 - d1
}

func outputPixels2of6(m0, m1, m2, m5 float32) (y0, y1 float32) { return m0 + m1 + m2, m1 - m2 + m5 }

const (
	ninth2  = 2.0 / 9
	part90  = 1.0 / 90
	part45  = 1.0 / 45
	parts45 = 8.0 / 45
	third   = 1.0 / 3
	part15  = 1.0 / 15
	parts15 = 4.0 / 15
)

// filterPointsOf8 is Gg: three taps to the points.
func filterPointsOf8(g0, g1, g2 float32) (u0, u1, u2, u3, u4, u5, u6, u7 float32) {
	a, b := float32(-ninth2*(g0+g2)), float32(-ninth2*g1)
	c, e := float32(part90*(g0+float32(4*g2))), float32(part45*g1)
	f, g := float32(parts45*(float32(4*g0)+g2)), float32(2*parts45*g1)
	return g0, a + b, a - b, c + e, c - e, f + g, f - g, g2
}

// filterTapsOf8 is G'u, its transpose, for the gradient.
func filterTapsOf8(u0, u1, u2, u3, u4, u5, u6, u7 float32) (g0, g1, g2 float32) {
	a, c, f := float32(-ninth2*(u1+u2)), float32(part90*(u3+u4)), float32(parts45*(u5+u6))
	g1 = float32(ninth2*(u2-u1)) + float32(part45*(u3-u4)) + float32(2*parts45*(u5-u6))
	return u0 + a + c + float32(4*f), g1, a + float32(4*c) + f + u7
}

func filterPointsOf6(g0, g1, g2 float32) (u0, u1, u2, u3, u4, u5 float32) {
	a := g0 + g2
	return g0, float32(-third * (a + g1)), float32(third * (a - g1)),
		float32(part15 * (g0 + float32(2*g1) + float32(4*g2))), float32(-parts15 * (float32(4*g0) - float32(2*g1) + g2)), g2
}

func filterTapsOf6(u0, u1, u2, u3, u4, u5 float32) (g0, g1, g2 float32) {
	a, b, c := float32(third*(u2-u1)), float32(part15*u3), float32(parts15*u4)
	return u0 + a + b - float32(4*c), float32(2*(b+c)) - float32(third*(u1+u2)), a + float32(4*b) - c + u5
}
