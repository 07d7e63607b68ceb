package main

import "fmt"

// pooled returns the columns of the stored image that 2x2 pooling makes.
func (p plane) pooled() int { return (p.side/2+3)/4*4 + 2 }

// poolTransform writes a transform between the points of a tile and its pooled
// pixels: a loop over channels, as transform's.
func (p plane) poolTransform(s *source, kind string, t [2]int, more, begin string, body func()) {
	span := ((t[0]/2-1)*p.pooled()+t[1]/2-1)*p.channels + 1
	argSpan := ((t[0]/2-1)*(p.side/2)+t[1]/2-1)*p.channels + 1
	size, slices, cond, move := p.size(), "x, arg, v", "", "x[1:], arg[1:], v[1:]"
	if p.twoSlices(t) {
		slices, cond, move = slices+", v2", fmt.Sprintf(" && len(v2) >= %d", size), move+", v2[1:]"
	}
	s.line("//go:norace\nfunc %s(x []float32, arg []uint8, v, v2%s []float32) {", p.name(kind, t), more)
	s.line("%sx = x[:%d]", begin, span+p.channels-1)
	s.line("for len(x) >= %d && len(arg) >= %d && len(v) >= %d%s {", span, argSpan, size, cond)
	s.line("d, k, m := (*[%d]float32)(x), (*[%d]uint8)(arg), (*[%d]float32)(v)", span, argSpan, size)
	if p.twoSlices(t) {
		s.line("m2 := (*[%d]float32)(v2)", size)
	}
	body()
	s.line("%s = %s\n}\n}\n", slices, move)
}

// pooledAt and argAt return the offsets of a 2x2 block in the pooled image and
// among the places that pooling chose.
func (p plane) pooledAt(i, j int) int { return (i/2*p.pooled() + j/2) * p.channels }
func (p plane) argAt(i, j int) int    { return (i/2*(p.side/2) + j/2) * p.channels }

// poolFunc writes the output transform joined with bias, ReLU and 2x2 max
// pooling: a tile's output is in registers when it is pooled, and the unpooled
// image is never stored.
func (p plane) poolFunc(s *source, t [2]int) {
	rows, cols := p.set(t[0]), p.set(t[1])
	p.poolTransform(s, "outputPool", t, ", bias", fmt.Sprintf("bias = bias[:%d]\n", p.channels), func() {
		s.line("if len(bias) < 1 {\nbreak\n}\nb0 := bias[0]\nbias = bias[1:]")
		for _, b := range cols {
			p.call(s, "outputPixels", t[0], ":=", count(t[0]), column(b), rows, func(a int) string { return p.point(t, a, b) })
		}
		for i := range t[0] {
			define := "="
			if i < 2 {
				define = ":="
			}
			p.call(s, "outputPixels", t[1], define, count(t[1]), func(j int) string { return fmt.Sprintf("e%d%d", i%2, j) }, cols, row(i))
			for j := 0; i%2 == 1 && j < t[1]; j += 2 {
				define := "="
				if i == 1 && j == 0 {
					define = ":="
				}
				s.line("q %s max(max(rank(e0%d+b0, 3), rank(e0%d+b0, 2)), max(rank(e1%d+b0, 1), rank(e1%d+b0, 0)))", define, j, j+1, j, j+1)
				s.line("d[%d], k[%d] = unrank(q)", p.pooledAt(i, j), p.argAt(i, j))
			}
		}
	})
}

// poolGradientFunc writes the transform of the output's gradient to its points,
// joined with that of pooling.
func (p plane) poolGradientFunc(s *source, t [2]int) {
	rows, cols := p.set(t[0]), p.set(t[1])
	p.poolTransform(s, "poolGradient", t, "", "", func() {
		for i := 0; i < t[0]; i += 2 {
			for j := 0; j < t[1]; j += 2 {
				define := "="
				if i == 0 && j == 0 {
					define = ":="
				}
				s.line("g, c %s d[%d], k[%d]", define, p.pooledAt(i, j), p.argAt(i, j))
				for q := range 4 {
					s.line("y%d%d := only(g, c, %d)", i+q/2, j+q%2, q)
				}
			}
		}
		for j := range t[1] {
			p.call(s, "outputPoints", t[0], ":=", rows, column(j), count(t[0]), func(i int) string { return fmt.Sprintf("y%d%d", i, j) })
		}
		for _, a := range rows {
			p.call(s, "outputPoints", t[1], "=", cols, func(b int) string { return p.point(t, a, b) }, count(t[1]), row(a))
		}
	})
}
