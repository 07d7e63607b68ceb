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
