//go:build js && wasm

package main

import (
	"github.com/hack-pad/safejs"

	"atelier/core/nn"
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
	controlMeeting = iota // see meeting
	controlNodes
	nodeWords  = 1 + 2*maxNodes
	maxNodes   = 12      // a range of 64 shards has at most so many nodes
	rowsLength = 1 << 18 // float64 numbers of one meeting: 60,000 images' answers
)

// meeting is the one word by which all agree on what happens: which workers'
// arrival completes a meeting, and whether the leader gave it up before. In bits:
//
//	 0..7   workers in this meeting; givenUp where the leader gave up the term
//	 8..15  meetings held, modulo 256
//	16..30  the term, modulo 32768
type meeting int

const givenUp = 255

func (m meeting) count() int { return int(m & 255) }
func (m meeting) round() int { return int(m >> 8 & 255) }
func (m meeting) term() int  { return int(m >> 16) }

// of tells whether the word is of a term.
func (m meeting) of(term int) bool { return m.term() == term&0x7fff }

// emptied is the meeting before anyone has come, in the given round.
func emptied(term, round int) meeting { return meeting(term&0x7fff<<16 | round&255<<8) }

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
