package wasmslim

import (
	"bytes"
	"testing"
)

func TestDropUnread(t *testing.T) {
	enter := []byte{opLocalGet, 1, opI32Const, 40, opI32Sub, opLocalTee, 1, opGlobalTo, 0}
	sum := derive(2, 8, 3)
	keep2 := []byte{opLocalGet, 2, opLocalSet, added}
	spill := []byte{opLocalGet, 1, opLocalGet, 3, opI64Store, 3, 16}
	reload := []byte{opLocalGet, 1, opI64Load, 3, 16, opWrap, opF32Load, 2, 0, opDrop}
	direct := []byte{opLocalGet, added, opWrap, opF32Load, 2, 8, opDrop}
	bits := []byte{opLocalGet, 1, opLocalGet, 5, opF32Store, 2, 24}
	asBits := []byte{opLocalGet, 1, opI64Low, 2, 24, opLocalSet, 2}
	turned := []byte{opLocalGet, 5, opF32Bits, opExtend, opLocalSet, 2}
	low := []byte{opLocalGet, 1, opLocalGet, 2, opLowStore, 2, 24}
	asFloat := []byte{opLocalGet, 1, opF32Load, 2, 24, opLocalSet, 5}
	behind := []byte{opLocalGet, 1, opLocalGet, 5, opF32Store, 2, 44} // beyond 40: what the caller reads
	asBehind := []byte{opLocalGet, 1, opI64Low, 2, 44, opLocalSet, 2}
	block := []byte{opBlock, noValue, end}
	again := []byte{opI64Const, 0, opLocalSet, 3}
	tests := []struct {
		name       string
		code, want []byte
	}{
		{"bits of a float", cat(bits, asBits), turned},
		{"a float of bits", cat(low, asFloat), []byte{opLocalGet, 2, opWrap, opFromBits, opLocalSet, 5}},
		{"an address", cat(sum, spill, reload), cat(keep2, sum, direct)},
		{"an address, and its sum", cat(sum, spill, reload, again), cat(keep2, direct, again)},
		{"a store before that nobody loads either", cat(bits, block, bits, asBits), cat(block, turned)},
		{"not what is loaded elsewhere too", cat(bits, asBits, block, asBits), cat(bits, turned, block, asBits)},
		{"not what is loaded before, in a loop", cat(asBits, block, bits, asBits), cat(asBits, block, bits, turned)},
		{"not what half is loaded of", cat(sum, spill, reload, asFloat[:4], []byte{20, opLocalSet, 5}),
			cat(keep2, sum, spill, direct, asFloat[:4], []byte{20, opLocalSet, 5})},
		{"not what was never loaded: arguments of a call", cat(bits, asBits, sp, []byte{opLocalGet, 3, opI64Store, 3, 8}),
			cat(turned, sp, []byte{opLocalGet, 3, opI64Store, 3, 8})},
		{"not what only half was loaded of", cat(low, asFloat, sp, []byte{opLocalGet, 3, opI64Store, 3, 24}),
			cat([]byte{opLocalGet, 2, opWrap, opFromBits, opLocalSet, 5}, sp, []byte{opLocalGet, 3, opI64Store, 3, 24})},
		{"not behind the frame", cat(behind, asBehind), cat(behind, turned)},
		{"not a sum that is read first", cat(sum, spill, reload, []byte{opLocalGet, 3, opDrop}, again),
			cat(keep2, sum, direct, []byte{opLocalGet, 3, opDrop}, again)},
		{"not a sum of which another is made", cat(sum, spill, reload, derive(3, 4, 3)), cat(keep2, sum, direct, derive(3, 4, 3))},
		{"not a sum that may be read elsewhere", cat(sum, spill, reload, block, again), cat(keep2, sum, direct, block, again)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			end := []byte{opI32Const, 0, opReturn, end}
			f := cat([]byte{3}, frame[1:], begin, enter, tt.code, end)
			want := cat([]byte{3}, frame[1:], begin, enter, tt.want, end)
			if bytes.Contains(tt.want, direct) {
				want = cat([]byte{4}, frame[1:], []byte{1, typeI64}, begin, enter, tt.want, end)
			}
			got, _ := improveFunction(f, everything)
			if !bytes.Equal(got, want) {
				t.Fatalf("%x\nbecame %x,\nwant   %x", f, got, want)
			}
		})
	}
}
