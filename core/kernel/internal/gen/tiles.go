package main

import (
	"fmt"
	"strings"
)

// points lists, for an output tile of 2, 3 or 4 pixels a side, which of the six
// interpolation points 0, 1, -1, 2, -2 and infinity (numbers 0 to 5) it uses. A
// smaller tile's points are among those of the larger one, so that all tiles
// share one set of transformed weights.
var points = map[int][]int{2: {0, 1, 2, 5}, 3: {0, 1, 2, 3, 5}, 4: {0, 1, 2, 3, 4, 5}}

func (p plane) last() int { return p.tiles[len(p.tiles)-1] }

// stride returns the floats between the matrices of two points: not a power of
// two, which would put all 36 into the same sets of the cache.
func (p plane) stride() int { return p.group*len(p.tiles)*len(p.tiles)*p.channels + 16 }

// cols returns the columns of the stored image.
func (p plane) cols() int { return (p.side+3)/4*4 + 2 }

// variants returns the kinds of tiles: height and width in pixels.
func (p plane) variants() [][2]int {
	if p.last() == 4 {
		return [][2]int{{4, 4}}
	}
	return [][2]int{{4, 4}, {4, p.last()}, {p.last(), 4}, {p.last(), p.last()}}
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
	if p.twoSlices(t) && has(points[p.last()], b) {
		name = "m2"
	}
	return fmt.Sprintf("%s[%d]", name, (a*6+b)*p.stride())
}

func (p plane) twoSlices(t [2]int) bool { return t[0] != 4 && t[1] == 4 }

func tilesFile(p plane) *source {
	s := new(source)
	for _, t := range p.variants() {
		if p.input {
			p.inputFunc(s, t)
			p.inputGradientFunc(s, t)
		}
		if p.output {
			p.outputFunc(s, t)
			p.outputGradientFunc(s, t)
		}
	}
	return s
}

func (p plane) name(kind string, t [2]int) string {
	return fmt.Sprintf("%s%dx%dTile%dx%d", kind, p.channels, p.side, t[0], t[1])
}

// transform writes a function that loops over the channels of a tile of h x w
// pixels. Every slice moves by one and all offsets are constants.
func (p plane) transform(s *source, name string, t [2]int, h, w int, more, begin string, body func()) {
	span := ((h-1)*p.cols()+w-1)*p.channels + 1
	size := 35*p.stride() + 1
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

// inputFunc writes V = B'dB: the pixels of an input tile to its points.
func (p plane) inputFunc(s *source, t [2]int) {
	rows, cols := points[t[0]], points[t[1]]
	p.transform(s, p.name("input", t), t, t[0]+2, t[1]+2, "", "", func() {
		for j := range t[1] + 2 {
			s.line("%s := inputPoints%d(%s)", each(rows, func(a int) string { return fmt.Sprintf("t%d%d", a, j) }),
				t[0], each(count(t[0]+2), func(i int) string { return p.pixel(i, j) }))
		}
		for _, a := range rows {
			s.line("%s = inputPoints%d(%s)", each(cols, func(b int) string { return p.point(t, a, b) }),
				t[1], each(count(t[1]+2), func(j int) string { return fmt.Sprintf("t%d%d", a, j) }))
		}
	})
}

// inputGradientFunc writes d += BVB': points to the gradient of an input tile's
// pixels, added because tiles overlap.
func (p plane) inputGradientFunc(s *source, t [2]int) {
	rows, cols := points[t[0]], points[t[1]]
	p.transform(s, p.name("inputGradient", t), t, t[0]+2, t[1]+2, "", "", func() {
		for _, b := range cols {
			s.line("%s := inputPixels%d(%s)", each(count(t[0]+2), func(i int) string { return fmt.Sprintf("t%d%d", i, b) }),
				t[0], each(rows, func(a int) string { return p.point(t, a, b) }))
		}
		for i := range t[0] + 2 {
			define := "="
			if i == 0 {
				define = ":="
			}
			s.line("%s %s inputPixels%d(%s)", each(count(t[1]+2), func(j int) string { return fmt.Sprintf("e%d", j) }),
				define, t[1], each(cols, func(b int) string { return fmt.Sprintf("t%d%d", i, b) }))
			for j := range t[1] + 2 {
				s.line("%s += e%d", p.pixel(i, j), j)
			}
		}
	})
}

// outputFunc writes y = A'MA + bias: points to an output tile's pixels.
func (p plane) outputFunc(s *source, t [2]int) {
	rows, cols := points[t[0]], points[t[1]]
	begin := fmt.Sprintf("bias = bias[:%d]", p.channels)
	p.transform(s, p.name("output", t), t, t[0], t[1], ", bias []float32, relu uint32", begin, func() {
		s.line("if len(bias) < 1 {\nbreak\n}\nb0 := bias[0]\nbias = bias[1:]")
		for _, b := range cols {
			s.line("%s := outputPixels%d(%s)", each(count(t[0]), func(i int) string { return fmt.Sprintf("t%d%d", i, b) }),
				t[0], each(rows, func(a int) string { return p.point(t, a, b) }))
		}
		for i := range t[0] {
			define := "="
			if i == 0 {
				define = ":="
			}
			s.line("%s %s outputPixels%d(%s)", each(count(t[1]), func(j int) string { return fmt.Sprintf("e%d", j) }),
				define, t[1], each(cols, func(b int) string { return fmt.Sprintf("t%d%d", i, b) }))
			for j := range t[1] {
				s.line("%s = activate(e%d + b0, relu)", p.pixel(i, j), j)
			}
		}
	})
}

// outputGradientFunc writes M = A dy A': the gradient of an output tile's pixels
// to its points.
func (p plane) outputGradientFunc(s *source, t [2]int) {
	rows, cols := points[t[0]], points[t[1]]
	p.transform(s, p.name("outputGradient", t), t, t[0], t[1], "", "", func() {
		for j := range t[1] {
			s.line("%s := outputPoints%d(%s)", each(rows, func(a int) string { return fmt.Sprintf("t%d%d", a, j) }),
				t[0], each(count(t[0]), func(i int) string { return p.pixel(i, j) }))
		}
		for _, a := range rows {
			s.line("%s = outputPoints%d(%s)", each(cols, func(b int) string { return p.point(t, a, b) }),
				t[1], each(count(t[1]), func(j int) string { return fmt.Sprintf("t%d%d", a, j) }))
		}
	})
}

// planesFile writes the function that finds a plane's transforms.
func planesFile() *source {
	s := new(source)
	s.line("// planeOf returns how images of so many channels and pixels a side are cut into")
	s.line("// tiles and transformed; nil if no transform was generated for them.")
	s.line("func planeOf(channels, side int) *plane {\nswitch [2]int{channels, side} {")
	for _, p := range planes {
		s.line("case [2]int{%d, %d}:\nreturn &plane{", p.channels, p.side)
		s.line("channels: %d, side: %d, group: %d, stride: %d, full: %d, last: %d,", p.channels, p.side, p.group, p.stride(),
			strings.Count(fmt.Sprint(p.tiles), "4"), p.last()&3)
		for _, kind := range []string{"input", "inputGradient", "output", "outputGradient"} {
			if p.input && kind[0] == 'i' || p.output && kind[0] == 'o' {
				names := make([]string, 0, 4)
				for _, t := range p.variants() {
					names = append(names, p.name(kind, t))
				}
				s.line("%s: %s{%s},", kind, map[bool]string{true: "[4]outputTransform", false: "[4]transform"}[kind == "output"], strings.Join(names, ", "))
			}
		}
		s.line("}")
	}
	s.line("}\nreturn nil\n}")
	return s
}
