package wasmslim

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// function makes a function without variables.
func body(code ...byte) []byte { return append([]byte{0}, code...) }

// code makes a section of functions.
func code(functions ...[]byte) []byte {
	s := binary.AppendUvarint(nil, uint64(len(functions)))
	for _, f := range functions {
		s = append(binary.AppendUvarint(s, uint64(len(f))), f...)
	}
	return s
}

func cat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

var (
	get       = []byte{opLocalGet, 2}
	add8      = []byte{opI64Const, 8, opI64Add, opWrap}
	wrapped   = []byte{opWrap}
	loadF32   = []byte{0x2a, 2, 0}
	loadF32at = []byte{0x2a, 2, 8}
	storeF64  = []byte{0x39, 3, 0}
	storeAt   = []byte{0x39, 3, 8}
	done      = []byte{0x0b}
)

func TestFoldOffsets(t *testing.T) {
	value := []byte{opF64Const, 0, 0, 0, 0, 0, 0, 0, 0, opLocalGet, 5, 0xa2} // a product
	sum := cat(get, add8, loadF32)                                           // an address' worth of a value
	tests := []struct {
		name       string
		code, want []byte
	}{
		{"a load", cat(get, add8, loadF32, done), cat(get, wrapped, loadF32at, done)},
		{"a store behind its value", cat(get, add8, value, storeF64, done), cat(get, wrapped, value, storeAt, done)},
		{"a load within a store's value", cat(get, add8, sum, []byte{0xbb}, storeF64, done),
			cat(get, wrapped, get, wrapped, loadF32at, []byte{0xbb}, storeAt, done)},
		{"the stack pointer, which needs no wrapping", cat([]byte{opLocalGet, 1, opExtend}, add8, loadF32, done), cat([]byte{opLocalGet, 1}, loadF32at, done)},
		{"an offset that is there already", cat(get, add8, loadF32at, done), cat(get, wrapped, []byte{0x2a, 2, 16}, done)},
		{"two sums", cat(get, []byte{opI64Const, 4, opI64Add}, add8, loadF32, done), cat(get, wrapped, []byte{0x2a, 2, 12}, done)},
		{"the largest offset", cat(get, []byte{opI64Const, 0xff, 0x3f, opI64Add, opWrap}, loadF32, done), cat(get, wrapped, []byte{0x2a, 2, 0xff, 0x3f}, done)},
		{"a load beside a select", cat(get, add8, []byte{opI64Const, 1, opI64Const, 2, opLocalGet, 0, opSelect}, []byte{0x37, 3, 0}, done),
			cat(get, wrapped, []byte{opI64Const, 1, opI64Const, 2, opLocalGet, 0, opSelect}, []byte{0x37, 3, 8}, done)},
		{"not beyond what is surely empty", cat(get, []byte{opI64Const, 0x80, 0xc0, 0, opI64Add, opWrap}, loadF32, done), nil},
		{"not beyond it together", cat(get, add8, []byte{0x2a, 2, 0xf8, 0x3f}, done), nil},
		{"not a negative one", cat(get, []byte{opI64Const, 0x78, opI64Add, opWrap}, loadF32, done), nil},
		{"not an address that is kept", cat(get, add8, []byte{opLocalTee, 3}, done), nil},
		{"not the value of a store", cat(get, wrapped, get, add8, []byte{0x36, 2, 0}, done), nil},
		{"not across a branch", cat(get, add8, []byte{opBlock, 0x40}, loadF32, done, done), nil},
		{"not across a call", cat(get, add8, []byte{opCall, 7}, loadF32, done), nil},
		{"not in sight of an unknown instruction", cat(get, add8, loadF32, []byte{0xfd, 0}, done), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := tt.want
			if want == nil {
				want = tt.code
			}
			got, ok := improve(code(body(done...), body(tt.code...)), everything)
			if ok != (tt.want != nil) || !bytes.Equal(got, code(body(done...), body(want...))) {
				t.Fatalf("%x became %x (%v), want %x", tt.code, got, ok, want)
			}
		})
	}
}

func TestDecodeKnowsEveryInstructionOfGo(t *testing.T) {
	program := build(t)
	functions, ok := vector(sectionOf(t, program, codeSection), sized)
	if !ok {
		t.Fatal("the code is not a vector of functions")
	}
	unknown := 0
	for _, f := range functions {
		f = f[number(f):]
		v, ok := readVariables(f)
		if ok {
			_, ok = decode(f[v.end:])
		}
		if !ok {
			unknown++
		}
	}
	if len(functions) < 1000 || unknown > 0 {
		t.Fatalf("%d of %d functions have an instruction that is not known", unknown, len(functions))
	}
}

func TestSectionsThatAreNotCodeStay(t *testing.T) {
	for name, section := range map[string][]byte{
		"nothing": nil, "a function without a length": {1}, "a longer function than there is": {1, 9, 0}, "more behind the last": {1, 2, 0, 0x0b, 7},
		"more variables than there are": code([]byte{3, 1}), "a constant without an end": code(body(opI64Const, 0x80)),
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := improve(section, everything); ok || !bytes.Equal(got, section) {
				t.Fatalf("%x became %x", section, got)
			}
		})
	}
}

// everything is all passes.
var everything = way{offsets: true, values: true}
