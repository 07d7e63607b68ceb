package wasmslim

import "encoding/binary"

// improve makes better code of every function of a code section. One with an instruction
// that is not known stays as it is; all do, and the answer is false, where the
// section is not read or there is nothing to improve. Without a linkage, calls stay
// as they are.
func improve(body []byte, l *linkage, on map[string]bool) (better []byte, ok bool) {
	functions, known := vector(body, sized)
	if !known || l != nil && len(functions) != l.table.count {
		return body, false
	}
	for i, f := range functions {
		improved, found := improveFunction(f[number(f):], l, i, on)
		ok = ok || found
		functions[i] = withSize(improved)
	}
	if !ok {
		return body, false
	}
	if l != nil {
		functions = append(functions, l.code()...)
	}
	return appendVector(functions), true
}

// improveFunction does so for one function: the declaration of its variables, and its code.
func improveFunction(f []byte, l *linkage, i int, on map[string]bool) (better []byte, found bool) {
	v, ok := readVariables(f)
	if !ok {
		return f, false
	}
	all, ok := decode(f[v.end:])
	if !ok {
		return f, false
	}
	for again := on["offsets"]; again; found = found || again { // one sum may be hidden behind another
		all, again = foldOffsets(all)
	}
	var joined, linked, straight, forwarded, returned, dead bool
	if on["jumps"] {
		all, straight = straighten(all)
	}
	if l != nil && v.pointer {
		all, joined = l.renumber(all, i)
	}
	if on["values"] {
		all, forwarded = forward(all, &v)
	}
	if l != nil && v.pointer {
		all, linked = l.link(all, &v, i)
	}
	if on["returns"] {
		all, returned = shortenReturns(all)
	}
	if on["dead"] {
		all, dead = dropDead(all)
	}
	if !dead && !returned && !found && !straight && !joined && !forwarded && !linked {
		return f, false
	}
	return append(v.write(f), encode(all)...), true
}

// variables are a function's, by WebAssembly's word its locals.
type variables struct {
	end    int    // of their declaration
	groups uint64 // of one type each
	first  int    // where the first group begins
	count  int64  // without parameters
	added  int64  // more of i64
	// Whether the first group is of i32: the stack pointer is of it in all functions
	// that have one.
	pointer bool
	own     bool // one more in the first group, behind the stack pointer
}

func readVariables(f []byte) (v variables, ok bool) {
	v.groups, v.end = binary.Uvarint(f)
	if v.end <= 0 {
		return v, false
	}
	v.first = v.end
	for range v.groups {
		n, size := binary.Uvarint(f[v.end:])
		if size <= 0 || n > 1<<20 || v.end+size >= len(f) {
			return v, false
		}
		v.count += int64(n)
		v.end += size + 1
		if v.count == int64(n) {
			v.pointer = n > 0 && f[v.end-1] == typeI32
		}
	}
	return v, true
}

const (
	typeI32 = 0x7f
	typeI64 = 0x7e
)

// write declares those of f and those that were added.
func (v variables) write(f []byte) []byte {
	groups, first := v.groups, f[v.first:v.end]
	if v.added > 0 {
		groups++
	}
	d := binary.AppendUvarint(nil, groups)
	if v.own {
		n, size := binary.Uvarint(first)
		d = binary.AppendUvarint(d, n+1)
		first = first[size:]
	}
	d = append(d, first...)
	if v.added > 0 {
		d = append(binary.AppendUvarint(d, uint64(v.added)), typeI64)
	}
	return d
}
