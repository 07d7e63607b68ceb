package wasmslim

import "regexp"

// A call is one function's of another, as Go's compiler writes it: the return address
// goes to the Go stack, the block to begin with to the function, and the answer says
// whether to leave, because the goroutine waits or its stack has moved:
//
//	local.get 1, i32.const 8, i32.sub, local.tee 1, global.set 0
//	local.get 1, i64.const [the return address], i64.store 0, i32.const 0, call …
//	global.get 0, local.set 1, br_if [where the function answers 1]
//
// A call of what a variable points to has its target on the stack before, and
// i64.const 16, i64.shr_u, i32.wrap_i64, local.set 0, i32.const 0, local.get 0,
// call_indirect for the call.
type call struct {
	at, end  int   // its instructions
	returns  int64 // the number of the caller in its upper bits, of the block in the lower 16
	target   int
	indirect bool
}

// block is the number of the one to return to.
func (c call) block() int { return int(c.returns & (1<<blockBits - 1)) }

var (
	pushes = []byte{opLocalGet, opI32Const, opI32Sub, opLocalTee, opGlobalTo, opLocalGet, opI64Const, opI64Store}
	direct = append(pushes[:len(pushes):len(pushes)], opI32Const, opCall, opGlobal, opLocalSet, opBrIf)
	chosen = append(pushes[:len(pushes):len(pushes)], opI64Const, opI64Shr, opWrap, opLocalSet, opI32Const, opLocalGet, opIndirect, opGlobal, opLocalSet, opBrIf)
)

const (
	addressAt   = 6 // where in a call its return address is
	blockBits   = 16
	answersOne  = "\x41\x01\x0b" // how a function that calls ends: i32.const 1, end
	firstNumber = 4096           // of a function: funcValueOffset in cmd/link/internal/wasm
)

// findCalls finds those of a function, and answers false where something is not as
// above. The number is that of the function.
func findCalls(all []instruction, number int) (calls []call, ok bool) {
	n := len(all)
	if n < 5 || !restores(all[0], all[1]) {
		return nil, false
	}
	depth := 0
	for i := 2; i < n; i++ {
		c, found := callAt(all, i)
		switch {
		case found && (c.returns>>blockBits != int64(number) || all[c.end-1].value != int64(depth-1)):
			return nil, false
		case found:
			calls = append(calls, c)
			i = c.end - 1
		case all[i].op == opBlock, all[i].op == opLoop, all[i].op == opIf:
			depth++
		case all[i].op == end:
			depth--
		}
	}
	leaves := all[2].op == opBlock && string(all[n-2].bytes)+string(all[n-1].bytes) == answersOne
	return calls, leaves || len(calls) == 0
}

func callAt(all []instruction, i int) (c call, ok bool) {
	switch {
	case begins(all[i:], direct):
		c = call{at: i, end: i + len(direct), target: int(all[i+len(pushes)+1].value)}
		ok = all[i+len(pushes)].value == 0
	case begins(all[i:], chosen):
		c = call{at: i, end: i + len(chosen), indirect: true}
		ok = all[i+len(pushes)].value == 16 && all[i+len(pushes)+4].value == 0
	}
	if !ok {
		return c, false
	}
	c.returns = all[i+addressAt].value
	ok = all[i].value == stackPointer && all[i+1].value == 8 && all[i+3].value == stackPointer && all[i+4].value == 0 &&
		all[i+5].value == stackPointer && all[i+7].value == 0 && restores(all[c.end-3], all[c.end-2])
	return c, ok
}

// begins reports whether code begins with instructions of these codes.
func begins(code []instruction, ops []byte) bool {
	if len(code) < len(ops) {
		return false
	}
	for i, op := range ops {
		if code[i].op != op {
			return false
		}
	}
	return true
}

