package wasmslim

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
func foldOffsets(all []instruction) (folded []instruction, found bool) {
	gone := make([]bool, len(all))
	for i := 1; i < len(all); i++ {
		if all[i-1].op == opExtend && all[i].op == opWrap { // to 64 bits and back
			gone[i-1], gone[i], found = true, true, true
		}
	}
	for i := 2; i < len(all); i++ {
		offset := all[i-2].value
		if all[i].op != opWrap || all[i-1].op != opI64Add || all[i-2].op != opI64Const || offset < 0 || offset >= reach {
			continue
		}
		u, ok := user(all, i)
		if !ok || all[u].value+offset >= reach {
			continue
		}
		all[u] = all[u].reaching(all[u].value + offset)
		gone[i-2], gone[i-1], found = true, true, true
	}
	return without(all, gone), found
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
