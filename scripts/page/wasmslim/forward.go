package wasmslim

import "slices"

// Go's functions take the number of the block to go on with and keep the stack
// pointer in their first variable.
const stackPointer = 1

// forward lets variables carry what Go's compiler sends through the stack. In
// kernels with a choice in them, such as ReLU's, the compiler
//
//   - works out the address of every element first, and puts most of them aside:
//     [local.get 4, i64.const 8, i64.add, local.set 5], later [local.get 5,
//     i32.wrap_i64, f32.load 0]; here the load adds the 8 to the first address;
//   - has no instruction for math.Float32bits: it stores a float32 and loads it as
//     an integer, and the other way round.
//
// It follows values from instruction to instruction, only where control goes
// nowhere else, and only in functions that give nobody an address in their frame,
// so that no store but those to the stack pointer's own offsets changes it. Stores
// that nobody reads any more are left out then ([dropUnread], [dropUnused]).
func forward(all []instruction, v *variables) (better []instruction, found bool) {
	frame, ok := frameStores(all)
	if !ok {
		return all, false
	}
	t := tracker{all: slices.Clone(all), frame: frame, variables: v, passed: map[int64]bool{}}
	t.forget()
	for t.at < len(t.all) {
		t.step()
	}
	if !t.found {
		v.added = 0
		return all, false
	}
	return dropUnused(dropUnread(t.out, t.passed)), true
}

// frameStores returns the stores to the frame of one of Go's functions that uses
// the stack pointer only to load, to store and to move it.
func frameStores(all []instruction) (stores map[int]bool, ok bool) {
	stores = map[int]bool{}
	if len(all) < 2 || !restores(all[0], all[1]) {
		return nil, false
	}
	for i := range len(all) - 4 {
		next := all[i+1]
		switch x := all[i]; {
		case x.op == opGlobal && x.value == 0 && !restores(x, next):
			return nil, false
		case x.op != opLocalGet || x.value != stackPointer:
		case next.op == opGlobal: // the check for more stack
		case next.op == opI32Const && (all[i+2].op == opI32Add || all[i+2].op == opI32Sub) && sets(all[i+3], stackPointer): // a frame begins or ends
		default:
			u, ok := user(all, i)
			if !ok {
				return nil, false
			}
			stores[u] = isStore(all[u].op)
		}
	}
	return stores, true
}

// restores reports whether a and b take the stack pointer from where functions
// leave it to each other.
func restores(a, b instruction) bool {
	return a.op == opGlobal && a.value == 0 && b.op == opLocalSet && b.value == stackPointer
}

func sets(x instruction, variable int64) bool {
	return (x.op == opLocalSet || x.op == opLocalTee) && x.value == variable
}

// A sum is a number that some variable or slot held, and what was added to it.
type sum struct {
	root   int
	offset int64
}

// held is a variable, float32 or integer, as it was: set as often as now.
type held struct {
	variable, times int64
	float           bool
}

// tracker follows what variables and slots of the frame hold.
type tracker struct {
	all       []instruction
	frame     map[int]bool
	at        int
	out       []instruction
	variables *variables
	found     bool
	roots     int
	spare     int64           // how many added variables are in use
	holder    map[int]int64   // the added variable that holds a root
	sums      map[int64]sum   // of variables
	times     map[int64]int64 // how often each was set
	words     map[int64]sum   // of slots of eight bytes, by their offset
	halves    map[int64]held  // of slots of four
	passed    map[int64]bool  // the frame's bytes that some load is not needed for any more
}

// forget begins anew, where control may come from elsewhere.
func (t *tracker) forget() {
	t.spare = 0
	t.holder, t.sums, t.times = map[int]int64{}, map[int64]sum{}, map[int64]int64{}
	t.words, t.halves = map[int64]sum{}, map[int64]held{}
}

