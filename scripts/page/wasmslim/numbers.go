package wasmslim

import (
	"encoding/binary"
	"slices"
)

// faultBlock is the number that calls of sigpanic return to, which they never do. Of such
// a place the runtime asks only how deep the stack is, the same in all blocks but
// the first: what is alive it asks of the call of the deferred functions, where
// the function goes on (unwinder.resolveInternal in runtime/traceback.go).
const faultBlock = 1

// endlessBlock is the first number of those that calls return to which never do: one
// for each map of the stack.
const endlessBlock = 1 << 13

// lastBlock is beyond all numbers that are given, so that tables may end there.
const lastBlock = 1 << 14

// unknown stands for a number that nobody asks for.
const unknown = -2

// A layout is what the runtime must know of the numbers of a function's blocks.
type layout struct {
	assembly bool
	recover  int64 // the number of the one that calls deferred functions, 0 for none
	depth    steps // of the stack
	maps     steps // which map of the stack holds
}

// renumber joins the pieces to which nothing leads to those before, and numbers what is
// left one after the other. Go's compiler begins a piece with every block that it
// knows, and leaves gaps in the numbers for all that a trace could tell from its
// neighbors; without, all tables of branches are the start of one, and so are the
// runtime's tables. It answers false, having changed nothing, where it does not
// know all uses of a number.
func renumber(all []instruction, calls []call, s shared, old layout) (renumbered []instruction, l layout, ok bool) {
	p, ok := findPieces(all)
	depth, plain := old.depth.two()
	if !ok || !plain || old.assembly || p.count >= endlessBlock {
		return all, l, false
	}
	n := numbering{pieces: p, all: all, where: p.places(all), calls: calls, jumps: map[int]int{}, returns: map[int]int{}, endless: map[int]int{}}
	if !n.findUses(s, old, depth) {
		return all, l, false
	}
	n.join()
	n.maps = slices.Repeat([]int{unknown}, n.left)
	for at, to := range n.returns {
		if to != 0 && old.maps != nil {
			// The runtime looks where the call is, before the number.
			n.maps[n.fresh[to]-1] = old.maps.at(all[at].value&(1<<blockBits-1) - 1)
		}
	}
	if old.recover != 0 {
		to := n.fresh[p.piece(old.recover)]
		if to == 0 || old.maps != nil && n.maps[to] != old.maps.at(old.recover) {
			return all, l, false
		}
		l.recover = int64(to)
	}
	l.depth = stepsOf([]int{0, depth})
	l.maps = stepsOf(n.maps).followed(n.lost)
	return n.write(), l, true
}

type numbering struct {
	pieces
	all     []instruction
	where   []place
	calls   []call
	jumps   map[int]int // of constants that say where to jump, to the piece
	returns map[int]int // of return addresses, to the piece, 0 for a fault
	endless map[int]int // of return addresses with no way back, to their number
	lost    []int       // the map at each of those numbers
	begin   []int       // the end that begins a piece
	needed  []bool      // whether something leads to it
	fresh   []int       // its new number, that of the one before where it is joined
	left    int         // how many there are
	maps    []int       // at the call that ends a piece
}

// findUses finds all uses of numbers.
func (n *numbering) findUses(s shared, old layout, depth int) bool {
	chosen := map[int]bool{} // what sets variable 0 to choose what to call
	for _, c := range n.calls {
		block := int64(c.block())
		to := n.piece(block)
		switch {
		case !c.indirect && (c.target == s.morestack || c.target == s.morestackNoContext):
			if block != 0 {
				return false
			}
			continue
		case !c.indirect && c.target == s.sigpanic:
			to = 0
		case to != n.where[c.at].piece+1:
			return false
		}
		if old.depth.at(block) != depth {
			return false
		}
		if s.isEndless(c) {
			n.endless[c.at+addressAt] = n.lose(old.maps.at(block - 1))
			continue
		}
		n.returns[c.at+addressAt] = to
		chosen[c.at+len(pushes)+3] = c.indirect
	}
	for i, x := range n.all {
		_, returns := n.returns[i]
		_, endless := n.endless[i]
		switch {
		case x.op == opCall || x.op == opIndirect:
			if len(n.calls) == 0 {
				return false
			}
		case x.op == opI64Const && len(n.calls) > 0 && x.value>>blockBits == n.calls[0].returns>>blockBits && x.value&(1<<blockBits-1) != 0 && !returns && !endless:
			return false
		case sets(x, 0) && !chosen[i]:
			to, ok := n.jump(n.all, i-1, n.where)
			if !ok {
				return false
			}
			n.jumps[i-1] = to
		}
	}
	n.need(old)
	return true
}

