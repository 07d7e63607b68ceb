package main

import "fmt"

// Every Winograd convolution's backward points, input and output channels.
var filterShapes = [][3]int{{8, 32, 32}, {8, 32, 64}, {8, 64, 64}, {6, 64, 128}, {6, 128, 128}}

// filtersFile writes the transforms of weights, and of their gradients back.
func filtersFile() *source {
	s := new(source)
	s.line("// filterKernelsOf returns the transforms of the weights of a convolution from c to")
	s.line("// k channels: to 6 points forward, and to n points backward; nil if none were")
	s.line("// generated.")
	s.line("func filterKernelsOf(n, c, k int) *filterKernels {")
	s.line("switch [3]int{n, c, k} {")
	for _, f := range filterShapes {
		s.line("case [3]int{%d, %d, %d}: return &filterKernels{forwardFilter%dx%d, backwardFilter%dx%d, filterTaps%dx%d, %d}",
			f[0], f[1], f[2], f[1], f[2], f[1], f[2], f[1], f[2], filterStride(f[1], f[2]))
	}
	s.line("}\nreturn nil\n}\n")
	for _, f := range filterShapes {
		filterPointsFunc(s, "forwardFilter", 6, f[1], f[2], 4)
		filterPointsFunc(s, "backwardFilter", f[0], f[1], f[2], 1)
		filterTapsFunc(s, f[0], f[1], f[2])
	}
	return s
}

// filterStride returns the floats between the matrices of two points: not a power of
// two, for then the 36 or 64 numbers of a filter would share a few lines of the caches.
func filterStride(c, k int) int { return c*k + 16 }

// filterPointsFunc writes U = GgG' for neighboring input channels of one output
// channel, step floats apart: into panels over output channels (4) or over input
// channels (1).
func filterPointsFunc(s *source, name string, n, c, k, step int) {
	stride := filterStride(c, k)
	size := (n*n-1)*stride + 1
	s.line("//go:norace\nfunc %s%dx%d(u, w []float32) {", name, c, k)
	s.line("for len(u) >= %d && len(w) >= 9 {", size)
	s.line("d, g := (*[%d]float32)(u), (*[9]float32)(w)", size)
	for j := range 3 {
		s.line("%s := filterPointsOf%d(g[%d], g[%d], g[%d])", each(count(n), column(j)), n, j, 3+j, 6+j)
	}
	for a := range n {
		s.line("%s = filterPointsOf%d(t%d0, t%d1, t%d2)",
			each(count(n), func(b int) string { return fmt.Sprintf("d[%d]", (a*n+b)*stride) }), n, a, a, a)
	}
	if step > 1 {
		s.line("if len(u) < %d {\nbreak\n}", step)
	}
	s.line("u, w = u[%d:], w[9:]\n}\n}\n", step)
}

// filterTapsFunc writes g = G'uG for neighboring output channels of one input
// channel.
func filterTapsFunc(s *source, n, c, k int) {
	stride := filterStride(c, k)
	size := (n*n-1)*stride + 1
	s.line("//go:norace\nfunc filterTaps%dx%d(w, u []float32) {", c, k)
	s.line("for len(u) >= %d && len(w) >= 9 {", size)
	s.line("d, g := (*[%d]float32)(u), (*[9]float32)(w)", size)
	for b := range n {
		s.line("%s := filterTapsOf%d(%s)", each(count(3), func(i int) string { return fmt.Sprintf("t%d%d", i, b) }), n,
			each(count(n), func(a int) string { return fmt.Sprintf("d[%d]", (a*n+b)*stride) }))
	}
	for i := range 3 {
		s.line("g[%d], g[%d], g[%d] = filterTapsOf%d(%s)", 3*i, 3*i+1, 3*i+2, n,
			each(count(n), func(b int) string { return fmt.Sprintf("t%d%d", i, b) }))
	}
	s.line("if len(w) < %d {\nbreak\n}", 9*c)
	s.line("u, w = u[1:], w[%d:]\n}\n}\n", 9*c)
}
