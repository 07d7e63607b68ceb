package main

import (
	"fmt"
	"strings"
)

// points lists which of 8 or 6 interpolation points an output tile of so many
// pixels uses. A smaller tile's points are among those of the larger ones, so
// that all tiles of an image share one set of transformed weights.
var points = map[int]map[int][]int{
	8: {6: {0, 1, 2, 3, 4, 5, 6, 7}, 4: {0, 1, 2, 3, 4, 7}, 2: {0, 1, 2, 7}},
	6: {4: {0, 1, 2, 3, 4, 5}, 3: {0, 1, 2, 3, 5}, 2: {0, 1, 2, 5}},
}

// set returns the points of a tile of n pixels.
func (p plane) set(n int) []int { return points[p.points][n] }

// tiles returns how many tiles a side is cut into.
func (p plane) tiles() int { return (p.side-p.last)/p.full + 1 }

// stride returns the floats between the matrices of two points: not a power of
// two, which would put all of them into the same sets of the cache.
func (p plane) stride() int { return p.group*p.tiles()*p.tiles()*p.channels + 16 }

// size returns the floats from the first matrix's row to the last matrix's.
func (p plane) size() int { return (p.points*p.points-1)*p.stride() + 1 }

// cols returns the columns of the stored image.
func (p plane) cols() int { return (p.side+3)/4*4 + 2 }

// variants returns the kinds of tiles: height and width in pixels.
func (p plane) variants() [][2]int {
	if p.last == p.full {
		return [][2]int{{p.full, p.full}}
	}
	return [][2]int{{p.full, p.full}, {p.full, p.last}, {p.last, p.full}, {p.last, p.last}}
}

func has(set []int, v int) bool {
	for _, s := range set {
		if s == v {
			return true
		}
	}
	return false
}

// pixel names the element of the image at row i and column j of a tile.
func (p plane) pixel(i, j int) string { return fmt.Sprintf("d[%d]", (i*p.cols()+j)*p.channels) }

// point names the element of the tile's row in the matrix of points a and b. The
// rows of low tiles of full width begin later in the matrices of those points
// that narrow tiles have too: these are reached through the second slice.
func (p plane) point(t [2]int, a, b int) string {
	name := "m"
	if p.twoSlices(t) && has(p.set(p.last), b) {
		name = "m2"
	}
	return fmt.Sprintf("%s[%d]", name, (a*p.points+b)*p.stride())
}

func (p plane) twoSlices(t [2]int) bool { return t[0] == p.last && t[1] > p.last }

func tilesFile(p plane) *source {
	s := new(source)
	for _, t := range p.variants() {
		if p.input {
			p.inputFunc(s, t)
		}
		if p.output && p.forward {
			p.outputFunc(s, t)
		}
		if p.pool && p.forward {
			p.poolFunc(s, t)
		}
		if !p.backward {
			continue
		}
		if p.input {
			p.inputGradientFunc(s, t)
		}
		if p.output {
			p.outputGradientFunc(s, t)
		}
		if p.pool {
			p.poolGradientFunc(s, t)
		}
	}
	return s
}

func (p plane) name(kind string, t [2]int) string {
	return fmt.Sprintf("%s%dx%dof%dTile%dx%d", kind, p.channels, p.side, p.points, t[0], t[1])
}

// transform writes a function that loops over the channels of a tile of h x w
// pixels. Every slice moves by one and all offsets are constants.
func (p plane) transform(s *source, name string, t [2]int, h, w int, more, begin string, body func()) {
	span := ((h-1)*p.cols()+w-1)*p.channels + 1
	size := p.size()
	slices, cond, move := "x, v", "", "x[1:], v[1:]"
	if p.twoSlices(t) {
		slices, cond, move = "x, v, v2", fmt.Sprintf(" && len(v2) >= %d", size), "x[1:], v[1:], v2[1:]"
	}
	s.line("//go:norace\nfunc %s(x, v, v2 []float32%s) {", name, more)
	s.line("x = x[:%d]\n%s", span+p.channels-1, begin)
	s.line("for len(x) >= %d && len(v) >= %d%s {", span, size, cond)
	s.line("d, m := (*[%d]float32)(x), (*[%d]float32)(v)", span, size)
	if p.twoSlices(t) {
		s.line("m2 := (*[%d]float32)(v2)", size)
	}
	body()
	s.line("%s = %s", slices, move)
	s.line("}\n}\n")
}

// each joins the names that f gives to the elements of set.
func each(set []int, f func(i int) string) string {
	names := make([]string, len(set))
	for i, v := range set {
		names[i] = f(v)
	}
	return strings.Join(names, ", ")
}

func count(n int) []int {
	set := make([]int, n)
	for i := range set {
		set[i] = i
	}
	return set
}

// halves lists the one-dimensional transforms that stand in two functions because
// one would be too long to be inlined: a suffix, which results, which operands.
var halves = map[string][]struct {
	suffix        string
	left, operand []int
}{
	"inputPoints6of8":  {{"Near", []int{0, 1, 2, 7}, count(8)}, {"Far", []int{3, 4, 5, 6}, count(7)[1:]}},
	"inputPixels6of8":  {{"Even", []int{0, 2, 4, 6}, count(7)}, {"Odd", []int{1, 3, 5, 7}, count(8)[1:]}},
	"outputPoints6of8": {{"Near", []int{0, 1, 2, 7}, count(6)}, {"Far", []int{3, 4, 5, 6}, count(6)}},
	"inputPixels4of6":  {{"Even", []int{0, 2, 4}, count(6)}, {"Odd", []int{1, 3, 5}, count(6)}},
}

