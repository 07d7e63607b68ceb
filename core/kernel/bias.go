package kernel

// biasWidth is how many channels are summed together: those of a pixel, which lie
// together in memory.
const biasWidth = 64

// BiasGradient computes db [K], the sum of dy over the pixels of the n images of
// a node of the tree.
//
//go:norace
func BiasGradient(db, dy []float32, g Grid, n int) {
	var sum [biasWidth]float32
	var stack [8][biasWidth]float32
	for k := 0; k < g.C; k += biasWidth {
		width := min(g.C-k, biasWidth)
		biasTree(&sum, &stack, dy[k:], g, width, 0, n)
		copy(db[k:g.C], sum[:width])
	}
}

// biasTree sums width channels over the pixels of n images in tree order.
//
//go:norace
func biasTree(sum *[biasWidth]float32, stack *[8][biasWidth]float32, dy []float32, g Grid, width, depth, n int) {
	if n <= Leaf {
		biasLeaf(sum, dy, g, width, n)
		return
	}
	left := TreeSplit(leaves(n)) * Leaf
	biasTree(sum, stack, dy, g, width, depth, left)
	right := &stack[depth]
	biasTree(right, stack, dy[left*g.Len():], g, width, depth+1, n-left)
	Add(sum[:width], right[:width])
}

//go:norace
func biasLeaf(sum *[biasWidth]float32, dy []float32, g Grid, width, n int) {
	clear(sum[:width])
	for img := range n {
		for y := range g.H {
			row := dy[img*g.Len()+g.At(y, 0):][:(g.W-1)*g.C+width]
			if sumRow(sum[:width], row, g) {
				continue
			}
			var s [biasWidth]float32
			for ; len(row) >= width; row = row[min(g.C, len(row)):] {
				for i, v := range row[:width] {
					s[i] += v
				}
			}
			Add(sum[:width], s[:width])
		}
	}
}

// sumRow adds the sums of a row's channels to sum, eight of them a time, unless the
// grid does not suit that. It calls them by name: what a function value is given escapes.
//
//go:norace
func sumRow(sum, row []float32, g Grid) bool {
	if g.W%7 != 0 || g.C != 32 && g.C != 64 {
		return false
	}
	for k := 0; k+8 <= len(sum); k += 8 {
		s, x := (*[8]float32)(sum[k:]), row[k:]
		if g.C == 32 {
			sums32(s, x)
		} else {
			sums64(s, x)
		}
	}
	return true
}
