package wasmslim

import (
	"bytes"
	"slices"
	"testing"
)

var (
	noop  = []byte{opNop}
	leave = []byte{opI32Const, 0, opReturn}
	one   = []byte{opI32Const, 1, end}
)

// pieced makes a function of pieces, as Go's compiler does, with a table of
// branches.
func pieced(table []byte, pieces ...[]byte) []byte {
	code := cat(begin, []byte{opBlock, noValue, opLoop, noValue}, bytes.Repeat([]byte{opBlock, noValue}, len(pieces)),
		[]byte{opLocalGet, 0, opBrTable, byte(len(table) - 1)}, table)
	for _, piece := range pieces {
		code = cat(code, []byte{end}, piece)
	}
	return cat(code, []byte{end, opUnreachable, end}, one)
}

// jump goes to a number by way of the loop, over so many blocks.
func jump(number, blocks byte) []byte {
	return []byte{opI32Const, number, opLocalSet, 0, opBr, blocks}
}

// only makes code conditional.
func only(code []byte) []byte {
	return cat([]byte{opLocalGet, 2, 0x50, opIf, noValue}, code, []byte{end})
}

// straight is a branch, conditional or not.
func straight(op, blocks byte) []byte {
	if op == opBrIf {
		return []byte{opLocalGet, 2, 0x50, opBrIf, blocks}
	}
	return []byte{op, blocks}
}

// becomes holds a pass to what it makes of code, nil for the same, and that this stays.
func becomes(t *testing.T, pass func([]instruction) ([]instruction, bool), code, want []byte) {
	t.Helper()
	all, ok := decode(code)
	if !ok {
		t.Fatal("the code cannot be decoded")
	}
	got, found := pass(all)
	if found != (want != nil) {
		t.Fatalf("%x: found is %v", code, found)
	}
	if want == nil {
		want = code
	}
	if !bytes.Equal(encode(got), want) {
		t.Fatalf("%x\nbecame %x,\nwant   %x", code, encode(got), want)
	}
	if again, found := pass(got); found || !bytes.Equal(encode(again), want) {
		t.Fatalf("it does not stay: %x", encode(again))
	}
}

func TestStraighten(t *testing.T) {
	table := []byte{0, 1, 2}
	tests := []struct {
		name       string
		code, want []byte
	}{
		{"to the next piece", pieced(table, jump(1, 2), noop, leave), pieced(table, straight(opBr, 0), noop, leave)},
		{"over a piece", pieced(table, jump(2, 2), noop, leave), pieced(table, straight(opBr, 1), noop, leave)},
		{"from a later piece", pieced(table, noop, jump(2, 1), leave), pieced(table, noop, straight(opBr, 0), leave)},
		{"on a condition", pieced(table, only(jump(2, 3)), noop, leave), pieced(table, straight(opBrIf, 1), noop, leave)},
		{"on a condition, with more to do", pieced(table, only(cat(noop, jump(2, 3))), noop, leave), pieced(table, only(cat(noop, straight(opBr, 2))), noop, leave)},
		{"to a number of the compiler's", pieced([]byte{0, 0, 0, 1, 2}, jump(3, 2), noop, leave), pieced([]byte{0, 0, 0, 1, 2}, straight(opBr, 0), noop, leave)},
		{"to a number beyond the table", pieced(table, jump(9, 2), noop, leave), pieced(table, straight(opBr, 1), noop, leave)},
		{"not back", pieced(table, noop, jump(1, 1), leave), nil},
		{"not back on a condition", pieced(table, noop, only(jump(0, 2)), leave), nil},
		{"not to something else than the loop", pieced(table, jump(1, 3), noop, leave), nil},
		{"not by another variable", pieced(table, []byte{opI32Const, 1, opLocalSet, 1, opBr, 2}, noop, leave), nil},
		{"not without a table", cat(begin, jump(1, 0), one), nil},
		{"not in another function than Go's", pieced(table, jump(1, 2), noop, leave)[4:], nil},
		{"not beyond the blocks", pieced([]byte{0, 1, 7}, jump(2, 2), noop, leave), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			becomes(t, straighten, tt.code, tt.want)
		})
	}
}

func TestDropDead(t *testing.T) {
	block := []byte{opBlock, noValue}
	tests := []struct {
		name       string
		code, want []byte
	}{
		{"behind a return", cat(leave, noop, noop, done), cat(leave, done)},
		{"a whole block", cat(leave, block, noop, done, noop, done), cat(leave, done)},
		{"up to the end of the block", cat(block, straight(opBr, 0), noop, done, noop, done), cat(block, straight(opBr, 0), done, noop, done)},
		{"up to the else", cat([]byte{opLocalGet, 0, opIf, noValue, opUnreachable}, noop, []byte{opElse}, noop, done, done),
			cat([]byte{opLocalGet, 0, opIf, noValue, opUnreachable}, []byte{opElse}, noop, done, done)},
		{"not behind a condition", cat(block, straight(opBrIf, 0), noop, done, done), nil},
		{"not behind a block that a branch leaves", cat(block, straight(opBr, 0), done, noop, done), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			becomes(t, dropDead, tt.code, tt.want)
		})
	}
}

func TestShortenReturns(t *testing.T) {
	move := func(by byte) []byte {
		return []byte{opLocalGet, 1, opI32Const, by, opI32Add, opLocalTee, 1, opGlobalTo, 0}
	}
	long := cat(move(32), move(8), leave)
	want := cat([]byte{opLocalGet, 1, opI32Const, 40, opI32Add, opGlobalTo, 0}, leave)
	becomes(t, shortenReturns, long, want)
	for i, x := range long {
		if x == 1 || x == opReturn { // another variable, or no return
			other := slices.Clone(long)
			other[i] = 5
			if x == opReturn {
				other[i] = opNop
			}
			becomes(t, shortenReturns, other, nil)
		}
	}
}
