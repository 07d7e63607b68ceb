package wasmslim

import (
	"fmt"
	"slices"
)

// Passes are the names of all passes, in the order in which they are done. "lines" does
// nothing without "segments".
var Passes = []string{"segments", "lines", "offsets", "values"}

// Left says what of a program is not as this package knows it, as may be in a later Go,
// and stays as it was: the lines of traces, and the code of functions.
type Left struct{ Lines, Code bool }

// Program returns the smaller twin of a program of the Go linker, made by these passes.
func Program(program []byte, passes []string) (small []byte, left Left, err error) {
	for _, p := range passes {
		if !slices.Contains(Passes, p) {
			return nil, left, fmt.Errorf("%q is none of the passes %q", p, Passes)
		}
	}
	does := func(pass string) bool { return slices.Contains(passes, pass) }
	m, err := split(program)
	if err != nil {
		return nil, left, err
	}
	if left.Lines, err = m.slimData(does("segments"), does("lines")); err != nil {
		return nil, left, err
	}
	if way := (way{does("offsets"), does("values")}); way.offsets || way.values {
		left.Code = true
		if code, ok := m.only(codeSection); ok {
			better, found := improve(code.body, way)
			code.body, left.Code = better, !found
		}
	}
	return m.bytes(), left, nil
}

// slimData joins the segments of the data and drops the lines from the table of functions.
// Left says that there is no table that is known.
func (m module) slimData(segmentsToo, lines bool) (left bool, err error) {
	data, ok := m.only(dataSection)
	if !ok {
		return lines, nil
	}
	segments, err := read(data.body)
	if err != nil {
		return lines, err
	}
	if segmentsToo {
		segments = join(segments)
	}
	if lines {
		table, known := findFunctions(segments)
		left = !known || !table.dropLines()
	}
	data.body = write(segments)
	return left, nil
}
