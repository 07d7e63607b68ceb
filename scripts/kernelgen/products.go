package main

import "fmt"

// A tile of 2x4 sums and its operands fit the 16 float registers of amd64 and
// the 16 float variables of Go's WebAssembly.
const tileRows, tileCols = 2, 4

// parts returns in how many parts a sum of n products is made: at most 32 are
// added one after the other, then the parts. This keeps rounding errors low.
func parts(n int) int { return (n + 31) / 32 }

func rowsFile() *source {
	s := new(source)
	s.line("// rowsKernel returns the product of rows of k floats and a panel of 4 columns,")
	s.line("// written (or added) to rows of width floats; nil if there is none.")
	s.line("func rowsKernel(k, width int, add bool) func(c, a, p []float32) {")
	s.line("switch {")
	for _, r := range rowShapes {
		s.line("case k == %d && width == %d && add == %v: return %s", r.k, r.width, r.add, rowsName(r.k, r.width, r.add))
	}
	s.line("}\nreturn nil\n}\n")
	patchFunc(s)
	return s
}

// rowFiles are the products of rows, a file for each.
func rowFiles() map[string]*source {
	files := map[string]*source{}
	for _, r := range rowShapes {
		rowsFunc(fileOf(files, "%s_gen.go", rowsName(r.k, r.width, r.add)), r.k, r.width, r.add)
	}
	return files
}

// fileOf returns the file of that name, begun if it is new.
func fileOf(files map[string]*source, name string, sizes ...any) *source {
	name = fmt.Sprintf(name, sizes...)
	if files[name] == nil {
		files[name] = new(source)
	}
	return files[name]
}

// patchFunc writes the product of the first layer: rows are patches of one
// channel (9 of 10 floats), its sums begin with the bias, and what is floor or
// less becomes zero.
func patchFunc(s *source) {
	s.line("//go:norace\nfunc patches9x32(c, a, p, bias []float32, floor float32) {")
	s.line("q, b := (*[36]float32)(p), (*[4]float32)(bias)")
	s.line("for len(a) >= 20 && len(c) >= 64 {\nx, d := (*[20]float32)(a), (*[64]float32)(c)")
	tile(s, tileRows, 9, 1, func(i, r int) string { return fmt.Sprintf("x[%d]", r*10+i) },
		func(i, j int) string { return fmt.Sprintf("q[%d]", i*tileCols+j) })
	for r := range tileRows {
		for j := range tileCols {
			s.line("d[%d] = atLeast(s%d%d+b[%d], floor)", r*32+j, r, j, j)
		}
	}
	s.line("a, c = a[20:], c[64:]\n}\n}\n")
}

func rowsName(k, width int, add bool) string {
	if add {
		return fmt.Sprintf("rows%dx%dAdd", k, width)
	}
	return fmt.Sprintf("rows%dx%d", k, width)
}

// rowsFunc writes c[t][0:4] = sum over k of a[t][k]*p[k][0:4] for pairs of rows t
// and the last row by itself.
func rowsFunc(s *source, k, width int, add bool) {
	s.line("//go:norace\nfunc %s(c, a, p []float32) {", rowsName(k, width, add))
	s.line("q := (*[%d]float32)(p)", tileCols*k)
	for _, rows := range []int{tileRows, 1} {
		if rows == 1 && !add {
			break
		}
		s.line("for len(a) >= %d && len(c) >= %d {", rows*k, rows*width)
		s.line("x, d := (*[%d]float32)(a), (*[%d]float32)(c)", rows*k, rows*width)
		tile(s, rows, k, parts(k), func(i, r int) string { return fmt.Sprintf("x[%d]", r*k+i) },
			func(i, j int) string { return fmt.Sprintf("q[%d]", i*tileCols+j) })
		storeTile(s, rows, width, add)
		s.line("a, c = a[%d:], c[%d:]\n}", rows*k, rows*width)
	}
	s.line("}\n")
}

