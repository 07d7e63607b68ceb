//go:build js && wasm

package main

import (
	"errors"
	"fmt"

	"github.com/hack-pad/safejs"

	"atelier/core/nn"
	"atelier/core/train"
)

// Where the page is isolated, the crew meets in a SharedArrayBuffer. Each
// worker updates its part of the weights, so the moments are spread over the
// crew. The buffer holds, one after the other:
//
//	control  Int32 words: see the constants
//	rows     2 regions of Float64, for alternate meetings
//	grads    a region of whole gradient arenas for each worker
//	arena    2 regions of one arena, for alternate meetings
type sharedMemory struct {
	buffer  safejs.Value
	atomics safejs.Value
	control safejs.Value // Int32Array
	page    *bridge
	world   int
	n       int // parameters
	rowsAt  [2]int
	gradsAt int
	arenaAt [2]int
	bytes   int
}

// Words of control. Behind the fixed ones stand, for each worker, its number
// of nodes and their ranges.
const (
	controlArrived = iota // workers in this meeting
	controlRound          // meetings held
	controlGivenUp        // the term that was given up
	controlNodes
	nodeWords  = 1 + 2*maxNodes
	maxNodes   = 12      // a range of 64 shards has at most so many nodes
	rowsLength = 1 << 18 // float64 numbers of one meeting: 60,000 images' answers
)

func layout(b *bridge, spec nn.Spec, world int) *sharedMemory {
	m := &sharedMemory{page: b, world: world, n: len(nn.NewNet(spec).Params)}
	at := (controlNodes + world*nodeWords) * 4
	take := func(bytes int) int {
		from := (at + 63) &^ 63
		at = from + bytes
		return from
	}
	for i := range m.rowsAt {
		m.rowsAt[i] = take(rowsLength * 8)
	}
	m.gradsAt = take(world * gradSlots(world) * m.n * 4)
	for i := range m.arenaAt {
		m.arenaAt[i] = take(m.n * 4)
	}
	m.bytes = at
	return m
}

// gradSlots is how many nodes of a batch of 64 shards a worker may have: one
// where the shards divide evenly into subtrees.
func gradSlots(world int) int {
	most := 1
	for shards := 1; shards <= 64; shards++ {
		for rank := range world {
			most = max(most, len(nn.Share(shards, rank, world).Nodes(shards)))
		}
	}
	return most
}

// newSharedMemory makes the memory of a crew; nil where the page may not share
// any.
func newSharedMemory(b *bridge, spec nn.Spec, world int) (*sharedMemory, error) {
	g := safejs.Global()
	isolated, err := truth(g, "crossOriginIsolated")
	if err != nil || !isolated {
		return nil, err
	}
	maker, err := g.Get("SharedArrayBuffer")
	if err != nil || maker.IsUndefined() {
		return nil, err
	}
	m := layout(b, spec, world)
	buffer, err := maker.New(m.bytes)
	if err != nil {
		return nil, err
	}
	return m, m.open(buffer)
}

// openSharedMemory is a helper's view of the memory.
func openSharedMemory(b *bridge, spec nn.Spec, buffer safejs.Value, world int) (*sharedMemory, error) {
	m := layout(b, spec, world)
	return m, m.open(buffer)
}

func (m *sharedMemory) open(buffer safejs.Value) error {
	var err error
	if m.atomics, err = safejs.Global().Get("Atomics"); err != nil {
		return err
	}
	maker, err := safejs.Global().Get("Int32Array")
	if err != nil {
		return err
	}
	m.buffer = buffer
	m.control, err = maker.New(buffer, 0, controlNodes+m.world*nodeWords)
	return err
}

// write copies bytes into the memory.
func (m *sharedMemory) write(at int, b []byte) error {
	if len(b) == 0 {
		return nil
	}
	view, err := m.page.uint8Array.New(m.buffer, at, len(b))
	if err == nil {
		_, err = safejs.CopyBytesToJS(view, b)
	}
	return err
}

// read copies bytes out of the memory.
func (m *sharedMemory) read(b []byte, at int) error {
	if len(b) == 0 {
		return nil
	}
	view, err := m.page.uint8Array.New(m.buffer, at, len(b))
	if err == nil {
		_, err = safejs.CopyBytesToGo(b, view)
	}
	return err
}

// atomic calls Atomics.op on a word of control.
func (m *sharedMemory) atomic(op string, word int, args ...any) (int, error) {
	v, err := m.atomics.Call(op, append([]any{m.control, word}, args...)...)
	if err != nil {
		return 0, err
	}
	return v.Int()
}

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
