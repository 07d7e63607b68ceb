package wasmslim

import "encoding/binary"

// improve makes better code of every function of a code section, in this way. One with
// an instruction that is not known stays as it is; all do, and the answer is false, where
// the section is not read or there is nothing to improve.
func improve(body []byte, way way) (better []byte, ok bool) {
	functions, known := vector(body, sized)
	if !known {
		return body, false
	}
	for i, f := range functions {
		improved, found := improveFunction(f[number(f):], way)
		ok = ok || found
		functions[i] = withSize(improved)
	}
	if !ok {
		return body, false
	}
	return appendVector(functions), true
}

// way says which passes are done on code.
type way struct{ offsets, values bool }

// improveFunction does so for one function: the declaration of its variables, and its code.
func improveFunction(f []byte, way way) (better []byte, found bool) {
	v, ok := readVariables(f)
	if !ok {
		return f, false
	}
	all, ok := decode(f[v.end:])
	if !ok {
		return f, false
	}
	for again := way.offsets; again; found = found || again { // one sum may be hidden behind another
		all, again = foldOffsets(all)
	}
	if way.values {
		var forwarded bool
		all, forwarded = forward(all, &v)
		found = found || forwarded
	}
	if !found {
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
	}
	return v, true
}

// write declares those of f and those that were added.
func (v variables) write(f []byte) []byte {
	groups := v.groups
	if v.added > 0 {
		groups++
	}
	d := append(binary.AppendUvarint(nil, groups), f[v.first:v.end]...)
	if v.added > 0 {
		d = append(binary.AppendUvarint(d, uint64(v.added)), typeI64)
	}
	return d
}

const typeI64 = 0x7e
