package slim

import "encoding/binary"

// improve makes better code of every function of a code section. One with an instruction
// that is not known stays as it is; all do, and the answer is false, where the
// section is not read or there is nothing to improve.
func improve(section []byte) (better []byte, ok bool) {
	count, at := binary.Uvarint(section)
	if at <= 0 {
		return section, false
	}
	better = binary.AppendUvarint(nil, count)
	for range count {
		size, n := binary.Uvarint(section[at:])
		if n <= 0 || size > uint64(len(section)-at-n) {
			return section, false
		}
		f, found := improveFunction(section[at+n : at+n+int(size)])
		ok = ok || found
		better = binary.AppendUvarint(better, uint64(len(f)))
		better = append(better, f...)
		at += n + int(size)
	}
	if at != len(section) {
		return section, false
	}
	return better, ok
}

// improveFunction does so for one function: the declaration of its variables, and its code.
func improveFunction(f []byte) (better []byte, found bool) {
	v, ok := readVariables(f)
	if !ok {
		return f, false
	}
	all, ok := decode(f[v.end:])
	if !ok {
		return f, false
	}
	for again := true; again; found = found || again { // one sum may be hidden behind another
		all, again = foldOffsets(all)
	}
	all, more := forward(all, &v)
	if !found && !more {
		return f, false
	}
	better = v.write(f)
	for _, x := range all {
		better = append(better, x.bytes...)
	}
	return better, true
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

const typeI64 = 0x7e

// write declares those of f and those that were added.
func (v variables) write(f []byte) []byte {
	if v.added == 0 {
		return append([]byte(nil), f[:v.end]...)
	}
	d := append(binary.AppendUvarint(nil, v.groups+1), f[v.first:v.end]...)
	return append(binary.AppendUvarint(d, uint64(v.added)), typeI64)
}
