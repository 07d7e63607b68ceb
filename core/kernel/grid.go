package kernel

// Leaf is the number of images of one shard. Gradients are summed over the
// images of a leaf first and over leaves in the tree of [TreeSplit].
const Leaf = 16

// Grid is the size of one image's activations: C channels of H x W pixels.
type Grid struct{ C, H, W int }

// Rows returns the rows of the stored image: H rounded up to a multiple of 4
// (a Winograd tile), and the border.
func (g Grid) Rows() int { return (g.H+3)&^3 + 2 }

// Cols returns the columns of the stored image, as Rows does.
func (g Grid) Cols() int { return (g.W+3)&^3 + 2 }

// Len returns the floats of one stored image.
func (g Grid) Len() int { return g.Rows() * g.Cols() * g.C }

// At returns the offset of channel 0 of pixel (y, x) in one stored image.
func (g Grid) At(y, x int) int { return ((y+1)*g.Cols() + x + 1) * g.C }

// TreeSplit returns how many of a node's leaves belong to its left subtree: the
// largest power of two below leaves. It is defined for leaves > 1.
func TreeSplit(leaves int) int {
	s := 1
	for 2*s < leaves {
		s *= 2
	}
	return s
}

// treeDepth returns how many right subtrees wait at once in a tree over so many leaves.
func treeDepth(leaves int) int {
	d := 0
	for ; leaves > 1; leaves /= 2 {
		d++
	}
	return d
}

// treeStack returns stack, grown to what a tree over so many leaves of size
// floats needs. It allocates only when a larger batch than ever before comes.
func treeStack(stack [][]float32, leaves, size int) [][]float32 {
	for len(stack) < treeDepth(leaves) {
		stack = append(stack, make([]float32, size))
	}
	return stack
}

// leaves returns how many leaves n images fill.
func leaves(n int) int { return (n + Leaf - 1) / Leaf }
