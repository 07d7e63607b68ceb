//go:build js && wasm

package main

import (
	"fmt"
	"slices"

	"atelier/core/nn"
	"atelier/core/train"
)

// Without shared memory the crew meets by messages, in a star: helpers send
// their part to the leader, which sends the whole to all. The leader alone
// updates the weights, and so has all moments.

// starLeader is the leader's side.
type starLeader struct {
	crew *crew
	term int
}

func (x *starLeader) World() int { return x.crew.size() }

func (x *starLeader) renew(term int) {
	x.term = term
	for _, p := range x.crew.peers {
		p.parts = nil
	}
}

// abandon does nothing: a helper that waits for a part hears the word too.
func (x *starLeader) abandon() {}

// receive waits for the next part of helper i.
func (x *starLeader) receive(i int) ([]byte, error) {
	p := x.crew.peers[i]
	for {
		for len(p.parts) > 0 {
			got := p.parts[0]
			p.parts = p.parts[1:]
			if got.term == x.term {
				return got.bytes, nil
			}
		}
		if err := x.crew.leave(); err != nil {
			return nil, err
		}
		<-x.crew.arrived
	}
}

func (x *starLeader) sendAll(content []byte) error {
	for _, p := range x.crew.peers {
		if err := p.give(x.term, content); err != nil {
			return err
		}
	}
	return nil
}

func (x *starLeader) AllGatherRows(_ int, rows []float64, width int, own nn.Shards) error {
	all := floatBytes(rows)
	shards := len(rows) / width
	for i := range x.crew.peers {
		got, err := x.receive(i)
		if err != nil {
			return err
		}
		r := nn.Share(shards, i+1, x.World())
		if len(got) != (r.Hi-r.Lo)*width*8 {
			return fmt.Errorf("helper %d sent %d bytes to a meeting of %d rows", i+1, len(got), r.Hi-r.Lo)
		}
		copy(all[r.Lo*width*8:], got)
	}
	return x.sendAll(all)
}

func (x *starLeader) ReduceScatter(_ int, own []train.Node, shards, lo, hi int) ([]float32, error) {
	nodes := own
	n := len(x.crew.s.run.trainer.Net.Params)
	for i := range x.crew.peers {
		ranges, err := x.receive(i)
		if err != nil {
			return nil, err
		}
		for ; len(ranges) >= 2; ranges = ranges[2:] {
			content, err := x.receive(i)
			if err != nil {
				return nil, err
			}
			grad := make([]float32, n)
			if copy(floatBytes(grad), content) != n*4 {
				return nil, fmt.Errorf("helper %d sent a gradient of %d bytes", i+1, len(content))
			}
			nodes = append(nodes, train.Node{Shards: nn.Shards{Lo: int(ranges[0]), Hi: int(ranges[1])}, Grad: grad})
		}
	}
	return train.SumNodes(nodes, shards, lo, hi), nil
}

func (x *starLeader) Part(_, n int) (lo, hi int) { return 0, n }

func (x *starLeader) AllGatherParams(_ int, arenas ...[]float32) error {
	for _, a := range arenas {
		if err := x.sendAll(floatBytes(a)); err != nil {
			return err
		}
	}
	return nil
}

// starHelper is a helper's side.
type starHelper struct {
	h     *helper
	world int
	term  int
}

func (x *starHelper) World() int { return x.world }

// renew forgets the parts of other terms; some of this one may be there already.
func (x *starHelper) renew(term int) {
	x.term = term
	x.h.lead.parts = slices.DeleteFunc(x.h.lead.parts, func(p part) bool { return p.term != term })
}

func (x *starHelper) abandon() {}

// receive waits for the leader's next part, or for its word to abandon.
func (x *starHelper) receive() ([]byte, error) {
	p := x.h.lead
	for {
		for len(p.parts) > 0 {
			got := p.parts[0]
			p.parts = p.parts[1:]
			if got.term == x.term {
				return got.bytes, nil
			}
		}
		if x.h.abandoned(x.term) {
			return nil, errAbandoned
		}
		<-x.h.arrived
	}
}

func (x *starHelper) AllGatherRows(_ int, rows []float64, width int, own nn.Shards) error {
	all := floatBytes(rows)
	mine := all[own.Lo*width*8 : own.Hi*width*8]
	if len(mine) == 0 {
		mine = []byte{}
	}
	if err := x.h.lead.give(x.term, mine); err != nil {
		return err
	}
	got, err := x.receive()
	if err != nil {
		return err
	}
	copy(all, got)
	return nil
}

func (x *starHelper) ReduceScatter(_ int, own []train.Node, shards, lo, hi int) ([]float32, error) {
	ranges := make([]byte, 0, 2*len(own))
	for _, n := range own {
		ranges = append(ranges, byte(n.Lo), byte(n.Hi)) // at most 64 shards a batch
	}
	if err := x.h.lead.give(x.term, ranges); err != nil {
		return nil, err
	}
	for _, n := range own {
		if err := x.h.lead.give(x.term, floatBytes(n.Grad)); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (x *starHelper) Part(int, int) (lo, hi int) { return 0, 0 }

func (x *starHelper) AllGatherParams(_ int, arenas ...[]float32) error {
	for _, a := range arenas {
		got, err := x.receive()
		if err != nil {
			return err
		}
		copy(floatBytes(a), got)
	}
	return nil
}