// lose returns the number that calls return to which never do and have this map.
func (n *numbering) lose(stackMap int) int {
	i := slices.Index(n.lost, stackMap)
	if i < 0 {
		i = len(n.lost)
		n.lost = append(n.lost, stackMap)
	}
	return endlessBlock + i
}

// need finds the pieces to which something leads.
func (n *numbering) need(old layout) {
	n.needed, n.begin = make([]bool, n.count), make([]int, n.count)
	n.needed[0], n.begin[0] = true, n.start-1
	for _, to := range n.jumps {
		n.needed[to] = true
	}
	for _, to := range n.returns {
		n.needed[to] = true
	}
	if old.recover != 0 {
		n.needed[n.piece(old.recover)] = true
	}
	for i := n.start; i < len(n.all); i++ {
		if x := n.all[i]; x.op == opBr || x.op == opBrIf {
			if to := n.target(x.value, n.where[i]); to < n.count {
				n.needed[to] = true
			}
		}
		if piece := n.where[i].piece; piece != n.where[i-1].piece {
			n.begin[piece] = i - 1
		}
	}
}

// join gives the pieces that are left their numbers. One without code is the same
// as the next.
func (n *numbering) join() {
	n.fresh = make([]int, n.count)
	for k := 1; k < n.count; k++ {
		if n.needed[k] && k+1 < n.count && n.begin[k+1] == n.begin[k]+1 {
			n.needed[k], n.needed[k+1] = false, true
			n.fresh[k] = n.left + 1
			continue
		}
		if n.needed[k] {
			n.left++
		}
		n.fresh[k] = n.left
	}
	n.left++
}

// write returns the code with its new numbers.
func (n *numbering) write() (renumbered []instruction) {
	ends := map[int]bool{}
	for k, needed := range n.needed {
		ends[n.begin[k]] = !needed
	}
	block := n.start - 3 // the innermost one is before the table
	for i, x := range n.all {
		to, jumps := n.jumps[i]
		back, returns := n.returns[i]
		lost, endless := n.endless[i]
		switch {
		case ends[i], x.op == opBlock && n.count > 1 && i < block && i >= block-(n.count-n.left):
			continue
		case x.op == opBrTable:
			x = tableOf(n.left)
		case jumps:
			x = signedNumber(opI32Const, int64(n.fresh[to]))
		case endless:
			x = signedNumber(opI64Const, x.value>>blockBits<<blockBits+int64(lost))
		case returns && back == 0:
			x = signedNumber(opI64Const, x.value>>blockBits<<blockBits+faultBlock)
		case returns:
			x = signedNumber(opI64Const, x.value>>blockBits<<blockBits+int64(n.fresh[back]))
		case (x.op == opBr || x.op == opBrIf) && i >= n.start:
			x = numbered(x.op, n.closer(x.value, n.where[i]))
		}
		renumbered = append(renumbered, x)
	}
	return renumbered
}

// closer is how far a branch goes where there are fewer blocks.
func (n *numbering) closer(distance int64, from place) int64 {
	to := n.target(distance, from)
	switch {
	case to == from.piece: // inside
		return distance
	case to < n.count:
		return distance - int64(to-from.piece-(n.fresh[to]-n.fresh[from.piece]))
	}
	return distance - int64(n.count-1-from.piece-(n.left-1-n.fresh[from.piece]))
}

// tableOf makes the table of branches to pieces by their own numbers.
func tableOf(count int) instruction {
	b := binary.AppendUvarint([]byte{opBrTable}, uint64(count-1))
	for to := range count {
		b = binary.AppendUvarint(b, uint64(to))
	}
	return instruction{opBrTable, b, 0}
}

// counting reports at which calls variable 0 holds the number of the piece that
// they end: in the first one, and in those behind a call, to which no branch leads but
// the table's.
func counting(all []instruction, calls []call) func(c call) bool {
	p, _ := findPieces(all)
	where := p.places(all)
	holds := make([]bool, p.count+1)
	holds[0] = true
	for _, c := range calls {
		if !c.indirect && c.end < len(all) && all[c.end].op == end && where[c.end].depth == p.depth-where[c.at].piece {
			holds[where[c.at].piece+1] = true
		}
	}
	for i := p.start; i < len(all); i++ {
		if all[i].op == opBr || all[i].op == opBrIf {
			if to := p.target(all[i].value, where[i]); to < p.count {
				holds[to] = false
			}
		}
	}
	return func(c call) bool { return holds[where[c.at].piece] }
}
