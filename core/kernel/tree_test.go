package kernel

import "testing"

// The shape of the tree, written out: it is part of a run's bits.
func TestTreeSplitsAtPowersOfTwo(t *testing.T) {
	want := map[int]int{2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 8: 4, 9: 8, 15: 8, 16: 8, 17: 16, 27: 16, 33: 32}
	for leaves, left := range want {
		if got := TreeSplit(leaves); got != left {
			t.Errorf("of %d leaves %d go to the left, want %d", leaves, got, left)
		}
	}
}

// In float32, 1 next to 16777216 is lost, and two of them are not:
// ((16777216+1)+(1+1))-16777216.
func TestTheTreesOrder(t *testing.T) {
	numbers := []float32{1 << 24, 1, 1, 1, -(1 << 24)}
	sum := make([]float32, 1)
	Tree(sum, 5, treeStack(nil, 5, 1), func(dst []float32, i int) { dst[0] = numbers[i] })
	if sum[0] != 2 {
		t.Errorf("the sum of %v is %g, want 2", numbers, sum[0])
	}
}