// call writes a one-dimensional transform of a tile of n pixels: the points or
// pixels in left, named by result, from those in right, named by operand.
func (p plane) call(s *source, kind string, n int, define string, left []int, result func(i int) string, right []int, operand func(i int) string) {
	name := fmt.Sprintf("%s%dof%d", kind, n, p.points)
	for _, h := range halves[name] {
		s.line("%s %s %s%s(%s)", each(h.left, result), define, name, h.suffix, each(h.operand, operand))
	}
	if halves[name] == nil {
		s.line("%s %s %s(%s)", each(left, result), define, name, each(right, operand))
	}
}

// column returns the names of a variable's elements in column j, row its rows'.
func column(j int) func(i int) string {
	return func(i int) string { return fmt.Sprintf("t%d%d", i, j) }
}
func row(i int) func(j int) string { return func(j int) string { return fmt.Sprintf("t%d%d", i, j) } }

// toPoints writes the transform of a tile's pixels to its points, first along
// columns, then along rows.
func (p plane) toPoints(s *source, name, kind string, t [2]int, h, w int) {
	rows, cols := p.set(t[0]), p.set(t[1])
	p.transform(s, name, t, h, w, "", "", func() {
		for j := range w {
			p.call(s, kind, t[0], ":=", rows, column(j), count(h), func(i int) string { return p.pixel(i, j) })
		}
		for _, a := range rows {
			p.call(s, kind, t[1], "=", cols, func(b int) string { return p.point(t, a, b) }, count(w), row(a))
		}
	})
}

// toPixels writes the transform of a tile's points to its pixels, which store
// writes.
func (p plane) toPixels(s *source, name, kind string, t [2]int, h, w int, more, begin, each string, store func(pixel string, j int)) {
	rows, cols := p.set(t[0]), p.set(t[1])
	p.transform(s, name, t, h, w, more, begin, func() {
		if each != "" {
			s.line("%s", each)
		}
		for _, b := range cols {
			p.call(s, kind, t[0], ":=", count(h), column(b), rows, func(a int) string { return p.point(t, a, b) })
		}
		for i := range h {
			define := "="
			if i == 0 {
				define = ":="
			}
			p.call(s, kind, t[1], define, count(w), func(j int) string { return fmt.Sprintf("e%d", j) }, cols, row(i))
			for j := range w {
				store(p.pixel(i, j), j)
			}
		}
	})
}

// inputFunc writes V = B'dB: the pixels of an input tile to its points.
func (p plane) inputFunc(s *source, t [2]int) {
	p.toPoints(s, p.name("input", t), "inputPoints", t, t[0]+2, t[1]+2)
}

// inputGradientFunc writes d += BVB': points to the gradient of an input tile's
// pixels, added because tiles overlap.
func (p plane) inputGradientFunc(s *source, t [2]int) {
	p.toPixels(s, p.name("inputGradient", t), "inputPixels", t, t[0]+2, t[1]+2, "", "", "",
		func(pixel string, j int) { s.line("%s += e%d", pixel, j) })
}

// outputFunc writes y = A'MA + bias: points to an output tile's pixels.
func (p plane) outputFunc(s *source, t [2]int) {
	p.toPixels(s, p.name("output", t), "outputPixels", t, t[0], t[1],
		", bias []float32, floor float32", fmt.Sprintf("bias = bias[:%d]", p.channels),
		"if len(bias) < 1 {\nbreak\n}\nb0 := bias[0]\nbias = bias[1:]",
		func(pixel string, j int) { s.line("%s = atLeast(e%d + b0, floor)", pixel, j) })
}

// outputGradientFunc writes M = A dy A': the gradient of an output tile's pixels
// to its points.
func (p plane) outputGradientFunc(s *source, t [2]int) {
	p.toPoints(s, p.name("outputGradient", t), "outputPoints", t, t[0], t[1])
}

// planesFile writes the function that finds a plane's transforms.
func planesFile() *source {
	s := new(source)
	s.line("// planeOf returns how images of so many channels and pixels a side are cut into")
	s.line("// tiles and transformed with so many points; nil if no transform was generated for them.")
	s.line("func planeOf(points, channels, side int) *plane {\nswitch [3]int{points, channels, side} {")
	for _, p := range planes {
		s.line("case [3]int{%d, %d, %d}:\nreturn &plane{", p.points, p.channels, p.side)
		s.line("channels: %d, side: %d, group: %d, stride: %d, points: %d, full: %d, last: %d,",
			p.channels, p.side, p.group, p.stride(), p.points, p.full, p.last)
		p.list(s, p.input, "input", "transform")
		p.list(s, p.input && p.backward, "inputGradient", "transform")
		p.list(s, p.output && p.forward, "output", "outputTransform")
		p.list(s, p.output && p.backward, "outputGradient", "transform")
		p.list(s, p.pool && p.forward, "outputPool", "poolTransform")
		p.list(s, p.pool && p.backward, "poolGradient", "poolGradientTransform")
		s.line("}")
	}
	s.line("}\nreturn nil\n}")
	return s
}

// list writes a plane's transforms of one kind, if it has them.
func (p plane) list(s *source, there bool, kind, goType string) {
	if !there {
		return
	}
	var names []string
	for _, t := range p.variants() {
		names = append(names, p.name(kind, t))
	}
	for len(names) < 4 {
		names = append(names, names[0])
	}
	s.line("%s: [4]%s{%s},", kind, goType, strings.Join(names, ", "))
}
