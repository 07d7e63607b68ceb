package wasmslim

import "encoding/binary"

// WebAssembly's codes of the instructions that folding tells apart; the others
// only by their ranges in [operands] and [effect].
const (
	opNop      = 0x01
	opBlock    = 0x02
	opIf       = 0x04
	end        = 0x0b
	opBr       = 0x0c
	opBrIf     = 0x0d
	opBrTable  = 0x0e
	opReturn   = 0x0f
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
	opI64Load  = 0x29
	opF32Load  = 0x2a
	opI64Low   = 0x35 // i64.load32_u
	opStore    = 0x36 // the first of the stores
	opI64Store = 0x37
	opF32Store = 0x38
	opLowStore = 0x3e // i64.store32
	opSize     = 0x3f // of memory, and to grow it
	opGrow     = 0x40
	opI32Const = 0x41
	opI64Const = 0x42
	opF32Const = 0x43
	opF64Const = 0x44
	opI32Eqz   = 0x45 // from here on: arithmetic
	opI32Add   = 0x6a
	opI32Sub   = 0x6b
	opI64Add   = 0x7c
	opWrap     = 0xa7 // i32.wrap_i64
	opExtend   = 0xad // i64.extend_i32_u
	opF32Bits  = 0xbc // i32.reinterpret_f32
	opFromBits = 0xbe // f32.reinterpret_i32
	opLast     = 0xc4
	opMore     = 0xfc // conversions that saturate, and copying memory
	noValue    = 0x40 // the type of a block
)

// An instruction is its code and what of its operands matters here: the number
// of a variable, the value of an i64.const, or how far from its address a load or
// store reaches.
type instruction struct {
	op    byte
	bytes []byte
	value int64
}

// numbered makes an instruction with one number.
func numbered(op byte, value int64) instruction {
	return instruction{op, binary.AppendUvarint([]byte{op}, uint64(value)), value}
}

// signedNumber makes a constant.
func signedNumber(op byte, value int64) instruction {
	b := []byte{op}
	for rest := value; ; {
		low := byte(rest & 0x7f)
		rest >>= 7
		if rest == int64(int8(low<<1)>>7) { // the sign is all that is left
			return instruction{op, append(b, low), value}
		}
		b = append(b, low|0x80)
	}
}

// plain makes an instruction without operands.
func plain(op byte) instruction { return instruction{op: op, bytes: []byte{op}} }

// reaching returns a load or store with another offset.
func (i instruction) reaching(offset int64) instruction {
	_, align := binary.Uvarint(i.bytes[1:])
	i.bytes = binary.AppendUvarint(append([]byte{i.op}, i.bytes[1:1+align]...), uint64(offset))
	i.value = offset
	return i
}

// decode splits a function's code into instructions. It answers false where
// there is one that Go's compiler does not use.
func decode(code []byte) (all []instruction, ok bool) {
	for at := 0; at < len(code); {
		end, value := operands(code, code[at], at+1)
		if end <= at || end > len(code) {
			return nil, false
		}
		all = append(all, instruction{code[at], code[at:end], value})
		at = end
	}
	return all, true
}

// encode is what decode splits.
func encode(all []instruction) (code []byte) {
	for _, x := range all {
		code = append(code, x.bytes...)
	}
	return code
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

// begins reports whether code begins with instructions of these codes.
func begins(code []instruction, ops ...byte) bool {
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
