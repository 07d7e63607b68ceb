//go:build js && wasm

package main

import (
	"fmt"

	"atelier/core/nn"
	"atelier/core/train"
)

// sharedExchange is one worker's side of the meetings.
type sharedExchange struct {
	*sharedMemory
	rank   int
	wait   func() error // lets the worker hear its messages while it waits
	leave  func() error // of the leader: why it is to give up; nil of helpers
	round  int
	term   int
	sealed bool         // all gradients are there: the step can only be completed
	others []train.Node // memory for the others' gradients
}

func (x *sharedExchange) World() int { return x.world }

// renew begins a term. The leader clears what an abandoned meeting left; a
// helper that is late for it finds another term.
func (x *sharedExchange) renew(term int) {
	x.term, x.sealed = term, false
	if x.rank > 0 {
		return
	}
	now, err := x.load()
	if err == nil {
		_, err = x.atomic("store", controlMeeting, int(emptied(term, now.round())))
	}
	if err != nil {
		die(err)
	}
}

// abandon is the leader's, which is in no meeting any more.
func (x *sharedExchange) abandon() {
	now, err := x.load()
	for err == nil && now.count() != givenUp {
		var done bool
		if now, done, err = x.swap(now, now|givenUp); done {
			break
		}
	}
	if err == nil {
		_, err = x.atomic("notify", controlMeeting)
	}
	if err != nil {
		die(err)
	}
}

// waitSlice is how long a worker sleeps in a meeting before it hears its
// messages, in milliseconds.
const waitSlice = 15

func (x *sharedExchange) load() (meeting, error) {
	now, err := x.atomic("load", controlMeeting)
	return meeting(now), err
}

// swap puts the word to where it was from, and tells what it was.
func (x *sharedExchange) swap(from, to meeting) (now meeting, done bool, err error) {
	was, err := x.atomic("compareExchange", controlMeeting, int(from), int(to))
	return meeting(was), meeting(was) == from, err
}

// slot tells which of the two regions this meeting uses.
func (x *sharedExchange) slot() (int, error) {
	now, err := x.load()
	x.round = now.round()
	return x.round & 1, err
}

// hold waits until all workers have come.
func (x *sharedExchange) hold() error {
	last, err := x.arrive()
	if err != nil || last {
		return err
	}
	for {
		now, err := x.load()
		if err != nil {
			return err
		}
		if over, err := x.over(now); over || err != nil {
			return err
		}
		if _, err := x.atomics.Call("wait", x.control, controlMeeting, int(now), waitSlice); err != nil {
			return err
		}
		if now, err = x.load(); err != nil {
			return err
		}
		if over, err := x.over(now); over || err != nil {
			return err
		}
		if err := x.wait(); err != nil {
			return err
		}
		if err := x.mayLeave(); err != nil {
			return err
		}
	}
}

// arrive counts the worker in. The last one begins the next round.
func (x *sharedExchange) arrive() (last bool, err error) {
	now, err := x.load()
	for err == nil {
		if !now.of(x.term) || now.count() == givenUp {
			return false, errAbandoned
		}
		next := now + 1
		if last = next.count() == x.world; last {
			next = emptied(x.term, now.round()+1)
		}
		var done bool
		if now, done, err = x.swap(now, next); done {
			break
		}
	}
	if err == nil && last {
		_, err = x.atomic("notify", controlMeeting)
	}
	return last, err
}

// over reports whether the meeting was held, or an error where it was given up.
func (x *sharedExchange) over(now meeting) (bool, error) {
	if now.round() != x.round {
		return true, nil
	}
	if !now.of(x.term) || now.count() == givenUp {
		return false, errAbandoned
	}
	return false, nil
}

// mayLeave gives up the meeting if the leader is to leave and not all have
// come. From the meeting over the gradients to the one over the weights that
// follow from them nobody leaves: some have updated theirs.
func (x *sharedExchange) mayLeave() error {
	if x.leave == nil {
		return nil
	}
	why := x.leave()
	if why == nil || x.sealed && why != errReplaced {
		return nil
	}
	now, err := x.load()
	for err == nil && now.round() == x.round {
		var done bool
		if now, done, err = x.swap(now, now|givenUp); done {
			return why
		}
	}
	return err
}