func outerFile() *source {
	s := new(source)
	s.line("// outerKernel returns the sum of outer products of the given number of rows of")
	s.line("// a (m floats) and b (n floats), added to two rows of c (n floats); nil if none.")
	s.line("func outerKernel(rows, m, n int) func(c, a, b []float32) {")
	s.line("switch [3]int{rows, m, n} {")
	for _, o := range outerShapes {
		s.line("case [3]int{%d, %d, %d}: return outer%dx%dx%d", o.rows, o.m, o.n, o.rows, o.m, o.n)
	}
	s.line("}\nreturn nil\n}\n")
	return s
}

// outerFiles are the sums of outer products, a file for each pair of lengths.
func outerFiles() map[string]*source {
	files := map[string]*source{}
	for _, o := range outerShapes {
		s := fileOf(files, "outer_%dx%d_gen.go", o.m, o.n)
		outerFunc(s, fmt.Sprintf("outer%dx%dx%d", o.rows, o.m, o.n), o.rows, parts(o.rows), o.m, o.n, true)
	}
	for _, l := range leafShapes {
		s := fileOf(files, "outer_leaves_gen.go")
		outerFunc(s, leafName(l.leaves, l.add), 16*l.leaves, l.leaves, l.m, l.n, l.add)
	}
	return files
}

func leafName(leaves int, add bool) string {
	return map[int]string{1: "oneLeaf", 2: "twoLeaves"}[leaves] + map[bool]string{true: "Add"}[add]
}

// outerFunc writes c[i][j] += sum over t of a[t][i]*b[t][j] for i < 2 and all j;
// without add the sum replaces c. The rows are summed in equal parts, which are
// then added. The slices move and the offsets are constants: an offset that moves
// costs two instructions a load in WebAssembly.
func outerFunc(s *source, name string, rows, parts, m, n int, add bool) {
	last := (rows-1)*n + tileCols
	s.line("//go:norace\nfunc %s(c, a, b []float32) {", name)
	s.line("x := (*[%d]float32)(a)", (rows-1)*m+tileRows)
	s.line("for len(b) >= %d && len(c) >= %d {", last, n+tileCols)
	s.line("y, d := (*[%d]float32)(b), (*[%d]float32)(c)", last, n+tileCols)
	tile(s, tileRows, rows, parts, func(t, r int) string { return fmt.Sprintf("x[%d]", t*m+r) },
		func(t, j int) string { return fmt.Sprintf("y[%d]", t*n+j) })
	storeTile(s, tileRows, n, add)
	s.line("b, c = b[%d:], c[%d:]\n}\n}\n", tileCols, tileCols)
}

// tile writes the sums over n products of the tile's rows and columns, made in
// parts; the first part's sums are s, those of the others u.
func tile(s *source, rows, n, parts int, row, col func(i, j int) string) {
	for i := range n {
		part, first, name := i*parts/n, i%(n/parts) == 0, 's'
		define, op := "=", "+="
		if i == 0 {
			define = ":="
		}
		if part > 0 {
			name = 'u'
		}
		if first && part < 2 {
			op = ":="
		} else if first {
			op = "="
		}
		s.line("%s %s %s", each(count(rows), func(r int) string { return fmt.Sprintf("x%d", r) }), define, each(count(rows), func(r int) string { return row(i, r) }))
		for j := range tileCols {
			if j == 1 {
				define = "="
			}
			s.line("t %s %s", define, col(i, j))
			sums := each(count(rows), func(r int) string { return fmt.Sprintf("%c%d%d", name, r, j) })
			if op == "+=" {
				s.line("%s = %s", sums, each(count(rows), func(r int) string { return fmt.Sprintf("%[1]c%[2]d%[3]d+float32(x%[2]d*t)", name, r, j) }))
			} else {
				s.line("%s %s %s", sums, op, each(count(rows), func(r int) string { return fmt.Sprintf("float32(x%d*t)", r) }))
			}
		}
		if part == 0 || (i+1)%(n/parts) != 0 {
			continue
		}
		for r := range rows {
			for j := range tileCols {
				s.line("s%d%d += u%d%d", r, j, r, j)
			}
		}
	}
}

func storeTile(s *source, rows, width int, add bool) {
	op := "="
	if add {
		op = "+="
	}
	for r := range rows {
		for j := range tileCols {
			s.line("d[%d] %s s%d%d", r*width+j, op, r, j)
		}
	}
}
