//go:build js && wasm

package main

import (
	"errors"
	"fmt"

	"atelier/core/nn"
	"atelier/core/train"
)

// sharedExchange is one worker's side of the meetings.
type sharedExchange struct {
	*sharedMemory
	rank   int
	wait   func() error // lets the worker hear its messages while it waits
	round  int
	term   int
	others []train.Node // memory for the others' gradients
}

func (x *sharedExchange) World() int { return x.world }

// renew begins a term. The leader clears what an abandoned meeting left, while
// the helpers wait for its word.
func (x *sharedExchange) renew(term int) {
	x.term = term
	if x.rank == 0 {
		if _, err := x.atomic("store", controlArrived, 0); err != nil {
			die(err)
		}
	}
}

func (x *sharedExchange) abandon() {
	if _, err := x.atomic("store", controlGivenUp, x.term); err != nil {
		die(err)
	}
	if _, err := x.atomic("notify", controlRound); err != nil {
		die(err)
	}
}

// waitSlice is how long a worker sleeps in a meeting before it hears its
// messages, in milliseconds.
const waitSlice = 15

// slot tells which of the two regions this meeting uses.
func (x *sharedExchange) slot() (int, error) {
	round, err := x.atomic("load", controlRound)
	x.round = round
	return round & 1, err
}

// givenUp reports whether this term, or a later one, was given up.
func (x *sharedExchange) givenUp() (bool, error) {
	term, err := x.atomic("load", controlGivenUp)
	return term >= x.term, err
}

// hold waits until all workers have come.
func (x *sharedExchange) hold() error {
	// A worker that comes late to a step given up must not count in the next.
	if gone, err := x.givenUp(); err != nil || gone {
		return errors.Join(err, errAbandoned)
	}
	before, err := x.atomic("add", controlArrived, 1)
	if err != nil {
		return err
	}
	if before+1 == x.world {
		if _, err := x.atomic("store", controlArrived, 0); err != nil {
			return err
		}
		if _, err := x.atomic("add", controlRound, 1); err != nil {
			return err
		}
		_, err := x.atomic("notify", controlRound)
		return err
	}
	for {
		now, err := x.atomic("load", controlRound)
		if err != nil {
			return err
		}
		if now != x.round {
			return nil
		}
		if _, err := x.atomics.Call("wait", x.control, controlRound, x.round, waitSlice); err != nil {
			return err
		}
		if now, err = x.atomic("load", controlRound); err != nil || now != x.round {
			return err
		}
		if gone, err := x.givenUp(); err != nil || gone {
			return errors.Join(err, errAbandoned)
		}
		if err := x.wait(); err != nil {
			return err
		}
	}
}

func (x *sharedExchange) Meet(_ int, rows []float64, width int, own nn.Shards) error {
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

func (x *sharedExchange) Scatter(_ int, own []train.Node, lo, hi int) ([]train.Node, error) {
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
	return x.collect(own, lo, hi)
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

func (x *sharedExchange) Gather(_ int, arenas ...[]float32) error {
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
	return nil
}