func (x *sharedExchange) AllGatherRows(_ int, rows []float64, width int, own nn.Shards) error {
	if len(rows) > rowsLength {
		return fmt.Errorf("a meeting over %d numbers is more than the %d there is room for", len(rows), rowsLength)
	}
	slot, err := x.slot()
	if err != nil {
		return err
	}
	at, all := x.rowsAt[slot], floatBytes(rows)
	lo, hi := own.Lo*width*8, own.Hi*width*8
	if err := x.write(at+lo, all[lo:hi]); err != nil {
		return err
	}
	if err := x.hold(); err != nil {
		return err
	}
	return x.read(all, at)
}

// gradAt is where a node's gradient of a worker begins.
func (x *sharedExchange) gradAt(rank, node int) int {
	return x.gradsAt + (rank*gradSlots(x.world)+node)*x.n*4
}

func (x *sharedExchange) ReduceScatter(_ int, own []train.Node, shards, lo, hi int) ([]float32, error) {
	if _, err := x.slot(); err != nil {
		return nil, err
	}
	at := controlNodes + x.rank*nodeWords
	for i, n := range own {
		if err := x.write(x.gradAt(x.rank, i), floatBytes(n.Grad)); err != nil {
			return nil, err
		}
		for j, v := range []int{n.Lo, n.Hi} {
			if _, err := x.atomic("store", at+1+2*i+j, v); err != nil {
				return nil, err
			}
		}
	}
	if _, err := x.atomic("store", at, len(own)); err != nil {
		return nil, err
	}
	if err := x.hold(); err != nil {
		return nil, err
	}
	x.sealed = true
	nodes, err := x.collect(own, lo, hi)
	if err != nil {
		return nil, err
	}
	return train.SumNodes(nodes, shards, lo, hi), nil
}

// collect reads the part lo..hi of the others' gradients.
func (x *sharedExchange) collect(own []train.Node, lo, hi int) ([]train.Node, error) {
	nodes := append([]train.Node(nil), own...)
	used := 0
	for rank := range x.world {
		if rank == x.rank {
			continue
		}
		at := controlNodes + rank*nodeWords
		count, err := x.atomic("load", at)
		if err != nil {
			return nil, err
		}
		for i := range count {
			if used == len(x.others) {
				x.others = append(x.others, train.Node{})
			}
			n := &x.others[used]
			used++
			if cap(n.Grad) < hi-lo {
				n.Grad = make([]float32, hi-lo)
			}
			n.Grad, n.Off = n.Grad[:hi-lo], lo
			if n.Lo, err = x.atomic("load", at+1+2*i); err != nil {
				return nil, err
			}
			if n.Hi, err = x.atomic("load", at+2+2*i); err != nil {
				return nil, err
			}
			if err := x.read(floatBytes(n.Grad), x.gradAt(rank, i)+lo*4); err != nil {
				return nil, err
			}
			nodes = append(nodes, *n)
		}
	}
	return nodes, nil
}

func (x *sharedExchange) Part(rank, n int) (lo, hi int) { return train.Cut(n, rank, x.world) }

func (x *sharedExchange) AllGatherParams(_ int, arenas ...[]float32) error {
	for _, a := range arenas {
		slot, err := x.slot()
		if err != nil {
			return err
		}
		lo, hi := x.Part(x.rank, len(a))
		at := x.arenaAt[slot]
		if err := x.write(at+lo*4, floatBytes(a[lo:hi])); err != nil {
			return err
		}
		if err := x.hold(); err != nil {
			return err
		}
		if err := x.read(floatBytes(a[:lo]), at); err != nil {
			return err
		}
		if err := x.read(floatBytes(a[hi:]), at+hi*4); err != nil {
			return err
		}
	}
	x.sealed = false
	return nil
}