// shared are the functions that do for all calls what each had instructions for.
// They are behind all others.
type shared struct {
	before                        int          // how many others there are, imported ones too
	sigpanic                      int          // of the runtime: what a nil pointer leads to,
	morestack, morestackNoContext int          // and a stack that is too small
	endless                       map[int]bool // functions that do not come back
}

// endless are the runtime's functions whose caller never goes on behind the call: where
// a panic is recovered, it does so where it calls the deferred functions.
var endless = regexp.MustCompile(`^runtime\.(gopanic|throw|goPanic\w+|panicdivide|panicshift|panicwrap|panicdottype[EI]|panicnildottype)$`)

const (
	push  = iota // takes a block and a function, and puts them on the stack; its answer is the block to begin with
	fault        // calls sigpanic
	grow         // calls morestack
	growNoContext
	sharedCount
)

func (s shared) number(which int) int { return s.before + which }

// own is the variable with the caller's number, between the stack pointer and others.
const own = stackPointer + 1

// shorten lets calls use what is shared:
//
//	local.get 0, i32.const 1, i32.add, local.tee 0, local.get [own], call push, call …
//	if, i32.const 1, return, end, global.get 0, local.set 1
//
// Constants that differ from call to call are what does not compress. Where variable 0
// holds the number of the piece, the one to return to is the next; elsewhere, as in
// functions with the compiler's numbers, it is a constant.
func shorten(all []instruction, calls []call, s shared, v *variables, counts func(c call) bool) []instruction {
	w := &writer{}
	w.constant(int(calls[0].returns >> blockBits)).set(own)
	at := 0
	copied := func(to int) {
		for ; at < to; at++ {
			x := all[at]
			if x.op >= opLocalGet && x.op <= opLocalTee && x.value >= own {
				x = numbered(x.op, x.value+1)
			}
			w.add(x)
		}
	}
	for _, c := range calls {
		copied(c.at)
		at += len(pushes)
		block := c.block()
		if which, ok := s.leaves(c); ok {
			w.get(own).call(s.number(which)).do(opReturn)
			at = c.end
			continue
		}
		if s.isEndless(c) {
			w.constant(block).get(own).call(s.number(push)).call(c.target).do(opReturn)
			at = c.end
			continue
		}
		if counts(c) {
			w.get(0).constant(1).do(opI32Add)
		} else {
			w.constant(block)
		}
		w.tee(0).get(own).call(s.number(push))
		if c.indirect {
			w.do(opDrop)
		} else {
			at++ // what push answers
		}
		copied(c.end - 3)
		w.when(func() { w.constant(1).do(opReturn) })
		copied(c.end - 1)
		at = c.end
	}
	copied(len(all))
	v.own = true
	return w.code
}

// leaves says which shared function does a call that has no way back.
func (s shared) leaves(c call) (which int, ok bool) {
	block := c.block()
	switch {
	case c.indirect:
	case c.target == s.sigpanic && block == faultBlock:
		return fault, true
	case c.target == s.morestack && block == 0:
		return grow, true
	case c.target == s.morestackNoContext && block == 0:
		return growNoContext, true
	}
	return 0, false
}

func (s shared) isEndless(c call) bool { return !c.indirect && s.endless[c.target] }

// code returns the shared functions.
func (s shared) code() [][]byte {
	leave := func(target, block int) []byte {
		var w writer
		w.constant(block).get(0).call(s.number(push)).call(target)
		return w.function(0)
	}
	var w writer // of push: variable 0 is the block, 1 the function
	w.add(numbered(opGlobal, 0)).constant(8).do(opI32Sub).add(numbered(opGlobalTo, 0))
	w.add(numbered(opGlobal, 0)).get(1).constant(blockBits).do(opI32Shl).get(0).do(opI32Add, opExtend).reach(opI64Store, 0)
	w.constant(0)
	return [][]byte{
		push: w.function(0), fault: leave(s.sigpanic, faultBlock),
		grow: leave(s.morestack, 0), growNoContext: leave(s.morestackNoContext, 0),
	}
}
