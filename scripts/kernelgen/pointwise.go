package main

import (
	"fmt"
	"strings"
)

const (
	flatBlock    = 16 // elements a time where all are treated alike
	channelBlock = 32 // channels a time where every channel has its own numbers
)

// loop is an elementwise kernel: its slices, each with the name of its block, and
// the text for element %[1]d.
type loop struct {
	name, doc string
	slices    []string // they move; the first letter names the block
	fixed     []string // numbers of each channel
	more      string
	body      string
}

var flatLoops = []loop{
	{name: "rectifyBlocks", doc: "replaces what is zero or less by zero", slices: []string{"x"},
		body: "X[%[1]d] = atLeast(X[%[1]d], 0)"},
	{name: "maskBlocks", doc: "sets d to zero where y is zero or less", slices: []string{"d", "y"},
		body: "D[%[1]d] = keepAbove(D[%[1]d], Y[%[1]d], 0)"},
	{name: "scaleBlocks", doc: "multiplies x by s", slices: []string{"x", "s"},
		body: "X[%[1]d] *= S[%[1]d]"},
	{name: "addBlocks", doc: "adds y to x", slices: []string{"x", "y"},
		body: "X[%[1]d] += Y[%[1]d]"},
}

var channelLoops = []loop{
	{name: "scaleChannelBlock", doc: "multiplies channels by s", slices: []string{"x"}, fixed: []string{"s"},
		body: "X[%[1]d] *= S[%[1]d]"},
	{name: "addChannelBlock", doc: "adds s to channels", slices: []string{"x"}, fixed: []string{"s"}, more: ", floor float32",
		body: "X[%[1]d] = atLeast(X[%[1]d]+S[%[1]d], floor)"},
	{name: "affineBlock", doc: "writes x*s + t, at least floor", slices: []string{"y", "x"}, fixed: []string{"s", "t"}, more: ", floor float32",
		body: "Y[%[1]d] = atLeast(float32(X[%[1]d]*S[%[1]d])+T[%[1]d], floor)"},
	{name: "gradientBlock", doc: "writes d*s + x*t + u", slices: []string{"z", "d", "x"}, fixed: []string{"s", "t", "u"},
		body: "Z[%[1]d] = float32(D[%[1]d]*S[%[1]d]) + float32(X[%[1]d]*T[%[1]d]) + U[%[1]d]"},
}

// statsChannels lists the channel counts that have sums of their own; a sum runs
// over 7 pixels at a time, since 7 divides every side.
var statsChannels = []int{32, 64, 128}

// sumChannels lists the channel counts whose sums over a row, 7 pixels at a time, the
// gradient of a bias needs.
var sumChannels = []int{32, 64}

// flatShapes lists the channels and the side of what is flattened.
var flatShapes = []struct{ channels, side int }{{64, 14}}

func pointwiseFile() *source {
	s := new(source)
	for _, l := range flatLoops {
		l.write(s, flatBlock, "")
	}
	for _, l := range channelLoops {
		l.write(s, channelBlock, ", stride int")
	}
	for _, c := range statsChannels {
		statsFunc(s, c)
		gradientStatsFunc(s, c)
	}
	for _, c := range sumChannels {
		sumsFunc(s, c)
	}
	for _, f := range flatShapes {
		flattenFuncs(s, f.channels, f.side)
	}
	return s
}

// sumsFunc sums eight channels over a row of pixels.
func sumsFunc(s *source, c int) {
	const some = 8
	sums := each(count(some), func(j int) string { return fmt.Sprintf("s%d", j) })
	s.line("// sums%d adds the sums of eight channels over a row of pixels to sum.\n//", c)
	s.line("//go:norace\nfunc sums%d(sum *[%d]float32, x []float32) {", c, some)
	s.line("var %s float32", sums)
	s.line("for len(x) >= %d {\nv := (*[%d]float32)(x)", 6*c+some, 6*c+some)
	for p := range 7 {
		for j := range some {
			s.line("s%d += v[%d]", j, p*c+j)
		}
	}
	s.line("if len(x) < %d {\nbreak\n}\nx = x[%d:]\n}", 7*c, 7*c)
	for j := range some {
		s.line("sum[%d] += s%d", j, j)
	}
	s.line("}\n")
}

// flattenFuncs copy four channels of a row of pixels to their places in a vector,
// and back.
func flattenFuncs(s *source, channels, side int) {
	const some = 4
	name := fmt.Sprintf("latten%dx%d", channels, side)
	blocks := fmt.Sprintf("Y, X := (*[%d]float32)(y), (*[%d]float32)(x)", (some-1)*side*side+side, (side-1)*channels+some)
	to, from := new(source), new(source)
	for c := range some {
		for col := range side {
			y, x := c*side*side+col, col*channels+c
			to.line("Y[%d] = X[%d]", y, x)
			from.line("X[%d] = Y[%d]", x, y)
		}
	}
	s.line("// f%s copies four channels of a row of pixels x to y, where each has its plane.\n//", name)
	s.line("//go:norace\nfunc f%s(y, x []float32) {\n%s\n%s}\n", name, blocks, to)
	s.line("// unf%s copies them back.\n//\n//go:norace\nfunc unf%s(x, y []float32) {\n%s\n%s}\n", name, name, blocks, from)
}

