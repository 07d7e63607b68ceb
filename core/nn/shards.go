package nn

import (
	"atelier/core/kernel"
)

// Shards is a range of consecutive shards of a batch.
type Shards struct{ Lo, Hi int }

// ShardCount is the number of shards of a batch of n images.
func ShardCount(n int) int { return (n + kernel.Leaf - 1) / kernel.Leaf }

// Share returns the shards of worker rank of world, consecutive and as even as
// whole shards allow.
func Share(shards, rank, world int) Shards {
	return Shards{Lo: shards * rank / world, Hi: shards * (rank + 1) / world}
}

// Nodes cuts a range of shards into the largest nodes of the fixed tree over
// all shards, left to right.
func (r Shards) Nodes(all int) []Shards {
	var out []Shards
	var walk func(lo, hi int)
	walk = func(lo, hi int) {
		switch {
		case r.Lo <= lo && hi <= r.Hi && lo < hi:
			out = append(out, Shards{lo, hi})
		case hi <= r.Lo || r.Hi <= lo:
		default:
			mid := lo + kernel.TreeSplit(hi-lo)
			walk(lo, mid)
			walk(mid, hi)
		}
	}
	walk(0, all)
	return out
}

// eachShard calls f for the first image and the number of images of each of the
// worker's shards, and yields after each.
func (c *Context) eachShard(f func(first, n int)) error {
	for s := c.Range.Lo; s < c.Range.Hi; s++ {
		f((s-c.Range.Lo)*kernel.Leaf, c.imagesOf(Shards{s, s + 1}))
		if err := c.Yield(); err != nil {
			return err
		}
	}
	return nil
}

// eachNode calls f for the first image, the number of images and the gradient
// arena of each of the worker's nodes.
func (c *Context) eachNode(f func(first, n int, grad []float32)) {
	for i, node := range c.Nodes {
		f((node.Lo-c.Range.Lo)*kernel.Leaf, c.imagesOf(node), c.Grads[i])
	}
}

// sumShards writes a parameter's gradient for each of the worker's nodes: shard
// writes that of n images from first on, and the shards are added in the tree.
// It yields after each shard.
func (c *Context) sumShards(p Param, stack [][]float32, shard func(dst []float32, first, n int)) error {
	var failed error
	for i, node := range c.Nodes {
		sumTree(c.Grads[i][p.Off:p.Off+len(p.Data)], node.Lo, node.Hi, stack, func(dst []float32, s int) {
			if failed != nil {
				return
			}
			shard(dst, (s-c.Range.Lo)*kernel.Leaf, c.imagesOf(Shards{s, s + 1}))
			failed = c.Yield()
		})
	}
	return failed
}

// sumTree adds vectors lo..hi into dst in the order of the fixed binary tree.
// leaf writes vector i over its argument; stack is treeStack's.
func sumTree(dst []float32, lo, hi int, stack [][]float32, leaf func(dst []float32, i int)) {
	if hi-lo == 1 {
		leaf(dst, lo)
		return
	}
	mid := lo + kernel.TreeSplit(hi-lo)
	right := stack[0][:len(dst)]
	sumTree(dst, lo, mid, stack, leaf)
	sumTree(right, mid, hi, stack[1:], leaf)
	kernel.Add(dst, right)
}

// treeStack returns the memory that sumTree needs for vectors of n floats, one
// for each of a worker's shards: a right subtree for every level of the tree.
func treeStack(capacity, n int) [][]float32 {
	var s [][]float32
	for leaves := ShardCount(capacity); leaves > 1; leaves = (leaves + 1) / 2 {
		s = append(s, make([]float32, n))
	}
	return s
}
