package wasmslim

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// random makes a function of pieces that say who they are and then go on, jump or end.
func random(r *rand.Rand) []byte {
	count := 2 + r.IntN(9)
	var pieces [][]byte
	for k := range count {
		open := byte(count - 1 - k)
		says := []byte{opI32Const, byte(k), opDrop}
		code := says
		for range r.IntN(2) + r.IntN(2)*r.IntN(2) {
			code = cat(code, only(jump(byte(1+r.IntN(count-1)), open+1)), []byte{opI32Const, byte(32 + k), opDrop})
		}
		switch r.IntN(4) {
		case 0:
			code = cat(code, jump(byte(1+r.IntN(count-1)), open))
		case 1:
			code = cat(code, leave)
		}
		if k == count-1 {
			code = cat(code, leave)
		}
		pieces = append(pieces, code)
	}
	table := make([]byte, count)
	for i := range table {
		table[i] = byte(i)
	}
	return pieced(table, pieces...)
}

// follow follows a function, with conditions that come out as r says, and returns what its
// pieces said, up to a limit.
func follow(t *testing.T, all []instruction, r *rand.Rand) (said []int64) {
	t.Helper()
	type open struct {
		op byte
		at int
	}
	var blocks []open
	var number, top int64
	for at := 0; at < len(all) && len(said) < 200; at++ {
		x := all[at]
		leap := -1
		switch x.op {
		case opI32Const:
			top = x.value
		case opDrop:
			said = append(said, top)
		case opLocalSet:
			if x.value == 0 {
				number = top
			}
		case opBlock, opLoop:
			blocks = append(blocks, open{x.op, at})
		case opIf:
			if r.IntN(2) == 0 {
				blocks = append(blocks, open{opIf, at})
			} else {
				at = behind(all, at)
			}
		case opBrIf:
			if r.IntN(2) == 0 {
				leap = int(x.value)
			}
		case opBr:
			leap = int(x.value)
		case opBrTable:
			targets := x.targets()
			leap = targets[min(int(number), len(targets)-1)]
		case end:
			blocks = blocks[:max(0, len(blocks)-1)]
		case opReturn, opUnreachable:
			return said
		}
		if leap >= 0 {
			to := blocks[len(blocks)-1-leap]
			blocks = blocks[:len(blocks)-leap]
			if to.op == opLoop {
				at = to.at
			} else {
				blocks = blocks[:len(blocks)-1]
				at = behind(all, to.at)
			}
		}
	}
	return said
}

// behind is where the block that begins at an instruction ends.
func behind(all []instruction, at int) int {
	for depth := 0; ; at++ {
		switch all[at].op {
		case opBlock, opLoop, opIf:
			depth++
		case end:
			if depth--; depth == 0 {
				return at
			}
		}
	}
}

// Whatever way a function goes, it goes the same way with straight jumps, joined pieces
// and without dead code.
func TestRandomFunctionsGoTheSameWay(t *testing.T) {
	for seed := range uint64(3000) {
		all, ok := decode(random(rand.New(rand.NewPCG(seed, 1))))
		if !ok {
			t.Fatal("the code cannot be decoded")
		}
		straight, _ := straighten(all)
		joined, _, ok := renumber(straight, nil, program, layout{depth: steps{{lastBlock, 0}}})
		if !ok {
			t.Fatalf("seed %d: the numbers are not known in %x", seed, encode(all))
		}
		alive, _ := dropDead(joined)
		for way := range uint64(8) {
			want := follow(t, all, rand.New(rand.NewPCG(seed, way)))
			for name, code := range map[string][]instruction{"straight": straight, "joined": joined, "alive": alive} {
				if got := follow(t, code, rand.New(rand.NewPCG(seed, way))); !slices.Equal(got, want) {
					t.Fatalf("seed %d: %x\n%s: %x\nsays %v, want %v", seed, encode(all), name, encode(code), got, want)
				}
			}
		}
	}
}
