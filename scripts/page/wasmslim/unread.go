package wasmslim

// dropUnread leaves out the stores to those slots of a frame, given by their bytes,
// of which [forward] has replaced every load.
//
// Nor does the collector, which moves frames too, look at such a slot: it does at calls, and at
// those slots only that are loaded behind the call before they are stored again.
// A replaced load has its store before it, and no call between.
func dropUnread(all []instruction, passed map[int64]bool) []instruction {
	stores, ok := frameStores(all)
	if !ok || len(passed) == 0 {
		return all
	}
	for at, store := range stores {
		for o := range int64(8) {
			if !store {
				delete(passed, all[at].value+o)
			}
		}
	}
	size, gone := frameSize(all), make([]bool, len(all))
	for at, store := range stores {
		if store && all[at-1].op == opLocalGet && all[at-2].op == opLocalGet && all[at].value < size && unread(all[at], passed) {
			gone[at-2], gone[at-1], gone[at] = true, true, true
		}
	}
	return without(all, gone)
}

// unread reports whether all bytes of a store are among these.
func unread(store instruction, passed map[int64]bool) bool {
	var bytes int64
	switch store.op {
	case opI64Store:
		bytes = 8
	case opF32Store, opLowStore:
		bytes = 4
	default:
		return false
	}
	for o := range bytes {
		if !passed[store.value+o] {
			return false
		}
	}
	return true
}

// frameSize is by how much a function moves the stack pointer, 8 at least: a call does by so
// much. Behind the frame is what belongs to the caller, arguments and results.
func frameSize(all []instruction) (size int64) {
	for i := 2; i < len(all); i++ {
		if all[i].op == opI32Sub && all[i-2].op == opLocalGet && all[i-2].value == stackPointer {
			size = max(size, all[i-1].value)
		}
	}
	return size
}

// dropUnused leaves out the sums of addresses in variables that are set again
// before anything reads them.
func dropUnused(all []instruction) []instruction {
	gone := make([]bool, len(all))
	setAgain := map[int64]bool{}
	for i := len(all) - 1; i >= 0; i-- {
		x := all[i]
		_, _, straight := effect(x.op)
		switch {
		case !straight:
			clear(setAgain)
		case x.op == opLocalGet:
			delete(setAgain, x.value)
		case x.op == opLocalSet && setAgain[x.value] && i >= 3 && begins(all[i-3:], opLocalGet, opI64Const, opI64Add):
			gone[i-3], gone[i-2], gone[i-1], gone[i] = true, true, true, true
			i -= 3
		case x.op == opLocalSet, x.op == opLocalTee:
			setAgain[x.value] = true
		}
	}
	return without(all, gone)
}

func without(all []instruction, gone []bool) (left []instruction) {
	for i, x := range all {
		if !gone[i] {
			left = append(left, x)
		}
	}
	return left
}
