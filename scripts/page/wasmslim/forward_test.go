package wasmslim

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// The variables of the functions below: the block to go on with, the stack
// pointer, integers 2 to 4, and floats 5 and 6.
var frame = []byte{3, 1, 0x7f, 3, 0x7e, 2, 0x7d}

const added = 7 // the first variable that forward may add

var (
	begin = []byte{opGlobal, 0, opLocalSet, 1}
	sp    = []byte{opLocalGet, 1}
)

// derive sets variable to to from, and an offset.
func derive(from, offset, to byte) []byte {
	return []byte{opLocalGet, from, opI64Const, offset, opI64Add, opLocalSet, to}
}

// through loads a float32 at an address in a variable.
func through(variable, offset byte) []byte {
	return []byte{opLocalGet, variable, opWrap, opF32Load, 2, offset}
}

func TestForward(t *testing.T) {
	drop := []byte{opDrop}
	spill := []byte{opLocalGet, 1, opLocalGet, 3, opI64Store, 3, 16}
	reload := []byte{opLocalGet, 1, opI64Load, 3, 16, opWrap, opF32Load, 2, 0, opDrop}
	bits := []byte{opLocalGet, 1, opLocalGet, 5, opF32Store, 2, 24}
	asBits := []byte{opLocalGet, 1, opI64Low, 2, 24, opLocalSet, 2}
	low := []byte{opLocalGet, 1, opLocalGet, 2, opLowStore, 2, 24}
	asFloat := []byte{opLocalGet, 1, opF32Load, 2, 24, opLocalSet, 5}
	keep2 := []byte{opLocalGet, 2, opLocalSet, added}
	other := []byte{opLocalGet, 4, opWrap, opLocalGet, 5, opF32Store, 2, 24} // at somebody else's address
	tests := []struct {
		name       string
		code, want []byte
	}{
		{"an address", cat(derive(2, 8, 3), through(3, 4), drop), cat(keep2, derive(2, 8, 3), through(added, 12), drop)},
		{"an address whose root is overwritten", cat(derive(2, 8, 3), derive(2, 12, 2), through(3, 0), drop, through(2, 0), drop),
			cat(keep2, derive(2, 8, 3), derive(2, 12, 2), through(added, 8), drop, through(added, 12), drop)},
		{"an address that was put aside", cat(derive(2, 8, 3), spill, reload),
			cat(keep2, derive(2, 8, 3), spill, []byte{opLocalGet, added, opWrap, opF32Load, 2, 8, opDrop})},
		{"and stays over a store elsewhere", cat(derive(2, 8, 3), spill, other, reload),
			cat(keep2, derive(2, 8, 3), spill, other, []byte{opLocalGet, added, opWrap, opF32Load, 2, 8, opDrop})},
		{"the bits of a float", cat(bits, asBits), cat(bits, []byte{opLocalGet, 5, opF32Bits, opExtend, opLocalSet, 2})},
		{"the float of some bits", cat(low, asFloat), cat(low, []byte{opLocalGet, 2, opWrap, opFromBits, opLocalSet, 5})},
		{"not a variable that was set since", cat(derive(2, 8, 3), []byte{opI64Const, 0, opLocalSet, 3}, through(3, 0), drop), nil},
		{"not a slot that was overwritten", cat(derive(2, 8, 3), spill, sp, []byte{opI64Const, 0, opI64Store, 3, 12}, reload), nil},
		{"not a slot that half was overwritten of", cat(derive(2, 8, 3), spill, sp, []byte{opLocalGet, 5, opF32Store, 2, 20}, reload), nil},
		{"not across a branch", cat(derive(2, 8, 3), []byte{opBlock, 0x40, 0x0b}, through(3, 0), drop), nil},
		{"not across a call", cat(derive(2, 8, 3), spill, []byte{opCall, 7}, reload), nil},
		{"not in another frame", cat(derive(2, 8, 3), spill, sp, []byte{opI32Const, 8, opI32Sub, opLocalTee, 1, opGlobalTo, 0}, reload), nil},
		{"not a float that was set since", cat(bits, []byte{opF32Const, 0, 0, 0, 0, opLocalSet, 5}, asBits), nil},
		{"not bits of an integer", cat(low, asBits), nil},
		{"not a float of a float", cat(bits, asFloat), nil},
		{"not where the frame's address is given away", cat(bits, asBits, sp, []byte{opExtend, opLocalSet, 3}), nil},
		{"not where the frame may be filled", cat(bits, asBits, sp, []byte{opI32Const, 0, opI32Const, 8, opMore, 11, 0}), nil},
		{"not beyond what is surely empty", cat(derive(2, 8, 3), []byte{opLocalGet, 3, opWrap, opF32Load, 2, 0xf8, 0x3f}, drop), nil},
		{"not back", cat(derive(2, 0x78, 3), through(3, 0), drop), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			head, end := cat(frame[1:], begin), []byte{opI32Const, 0, 0x0f, 0x0b}
			f := cat([]byte{3}, head, tt.code, end)
			want := f
			if bytes.Contains(tt.want, keep2) {
				want = cat([]byte{4}, frame[1:], []byte{1, typeI64}, begin, tt.want, end)
			} else if tt.want != nil {
				want = cat([]byte{3}, head, tt.want, end)
			}
			got, found := improveFunction(f, everything)
			if found != (tt.want != nil) || !bytes.Equal(got, want) {
				t.Fatalf("%x\nbecame %x (%v),\nwant   %x", f, got, found, want)
			}
			if again, _ := improveFunction(got, everything); !bytes.Equal(again, got) {
				t.Fatalf("it does not stay: %x", again)
			}
		})
	}
}

func TestForwardOnlyInGosFunctions(t *testing.T) {
	code := cat(derive(2, 8, 3), through(3, 4), []byte{opDrop, 0x0b})
	f := cat([]byte{3}, frame[1:], code)
	if got, found := improveFunction(f, everything); found || !bytes.Equal(got, f) {
		t.Fatalf("a function that does not begin as Go's became %x", got)
	}
}

// The twin of a program that uses every form is held to it by running both: see
// TestTheSmallTwinDoesTheSame, and scripts/wasm-exec, which runs the core's tests.
func TestForwardFindsWhatTheCompilerWrites(t *testing.T) {
	program := build(t)
	var added, bits int
	for rest := program[len(magic):]; len(rest) > 0; {
		size, n := binary.Uvarint(rest[1:])
		if rest[0] == codeSection {
			section := rest[1+n:][:size]
			count, at := binary.Uvarint(section)
			for range count {
				size, n := binary.Uvarint(section[at:])
				f := section[at+n:][:size]
				at += n + int(size)
				before, _ := readVariables(f)
				better, _ := improveFunction(f, everything)
				after, _ := readVariables(better)
				added += int(after.count - before.count)
				if bytes.Count(better, []byte{opF32Bits, opExtend}) > bytes.Count(f, []byte{opF32Bits, opExtend}) {
					bits++
				}
			}
		}
		rest = rest[1+n+int(size):]
	}
	if added == 0 || bits == 0 {
		t.Fatalf("%d addresses are kept, %d functions look at bits: this Go writes other code", added, bits)
	}
}
