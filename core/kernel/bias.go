package kernel

// BiasGradient computes db [K], the sum of dy over the pixels of the n images of
// a node of the tree.
//
//go:norace
func BiasGradient(db, dy []float32, g Grid, n int) {
	var right [8]float32
	for k := 0; k < g.C; k += 8 {
		width := g.C - k
		if width > 8 {
			width = 8
		}
		stack := [8][8]float32{}
		biasTree(&right, &stack, dy[k:], g, width, 0, n)
		copy(db[k:g.C], right[:width])
	}
}

// biasTree sums width (at most 8) channels over the pixels of n images in tree order.
//
//go:norace
func biasTree(sum *[8]float32, stack *[8][8]float32, dy []float32, g Grid, width, depth, n int) {
	if n <= Leaf {
		biasLeaf(sum, dy, g, width, n)
		return
	}
	left := TreeSplit(leaves(n)) * Leaf
	biasTree(sum, stack, dy, g, width, depth, left)
	right := &stack[depth]
	biasTree(right, stack, dy[left*g.Len():], g, width, depth+1, n-left)
	for i := range sum {
		sum[i] += right[i]
	}
}

//go:norace
func biasLeaf(sum *[8]float32, dy []float32, g Grid, width, n int) {
	*sum = [8]float32{}
	for img := range n {
		for y := range g.H {
			row := dy[img*g.Len()+g.At(y, 0):]
			var s [8]float32
			if width == 8 {
				s = sumColumns8(row, g.C, g.W)
			} else {
				for x := range g.W {
					for i, v := range row[x*g.C:][:width] {
						s[i] += v
					}
				}
			}
			for i := range sum {
				sum[i] += s[i]
			}
		}
	}
}

// sumColumns8 sums n rows of 8 neighboring floats, stride apart.
//
//go:norace
func sumColumns8(row []float32, stride, n int) [8]float32 {
	var s0, s1, s2, s3, s4, s5, s6, s7 float32
	for i := range n {
		v := (*[8]float32)(row[i*stride:])
		s0 += v[0]
		s1 += v[1]
		s2 += v[2]
		s3 += v[3]
		s4 += v[4]
		s5 += v[5]
		s6 += v[6]
		s7 += v[7]
	}
	return [8]float32{s0, s1, s2, s3, s4, s5, s6, s7}
}
