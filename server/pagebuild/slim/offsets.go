package slim

import "encoding/binary"

// reach is how far an offset may be moved. Go puts nothing below this address
// but the arguments of the program (wasmMinDataAddr in cmd/link is 12,288).
const reach = 8192

// foldOffsets lets loads and stores add the offset of what they reach:
//
//	i64.const 8, i64.add, i32.wrap_i64, f32.load 0  →  i32.wrap_i64, f32.load 8
//
// Go's compiler does so for integers only (the rules of I64Load in
// cmd/compile/internal/ssa/_gen/Wasm.rules; F32Load has none), so that every
// element of an unrolled kernel costs two more instructions.
//
// The two differ only where the sum passes 2^32: one comes round to an address
// below the offset, the other stops the program. No Go program has data there.
//
// A function with an instruction that is not known stays as it is; all do, and
// the answer is false, where the section is not read or nothing is found.
func foldOffsets(section []byte) (folded []byte, ok bool) {
	count, at := binary.Uvarint(section)
	if at <= 0 {
		return section, false
	}
	folded = binary.AppendUvarint(nil, count)
	for range count {
		size, n := binary.Uvarint(section[at:])
		if n <= 0 || size > uint64(len(section)-at-n) {
			return section, false
		}
		f := section[at+n : at+n+int(size)]
		for found := true; found; ok = ok || found { // one sum may be hidden behind another
			f, found = foldFunction(f)
		}
		folded = binary.AppendUvarint(folded, uint64(len(f)))
		folded = append(folded, f...)
		at += n + int(size)
	}
	if at != len(section) {
		return section, false
	}
	return folded, ok
}

// foldFunction does so in one function: its locals, and its code.
func foldFunction(f []byte) (folded []byte, found bool) {
	start, ok := locals(f)
	if !ok {
		return f, false
	}
	code := f[start:]
	all, ok := decode(code)
	if !ok {
		return f, false
	}
	gone := make([]bool, len(all))
	for i := 2; i < len(all); i++ {
		offset := all[i-2].value
		if all[i].op != opWrap || all[i-1].op != opI64Add || all[i-2].op != opI64Const || offset < 0 || offset >= reach {
			continue
		}
		u, ok := user(all, i)
		if !ok || all[u].value+offset >= reach {
			continue
		}
		all[u].value += offset
		gone[i-2], gone[i-1] = true, true
		if i > 2 && all[i-3].op == opExtend { // there is nothing left to wrap
			gone[i-3], gone[i] = true, true
		}
		found = true
	}
	if !found {
		return f, false
	}
	folded = append(folded, f[:start]...)
	for i, x := range all {
		switch {
		case gone[i]:
		case isLoad(x.op), isStore(x.op):
			_, align := binary.Uvarint(code[x.at+1:])
			folded = append(folded, code[x.at:x.at+1+align]...)
			folded = binary.AppendUvarint(folded, uint64(x.value))
		default:
			folded = append(folded, code[x.at:x.end]...)
		}
	}
	return folded, true
}

// locals returns where the declarations of a function's variables end.
func locals(f []byte) (end int, ok bool) {
	groups, end := binary.Uvarint(f)
	if end <= 0 {
		return 0, false
	}
	for range groups {
		_, n := binary.Uvarint(f[end:])
		if n <= 0 || end+n >= len(f) {
			return 0, false
		}
		end += n + 1
	}
	return end, true
}

// user finds the load or store whose address instruction i leaves on the stack.
func user(all []instruction, i int) (u int, ok bool) {
	height := 1
	for u = i + 1; u < len(all); u++ {
		takes, leaves, known := effect(all[u].op)
		if !known {
			return 0, false
		}
		if takes >= height {
			return u, height == 1 && isLoad(all[u].op) || height == 2 && isStore(all[u].op)
		}
		height += leaves - takes
	}
	return 0, false
}
