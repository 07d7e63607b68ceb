// Package wasmslim makes the Go linker's WebAssembly programs smaller to download,
// and faster. What the program computes stays the same, bit by bit.
//
// In the data:
//
//   - The linker leaves out every run of zeros, which makes tens of thousands of
//     segments, each with an address that does not compress. [join] joins them:
//     zeros compress to nothing.
//   - A fifth says from which line of which file every instruction comes. A panic's
//     trace keeps the names of functions and loses the lines ([functions.rewrite]).
//   - A sixth of what is left, compressed, can be worked out, and is when the
//     program starts ([functions.blank]).
//
// In the code:
//
//   - Go's compiler adds up the address of every float32 and float64 that it loads
//     or stores, and sends some values through memory ([foldOffsets], [forward]).
//   - It jumps by way of a table of branches, forward too ([straighten]), and numbers the
//     targets in a way of every function's own ([renumber]).
//   - It writes out every call in thirteen instructions, with two constants that are
//     different in each ([shorten]).
package wasmslim

// Left says what of a program is not as this package knows it, as may be in a
// later Go, and stays as it was: the lines of traces, the code of functions, how
// they call each other, and what could be worked out.
type Left struct{ Lines, Code, Calls, Order bool }

// Passes are the names of all passes, in the order in which they are done.
var Passes = []string{"segments", "lines", "names", "facts", "offsets", "jumps", "numbers", "values", "calls", "returns", "dead", "restore"}

// Program returns the smaller twin of a program of the Go linker, with these passes.
func Program(program []byte, passes []string) (small []byte, left Left, err error) {
	left = Left{true, true, true, true}
	m, err := split(program)
	if err != nil {
		return nil, left, err
	}
	on := map[string]bool{}
	for _, p := range passes {
		on[p] = true
	}
	var segments []segment
	data, hasData := m.only(dataSection)
	if hasData {
		if segments, err = read(data.body); err != nil {
			return nil, left, err
		}
		if on["segments"] {
			segments = join(segments)
		}
	}
	table, known := findFunctions(segments)
	table.shorten, table.plainly = on["names"], on["lines-plainly"]
	table.inlined = on["inlined"]
	lines := on["lines"] || table.plainly
	var l *linkage
	if known && (on["calls"] || on["numbers"] || on["restore"]) {
		if l = m.linkage(table); l != nil {
			l.on = on
		}
	}
	facts := table.traceFacts()
	if code, ok := m.only(codeSection); ok {
		better, found := improve(code.body, l, on)
		if l != nil && (!found || lines && !table.rewrite(l.layouts)) {
			l = nil
			better, found = improve(code.body, nil, on)
		}
		code.body, left.Code = better, !found
	}
	left.Calls = l == nil
	left.Lines = left.Calls && !(known && lines && table.rewrite(nil))
	if !left.Lines && on["facts"] {
		for _, fact := range facts {
			clear(fact)
		}
	}
	if !left.Calls {
		l.declare(pushSignature, goSignature, goSignature, goSignature) // push, fault, grow, growNoContext
		if on["restore"] {
			if r, ok := table.blank(); ok {
				left.Order = false
				m = l.start(m, r)
			}
		}
	}
	if data, ok := m.only(dataSection); ok {
		if on["segments"] {
			segments = part(segments)
		}
		data.body = write(segments)
	}
	return m.bytes(), left, nil
}