// write writes the loop over blocks of size elements. With stride the slices move
// by that much, from pixel to pixel.
func (l loop) write(s *source, size int, stride string) {
	params, conditions, blocks, names := strings.Join(append(append([]string{}, l.slices...), l.fixed...), ", "), []string{}, []string{}, []string{}
	for _, n := range l.slices {
		conditions = append(conditions, fmt.Sprintf("len(%s) >= %d", n, size))
		blocks = append(blocks, fmt.Sprintf("(*[%d]float32)(%s)", size, n))
		names = append(names, strings.ToUpper(n))
	}
	s.line("// %s %s.\n//\n//go:norace\nfunc %s(%s []float32%s%s) {", l.name, l.doc, l.name, params, l.more, stride)
	for _, n := range l.fixed {
		s.line("%s := (*[%d]float32)(%s)", strings.ToUpper(n), size, n)
	}
	s.line("for %s {\n%s := %s", strings.Join(conditions, " && "), strings.Join(names, ", "), strings.Join(blocks, ", "))
	for i := range size {
		s.line(l.body, i)
	}
	step := fmt.Sprint(size)
	if stride != "" {
		step = "stride"
		var short []string
		for _, n := range l.slices {
			short = append(short, fmt.Sprintf("len(%s) < stride", n))
		}
		s.line("if stride < 0 || %s {\nbreak\n}", strings.Join(short, " || "))
	}
	for _, n := range l.slices {
		s.line("%s = %s[%s:]", n, n, step)
	}
	s.line("}\n}\n")
}

// statsFunc sums four channels, and their squares, over a row of pixels.
func statsFunc(s *source, c int) {
	span := 6*c + 4
	s.line("// stats%d adds four channels of a row of pixels to sum, their squares to square.\n//", c)
	s.line("//go:norace\nfunc stats%d(sum, square *[4]float64, x []float32) {", c)
	s.line("for len(x) >= %d {\nv := (*[%d]float32)(x)", span, span)
	for j := range 4 {
		s.line("s%d, q%d := 0.0, 0.0", j, j)
	}
	for p := range 7 {
		for j := range 4 {
			define := "="
			if p == 0 && j == 0 {
				define = ":="
			}
			s.line("w %s float64(v[%d])\ns%d += w\nq%d += float64(w*w)", define, p*c+j, j, j)
		}
	}
	for j := range 4 {
		s.line("sum[%d] += s%d\nsquare[%d] += q%d", j, j, j, j)
	}
	s.line("if len(x) < %d {\nbreak\n}\nx = x[%d:]\n}\n}\n", 7*c, 7*c)
}

// gradientStatsFunc sums four channels of d, and of d*(x-mean), over a row.
func gradientStatsFunc(s *source, c int) {
	span := 6*c + 4
	s.line("// gradientStats%d sets four channels of a row of d to zero where y is not above\n// floor, and adds d to sum, d*(x-mean) to product.\n//", c)
	s.line("//go:norace\nfunc gradientStats%d(sum, product *[4]float64, d, y, x []float32, mean *[4]float32, floor float32) {", c)
	s.line("m0, m1, m2, m3 := mean[0], mean[1], mean[2], mean[3]")
	s.line("for len(d) >= %d && len(y) >= %d && len(x) >= %d {", span, span, span)
	s.line("D, Y, X := (*[%d]float32)(d), (*[%d]float32)(y), (*[%d]float32)(x)", span, span, span)
	for j := range 4 {
		s.line("s%d, q%d := 0.0, 0.0", j, j)
	}
	for p := range 7 {
		for j := range 4 {
			define := "="
			if p == 0 && j == 0 {
				define = ":="
			}
			i := p*c + j
			s.line("k %s keepAbove(D[%d], Y[%d], floor)\nD[%d] = k\ng %s float64(k)", define, i, i, i, define)
			s.line("s%d += g\nq%d += float64(g * float64(X[%d]-m%d))", j, j, i, j)
		}
	}
	for j := range 4 {
		s.line("sum[%d] += s%d\nproduct[%d] += q%d", j, j, j, j)
	}
	s.line("if len(d) < %d || len(y) < %d || len(x) < %d {\nbreak\n}\nd, y, x = d[%d:], y[%d:], x[%d:]\n}\n}\n", 7*c, 7*c, 7*c, 7*c, 7*c, 7*c)
}
