package main

import "fmt"

// Every Winograd convolution's input and output channels.
var filterShapes = [][2]int{{32, 32}, {32, 64}, {64, 64}, {64, 128}, {128, 128}}

// filtersFile writes the transforms of weights, and of their gradients back.
func filtersFile() *source {
	s := new(source)
	s.line("// filterKernels returns the transforms of the weights of a convolution from c to")
	s.line("// k channels; nil if none were generated.")
	s.line("func filterKernels(c, k int) (points func(u, t, w []float32), taps func(w, u []float32)) {")
	s.line("switch [2]int{c, k} {")
	for _, f := range filterShapes {
		s.line("case [2]int{%d, %d}: return filterPoints%dx%d, filterTaps%dx%d", f[0], f[1], f[0], f[1], f[0], f[1])
	}
	s.line("}\nreturn nil, nil\n}\n")
	for _, f := range filterShapes {
		filterPointsFunc(s, f[0], f[1])
		filterTapsFunc(s, f[0], f[1])
	}
	return s
}

// filterPointsFunc writes U = GgG' for neighboring input channels of one output
// channel, into panels over output channels (u) and over input channels (t).
func filterPointsFunc(s *source, c, k int) {
	stride := c * k
	size := 35*stride + 1
	s.line("//go:norace\nfunc filterPoints%dx%d(u, t, w []float32) {", c, k)
	s.line("for len(u) >= %d && len(t) >= %d && len(w) >= 9 {", size, size)
	s.line("d, e, g := (*[%d]float32)(u), (*[%d]float32)(t), (*[9]float32)(w)", size, size)
	for j := range 3 {
		s.line("%s := filterPoints(g[%d], g[%d], g[%d])", each(count(6), func(a int) string { return fmt.Sprintf("t%d%d", a, j) }), j, 3+j, 6+j)
	}
	for a := range 6 {
		define := "="
		if a == 0 {
			define = ":="
		}
		s.line("%s %s filterPoints(t%d0, t%d1, t%d2)", each(count(6), func(b int) string { return fmt.Sprintf("v%d", b) }), define, a, a, a)
		for b := range 6 {
			s.line("d[%d], e[%d] = v%d, v%d", (a*6+b)*stride, (a*6+b)*stride, b, b)
		}
	}
	s.line("if len(u) < %d {\nbreak\n}", size+4)
	s.line("u, t, w = u[4:], t[1:], w[9:]\n}\n}\n")
}

// filterTapsFunc writes g = G'uG for neighboring output channels of one input
// channel.
func filterTapsFunc(s *source, c, k int) {
	stride := c * k
	size := 35*stride + 1
	s.line("//go:norace\nfunc filterTaps%dx%d(w, u []float32) {", c, k)
	s.line("for len(u) >= %d && len(w) >= 9 {", size)
	s.line("d, g := (*[%d]float32)(u), (*[9]float32)(w)", size)
	for b := range 6 {
		s.line("%s := filterTaps(%s)", each(count(3), func(i int) string { return fmt.Sprintf("t%d%d", i, b) }),
			each(count(6), func(a int) string { return fmt.Sprintf("d[%d]", (a*6+b)*stride) }))
	}
	for i := range 3 {
		s.line("g[%d], g[%d], g[%d] = filterTaps(%s)", 3*i, 3*i+1, 3*i+2,
			each(count(6), func(b int) string { return fmt.Sprintf("t%d%d", i, b) }))
	}
	s.line("if len(w) < %d {\nbreak\n}", 9*c)
	s.line("u, w = u[1:], w[%d:]\n}\n}\n", 9*c)
}
