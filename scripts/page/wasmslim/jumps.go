package wasmslim

import "encoding/binary"

// straighten lets jumps forward go straight to where they lead.
//
// A function of Go's compiler is one loop around blocks, each of which ends where a
// numbered piece of the code begins. To jump, it sets variable 0 to a number and
// branches to the loop's start, where a table of branches leads to the piece:
//
//	block, loop, block, block, block …
//	  local.get 0, br_table …, end, [piece 0], end, [piece 1], end, [piece 2] …
//	  i32.const 7, local.set 0, br [the loop]
//
// The end of a later piece's block is in reach of a branch, and a branch on a
// condition needs no if. Jumps back stay.
func straighten(all []instruction) (straight []instruction, found bool) {
	p, ok := findPieces(all)
	if !ok {
		return all, false
	}
	where := p.places(all)
	for i := 0; i < len(all); i++ {
		condition := 0
		if all[i].op == opIf && all[i].bytes[1] == noValue {
			condition = 1
		}
		if to, ok := p.jump(all, i+condition, where); ok && to > where[i].piece &&
			(condition == 0 || i+4 < len(all) && all[i+4].op == end) {
			straight = append(straight, numbered(opBr+byte(condition), int64(p.distance(where[i], to))))
			i += 2 + 2*condition
			found = true
			continue
		}
		straight = append(straight, all[i])
	}
	return straight, found
}

// pieces are the numbered ones of a function's code.
type pieces struct {
	start int   // where the first begins, behind the end of the innermost block
	count int   // how many there are, with a block for each
	depth int   // how many blocks are open where the first begins
	loop  int   // the depth of the loop, 0 where there is none
	table []int // the piece of every number; the last one is that of all others
}

// findPieces finds those of one of Go's functions. One without a table is one piece.
func findPieces(all []instruction) (p pieces, ok bool) {
	if len(all) < 2 || !restores(all[0], all[1]) {
		return p, false
	}
	at := 2
	for ; at < len(all) && (all[at].op == opBlock || all[at].op == opLoop); at++ {
		p.depth++
		if all[at].op == opLoop {
			if p.loop != 0 {
				return p, false
			}
			p.loop = p.depth
		}
	}
	if !begins(all[at:], []byte{opLocalGet, opBrTable, end}) || all[at].value != 0 {
		p.start, p.count, p.table = at, 1, []int{0}
		return p, p.loop == 0 && p.depth <= 1
	}
	p.start = at + 3
	p.table = all[at+1].targets()
	for _, to := range p.table {
		p.count = max(p.count, to+1)
	}
	outside := p.depth - p.count // the loop, and the block that calls leave
	p.depth--
	return p, outside == p.loop || p.loop == 0 && outside == 1
}

// A place is how many blocks are open at an instruction, and the piece that it is of.
type place struct{ depth, piece int }

// places says so for every instruction; an end is still inside.
func (p pieces) places(all []instruction) []place {
	where := make([]place, len(all))
	here := place{p.depth, 0}
	for i := p.start; i < len(all); i++ {
		where[i] = here
		switch all[i].op {
		case opBlock, opLoop, opIf:
			here.depth++
		case end:
			here.depth--
			if here.depth < p.depth-here.piece && here.piece < p.count-1 {
				here.piece++
			}
		}
	}
	return where
}

// distance is how far a branch goes to a later piece: what is open inside this
// one, and the blocks of those between.
func (p pieces) distance(from place, to int) int {
	return from.depth - (p.depth - from.piece) + to - from.piece - 1
}

// target is the piece that a branch leads to, which is beyond all where it leads
// out of them, and the same piece where it stays inside.
func (p pieces) target(distance int64, from place) int {
	return max(from.piece, int(distance)-from.depth+p.depth+1)
}

// piece is that of a number.
func (p pieces) piece(number int64) int { return p.table[min(number, int64(len(p.table)-1))] }

// jump reports whether one begins at i, and to which piece.
func (p pieces) jump(all []instruction, i int, where []place) (to int, ok bool) {
	if i < p.start || p.loop == 0 || !begins(all[i:], []byte{opI32Const, opLocalSet, opBr}) ||
		all[i].value < 0 || all[i+1].value != 0 || all[i+2].value != int64(where[i+2].depth-p.loop) {
		return 0, false
	}
	return p.piece(all[i].value), true
}

// targets are those of a table of branches, the last one for all other numbers.
func (i instruction) targets() []int {
	n, at := binary.Uvarint(i.bytes[1:])
	at++
	targets := make([]int, n+1)
	for k := range targets {
		to, size := binary.Uvarint(i.bytes[at:])
		targets[k] = int(to)
		at += size
	}
	return targets
}