// step takes the next instruction, or the next few that belong together.
func (t *tracker) step() {
	switch {
	case t.address():
	case t.see(opLocalGet, opI64Const, opI64Add) && t.value(0) != stackPointer && t.at+3 < len(t.all) && sets(t.all[t.at+3], t.value(3)):
		s := t.keep(t.value(0))
		s.offset += t.value(1)
		t.set(t.value(3), s)
		t.take(4)
	case t.slot(opLocalGet, opI64Store):
		s := t.sum(t.value(1))
		t.overwrite(t.value(2))
		t.words[t.value(2)] = s
		t.take(3)
	case t.slot(opLocalGet, opF32Store), t.slot(opLocalGet, opLowStore):
		v := t.value(1)
		t.overwrite(t.value(2))
		t.halves[t.value(2)] = held{v, t.times[v], t.all[t.at+2].op == opF32Store}
		t.take(3)
	case t.slot(opI64Low) && t.holds(t.value(1), true):
		t.pass(t.value(1), 4)
		t.replace(2, numbered(opLocalGet, t.halves[t.value(1)].variable), plain(opF32Bits), plain(opExtend))
	case t.slot(opF32Load) && t.holds(t.value(1), false):
		t.pass(t.value(1), 4)
		t.replace(2, numbered(opLocalGet, t.halves[t.value(1)].variable), plain(opWrap), plain(opFromBits))
	default:
		t.other()
	}
}

// address lets a load or store begin at the root of its address.
func (t *tracker) address() bool {
	var s sum
	var n int
	var known bool
	switch {
	case t.slot(opI64Load, opWrap):
		s, known = t.words[t.value(1)]
		n = 2
	case t.see(opLocalGet, opWrap):
		s, known = t.sums[t.value(0)]
		known = known && s.offset != 0
		n = 1
	}
	root, held := t.holder[s.root]
	if !known || !held {
		return false
	}
	u, ok := user(t.all, t.at+n)
	if !ok || s.offset < 0 || t.all[u].value+s.offset >= reach {
		return false
	}
	t.all[u] = t.all[u].reaching(t.all[u].value + s.offset)
	if n == 2 {
		t.pass(t.value(1), 8)
	}
	t.replace(n, numbered(opLocalGet, root))
	t.take(1)
	return true
}

// other takes an instruction that nothing is known of but what it changes.
func (t *tracker) other() {
	x := t.all[t.at]
	_, _, straight := effect(x.op)
	switch {
	case !straight, sets(x, stackPointer):
		t.forget()
	case x.op == opLocalSet, x.op == opLocalTee:
		t.roots++
		t.set(x.value, sum{root: t.roots})
	case t.frame[t.at]:
		t.overwrite(x.value)
	}
	t.take(1)
}

// see reports whether the next instructions have these codes.
func (t *tracker) see(ops ...byte) bool { return begins(t.all[t.at:], ops...) }

// slot reports whether the next instructions push the stack pointer and have
// these codes.
func (t *tracker) slot(ops ...byte) bool {
	return t.see(append([]byte{opLocalGet}, ops...)...) && t.value(0) == stackPointer
}

// value is that of the i-th instruction from here.
func (t *tracker) value(i int) int64 { return t.all[t.at+i].value }

// holds reports whether the slot still has what its variable holds.
func (t *tracker) holds(slot int64, float bool) bool {
	h, ok := t.halves[slot]
	return ok && h.float == float && h.times == t.times[h.variable]
}

// sum is what a variable holds.
func (t *tracker) sum(variable int64) sum {
	s, ok := t.sums[variable]
	if !ok {
		t.roots++
		s = sum{root: t.roots}
		t.sums[variable] = s
	}
	return s
}

// keep is sum, with the root in an added variable from here on.
func (t *tracker) keep(variable int64) sum {
	s := t.sum(variable)
	if _, ok := t.holder[s.root]; ok {
		return s
	}
	t.roots++
	s = sum{root: t.roots}
	t.sums[variable] = s
	added := 1 + t.variables.count + t.spare // behind the parameter and the variables
	t.spare++
	t.variables.added = max(t.variables.added, t.spare)
	t.holder[s.root] = added
	t.out = append(t.out, numbered(opLocalGet, variable), numbered(opLocalSet, added))
	return s
}

// set is told what a variable holds from now on.
func (t *tracker) set(variable int64, s sum) {
	t.times[variable]++
	t.sums[variable] = s
}

// overwrite forgets the slots that eight bytes from at on reach into.
func (t *tracker) overwrite(at int64) {
	for o := at - 7; o < at+8; o++ {
		delete(t.words, o)
		delete(t.halves, o)
	}
}

// pass is told that the slot of so many bytes is not loaded here after all.
func (t *tracker) pass(slot, bytes int64) {
	for o := slot; o < slot+bytes; o++ {
		t.passed[o] = true
	}
}

// take copies n instructions.
func (t *tracker) take(n int) {
	t.out = append(t.out, t.all[t.at:t.at+n]...)
	t.at += n
}

// replace writes others for n instructions.
func (t *tracker) replace(n int, others ...instruction) {
	t.out = append(t.out, others...)
	t.at += n
	t.found = true
}
