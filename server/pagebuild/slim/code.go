package slim

import "encoding/binary"

// WebAssembly's codes of the instructions that folding tells apart; the others
// only by their ranges in [operands] and [effect].
const (
	opNop      = 0x01
	opBlock    = 0x02
	opIf       = 0x04
	opBr       = 0x0c
	opBrIf     = 0x0d
	opBrTable  = 0x0e
	opCall     = 0x10
	opIndirect = 0x11
	opDrop     = 0x1a
	opSelect   = 0x1b
	opLocalGet = 0x20
	opLocalSet = 0x21
	opLocalTee = 0x22
	opGlobal   = 0x23 // get
	opGlobalTo = 0x24 // set
	opLoad     = 0x28 // the first of the loads
	opStore    = 0x36 // the first of the stores
	opSize     = 0x3f // of memory, and to grow it
	opGrow     = 0x40
	opI32Const = 0x41
	opI64Const = 0x42
	opF32Const = 0x43
	opF64Const = 0x44
	opI32Eqz   = 0x45 // from here on: arithmetic
	opI64Add   = 0x7c
	opWrap     = 0xa7 // i32.wrap_i64
	opExtend   = 0xad // i64.extend_i32_u
	opLast     = 0xc4
	opMore     = 0xfc // conversions that saturate, and copying memory
)

// An instruction stands at code[at:end]. value is an i64.const's, or how far
// from its address a load or store reaches.
type instruction struct {
	op      byte
	at, end int
	value   int64
}

// decode splits a function's code into instructions. It answers false where
// there is one that Go's compiler does not use.
func decode(code []byte) (all []instruction, ok bool) {
	for at := 0; at < len(code); {
		i := instruction{op: code[at], at: at}
		i.end, i.value = operands(code, i.op, at+1)
		if i.end <= at || i.end > len(code) {
			return nil, false
		}
		all = append(all, i)
		at = i.end
	}
	return all, true
}

// operands returns where the operands of an instruction end, 0 for an unknown
// one, and the number that folding needs.
func operands(code []byte, op byte, at int) (end int, value int64) {
	switch {
	case op >= opBlock && op <= opIf:
		return at + 1, 0 // Go's blocks have no type, or one of a byte
	case op == opBr, op == opBrIf, op == opCall, op >= opLocalGet && op <= opGlobalTo:
		return numbers(code, at, 1)
	case op == opBrTable:
		n, size := binary.Uvarint(code[at:])
		if size <= 0 || n > uint64(len(code)) {
			return 0, 0
		}
		return numbers(code, at+size, int(n)+1)
	case op == opIndirect, op >= opLoad && op < opSize:
		return numbers(code, at, 2)
	case op == opSize, op == opGrow:
		return at + 1, 0
	case op == opI32Const, op == opI64Const:
		return signed(code, at)
	case op == opF32Const:
		return at + 4, 0
	case op == opF64Const:
		return at + 8, 0
	case op == opMore && at < len(code) && code[at] <= 7:
		return at + 1, 0
	case op == opMore && at < len(code) && code[at] == 10: // memory.copy
		return at + 3, 0
	case op == opMore && at < len(code) && code[at] == 11: // memory.fill
		return at + 2, 0
	case op == 0x00, op == opNop, op == 0x05, op == 0x0b, op == 0x0f, op == opDrop, op == opSelect, op >= opI32Eqz && op <= opLast:
		return at, 0 // unreachable, else, end, return, arithmetic: none
	}
	return 0, 0
}

// numbers reads n unsigned numbers and returns the last one.
func numbers(code []byte, at, n int) (end int, last int64) {
	for range n {
		v, size := binary.Uvarint(code[min(at, len(code)):])
		if size <= 0 || v > 1<<32-1 {
			return 0, 0
		}
		at, last = at+size, int64(v)
	}
	return at, last
}

// signed reads a signed number.
func signed(code []byte, at int) (end int, value int64) {
	for shift := 0; at < len(code) && shift < 64; shift += 7 {
		b := code[at]
		at++
		value |= int64(b&0x7f) << shift
		if b < 0x80 {
			if b&0x40 != 0 && shift+7 < 64 {
				value |= -1 << (shift + 7)
			}
			return at, value
		}
	}
	return 0, 0
}

func isLoad(op byte) bool  { return op >= opLoad && op < opStore }
func isStore(op byte) bool { return op >= opStore && op < opSize }

// effect returns how many values an instruction takes off the stack and how many
// it leaves there. It answers false for what may go elsewhere.
func effect(op byte) (takes, leaves int, ok bool) {
	switch {
	case op == opNop:
		return 0, 0, true
	case op == opDrop, op == opLocalSet, op == opGlobalTo:
		return 1, 0, true
	case op == opSelect:
		return 3, 1, true
	case op == opLocalGet, op == opGlobal, op >= opI32Const && op <= opF64Const:
		return 0, 1, true
	case op == opLocalTee, isLoad(op), unary(op):
		return 1, 1, true
	case isStore(op):
		return 2, 0, true
	case op >= opI32Eqz && op <= opLast:
		return 2, 1, true
	}
	return 0, 0, false
}

// unary reports whether arithmetic takes one number: the tests for zero, the
// counts of bits, absolute values to square roots, and conversions.
func unary(op byte) bool {
	return op == opI32Eqz || op == 0x50 || op >= 0x67 && op <= 0x69 || op >= 0x79 && op <= 0x7b ||
		op >= 0x8b && op <= 0x91 || op >= 0x99 && op <= 0x9f || op >= opWrap && op <= opLast
}
