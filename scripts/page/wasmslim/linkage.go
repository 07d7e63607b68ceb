package wasmslim

import (
	"encoding/binary"
	"slices"
)

// linkage is what joins the functions of a program: its sections, and the
// runtime's table.
type linkage struct {
	shared
	types, functions *section
	plain            []bool // which functions are called as Go's are
	table            functions
	on               map[string]bool
	layouts          map[int]layout // of the functions with new numbers
}

var (
	goSignature    = []byte{0x60, 1, typeI32, 1, typeI32} // a block's number, and whether to leave
	pushSignature  = []byte{0x60, 2, typeI32, typeI32, 1, typeI32}
	startSignature = []byte{0x60, 0, 0}
)

// linkage reads what is needed to change how functions call each other, and
// returns nil where something is not as Go's linker makes it.
func (m module) linkage(table functions) *linkage {
	l := &linkage{table: table, layouts: map[int]layout{}}
	var known [3]bool
	var imports *section
	l.types, known[0] = m.only(typeSection)
	imports, known[1] = m.only(importSection)
	l.functions, known[2] = m.only(functionSection)
	if slices.Contains(known[:], false) {
		return nil
	}
	types, ok1 := vector(l.types.body, signature)
	imported, ok2 := vector(imports.body, imported)
	own, ok3 := vector(l.functions.body, number)
	names, ok4 := table.names()
	goType := slices.IndexFunc(types, func(t []byte) bool { return slices.Equal(t, goSignature) })
	if !ok1 || !ok2 || !ok3 || !ok4 || goType < 0 || len(own) != len(names) {
		return nil
	}
	for _, f := range own {
		t, _ := binary.Uvarint(f)
		l.plain = append(l.plain, t == uint64(goType))
	}
	l.before = len(imported) + len(own)
	for name, target := range map[string]*int{
		"runtime.sigpanic": &l.sigpanic, "runtime.morestack": &l.morestack, "runtime.morestack_noctxt": &l.morestackNoContext,
	} {
		i := slices.Index(names, name)
		if i < 0 {
			return nil
		}
		*target = len(imported) + i
	}
	l.endless = map[int]bool{}
	for i, name := range names {
		if endless.MatchString(name) {
			l.endless[len(imported)+i] = true
		}
	}
	return l
}

// renumber gives the pieces of function i new numbers, where they are known.
func (l *linkage) renumber(all []instruction, i int) (numbered []instruction, ok bool) {
	if !l.plain[i] || !l.on["numbers"] {
		return all, false
	}
	calls, ok := findCalls(all, firstNumber+i)
	if !ok {
		return all, false
	}
	old, ok := l.table.layout(i)
	if !ok {
		return all, false
	}
	numbered, layout, ok := renumber(all, calls, l.shared, old)
	if ok {
		l.layouts[i] = layout
	}
	return numbered, ok
}

// link changes the calls of function i.
func (l *linkage) link(all []instruction, v *variables, i int) (linked []instruction, ok bool) {
	if !l.plain[i] || !l.on["calls"] {
		return all, false
	}
	calls, ok := findCalls(all, firstNumber+i)
	if !ok || len(calls) == 0 {
		return all, false
	}
	counts := func(call) bool { return false }
	if _, renumbered := l.layouts[i]; renumbered {
		counts = counting(all, calls)
	}
	return shorten(all, calls, l.shared, v, counts), true
}

// declare declares functions of these signatures behind all others.
func (l *linkage) declare(signatures ...[]byte) {
	types, _ := vector(l.types.body, signature)
	own, _ := vector(l.functions.body, number)
	for _, s := range signatures {
		i := slices.IndexFunc(types, func(t []byte) bool { return slices.Equal(t, s) })
		if i < 0 {
			i = len(types)
			types = append(types, s)
		}
		own = append(own, binary.AppendUvarint(nil, uint64(i)))
	}
	l.types.body, l.functions.body = appendVector(types), appendVector(own)
}

// start adds the function that restores, which is called first.
func (l *linkage) start(m module, r restorer) module {
	l.declare(startSignature)
	code, _ := m.only(codeSection)
	bodies, _ := vector(code.body, sized)
	code.body = appendVector(append(bodies, r.code()))
	first := section{startSection, binary.AppendUvarint(nil, uint64(l.number(sharedCount)))}
	at := slices.IndexFunc(m, func(s section) bool { return s.kind == elementSection || s.kind == codeSection })
	return slices.Insert(m, at, first)
}
