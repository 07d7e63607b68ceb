package train

import (
	"errors"
	"sync"

	"atelier/core/kernel"
	"atelier/core/nn"
)

// One step of a batch of 128 images, 8 shards of 16, by a world of 3 workers. The
// workers hold consecutive shards, all weights, and a third of the moments each:
//
//	worker               0               1               2
//	shards               0 1             2 3 4           5 6 7
//	tree over the shards
//	                              0-7
//	                     0-3               4-7
//	                  0-1   2-3         4-5   6-7
//	                 0   1 2   3       4   5 6   7
//	its nodes            0-1             2-3, 4          5, 6-7
//
//	forward    AllGatherRows, once a batch normalisation: the shards' sums
//	loss       AllGatherRows: the shards' losses and right answers
//	backward   AllGatherRows, once a batch normalisation
//	           each has a gradient of all weights for each of its nodes
//	update     ReduceScatter: each gets the sum over all shards, in the tree's
//	             order, of its own third of the gradient
//	           each moves its third of the weights and moments by it
//	           AllGatherParams: all have all weights again
//
// The order of the meetings is the same for all workers, and so is the order of
// every sum, whatever the world: that is why the bits do not depend on it. Where
// moments are to be saved too, Trainer.Share gathers them between two steps. An
// evaluation ends in one AllGatherRows.
//
// A step can be given up and done again until a ReduceScatter of it has returned.
// From there to the end of its AllGatherParams some weights are the next step's.

// Node is a worker's gradient of one node of the tree over shards.
type Node struct {
	nn.Shards
	Grad []float32 // from Off on: the whole arena, or another worker's asked range
	Off  int
}

// Exchange joins the workers of a run. Its methods that return an error are
// meetings, collectives as in MPI: every worker calls them in the same order, and
// each returns when all have. An error ends the step for all. It may be done again
// only if no ReduceScatter of it has returned; else the run must be loaded anew.
type Exchange interface {
	// World is the number of workers.
	World() int
	// Part is the part of an arena of n numbers that a worker updates.
	Part(rank, n int) (lo, hi int)
	// AllGatherRows completes rows, width numbers a shard: each worker has written
	// those of its own shards.
	AllGatherRows(rank int, rows []float64, width int, own nn.Shards) error
	// ReduceScatter returns the sum of the gradients over all of a batch's shards,
	// in the tree's order (see SumNodes), of lo..hi of the arena: the worker's
	// part. The nodes' memory may be used for it.
	ReduceScatter(rank int, own []Node, shards, lo, hi int) (sum []float32, err error)
	// AllGatherParams completes arenas, all of one length: each worker has written
	// its part of each.
	AllGatherParams(rank int, arenas ...[]float32) error
}

// Cut cuts an arena of n numbers evenly among world workers.
func Cut(n, rank, world int) (lo, hi int) {
	const align = 16 // so that workers do not write to one cache line
	at := func(r int) int {
		if r == world {
			return n
		}
		return n * r / world / align * align
	}
	return at(rank), at(rank + 1)
}

// SumNodes adds the nodes of all workers, in any order, into their sum over all
// shards in the fixed tree, within lo..hi of the arena, and returns that part. It
// uses the nodes' memory.
func SumNodes(nodes []Node, shards, lo, hi int) []float32 {
	if lo == hi {
		return nil
	}
	var sum func(a, b int) []float32
	sum = func(a, b int) []float32 {
		for _, n := range nodes {
			if n.Lo == a && n.Hi == b {
				return n.Grad[lo-n.Off : hi-n.Off]
			}
		}
		mid := a + kernel.TreeSplit(b-a)
		left, right := sum(a, mid), sum(mid, b)
		add(left, right)
		return left
	}
	return sum(0, shards)
}

func add(dst, src []float32) {
	src = src[:len(dst)]
	for i, v := range src {
		dst[i] += v
	}
}

// Group is the Exchange of goroutines in one process, which share the
// network's memory.
type Group struct {
	world   int
	mu      sync.Mutex
	cond    *sync.Cond
	waiting int    // workers, in this meeting
	round   uint64 // meetings held
	err     error

	rows  [2][]float64 // of alternate meetings: a slow reader of one is safe from the next
	nodes [2][]Node
}

// NewGroup returns the exchange of world goroutines.
func NewGroup(world int) *Group {
	g := &Group{world: world}
	g.cond = sync.NewCond(&g.mu)
	return g
}

// World is the number of workers.
func (g *Group) World() int { return g.world }

// Part is an even cut.
func (g *Group) Part(rank, n int) (lo, hi int) { return Cut(n, rank, g.world) }

// errAbandoned is what the other workers see when one has failed.
var errAbandoned = errors.New("another worker gave up the step")

// abandon ends the meetings of all workers.
func (g *Group) abandon() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.err = errAbandoned
	g.cond.Broadcast()
}

// reset makes the group ready after a step was given up.
func (g *Group) reset() {
	g.waiting, g.err = 0, nil
	for i := range g.nodes {
		g.nodes[i] = g.nodes[i][:0]
	}
}

// barrier waits for all workers. Before it counts the caller in, deposit runs with
// the lock held.
func (g *Group) barrier(deposit func(slot int, first bool)) (slot int, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.err != nil {
		return 0, g.err
	}
	round := g.round
	slot = int(round & 1)
	deposit(slot, g.waiting == 0)
	if g.waiting++; g.waiting == g.world {
		g.waiting = 0
		g.round++
		g.cond.Broadcast()
		return slot, nil
	}
	for g.round == round && g.err == nil {
		g.cond.Wait()
	}
	if g.round == round {
		return 0, g.err
	}
	return slot, nil
}

// AllGatherRows completes rows.
func (g *Group) AllGatherRows(rank int, rows []float64, width int, own nn.Shards) error {
	if g.world == 1 {
		return nil
	}
	slot, err := g.barrier(func(slot int, _ bool) {
		if len(g.rows[slot]) < len(rows) {
			grown := make([]float64, len(rows))
			copy(grown, g.rows[slot])
			g.rows[slot] = grown
		}
		copy(g.rows[slot][own.Lo*width:own.Hi*width], rows[own.Lo*width:own.Hi*width])
	})
	if err != nil {
		return err
	}
	copy(rows, g.rows[slot])
	return nil
}

// ReduceScatter sums the nodes of all workers. Each adds within its own part of
// the nodes' memory alone.
func (g *Group) ReduceScatter(rank int, own []Node, shards, lo, hi int) ([]float32, error) {
	if g.world == 1 {
		return SumNodes(own, shards, lo, hi), nil
	}
	slot, err := g.barrier(func(slot int, first bool) {
		if first {
			g.nodes[slot] = g.nodes[slot][:0]
		}
		g.nodes[slot] = append(g.nodes[slot], own...)
	})
	if err != nil {
		return nil, err
	}
	return SumNodes(g.nodes[slot], shards, lo, hi), nil
}

// AllGatherParams waits until all have written their parts: the memory is one.
func (g *Group) AllGatherParams(int, ...[]float32) error {
	if g.world == 1 {
		return nil
	}
	_, err := g.barrier(func(int, bool) {})
	return err
}
