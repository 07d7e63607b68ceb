package fashion

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"testing"
)

// The permutation's hash and beginning are those of PyTorch's random_split.
func TestSplitIsTheReports(t *testing.T) {
	train, val := Split(60000)
	if len(train) != 54000 || len(val) != 6000 {
		t.Fatalf("%d train and %d validate, want 54000 and 6000", len(train), len(val))
	}
	h := sha256.New()
	binary.Write(h, binary.LittleEndian, train)
	binary.Write(h, binary.LittleEndian, val)
	const want = "7f455bbc8e543f082c5e5787a6f39d0569027ff6766e60bb3417c9c7e5ac124f"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("hash %s, want %s; it begins %v", got, want, train[:3])
	}
}

func TestSplitOfOtherSizes(t *testing.T) {
	for _, n := range []int{0, 1, 2, 9, 10, 4000} {
		train, val := Split(n)
		if size, rest := SplitSize(n); size != len(train) || rest != len(val) {
			t.Errorf("SplitSize(%d) is %d and %d, the split has %d and %d", n, size, rest, len(train), len(val))
		}
		if len(train) != n*9/10 {
			t.Errorf("n=%d: %d train", n, len(train))
		}
		checkPermutation(t, append(slices.Clone(train), val...), n)
	}
}

func TestOrder(t *testing.T) {
	for _, n := range []int{0, 1, 2, 5, 54000} {
		checkPermutation(t, Order(42, 1, n), n)
	}
	base := Order(42, 1, 100)
	if !slices.Equal(base, Order(42, 1, 100)) {
		t.Error("the same seed and epoch give two orders")
	}
	if slices.Equal(base, Order(42, 2, 100)) || slices.Equal(base, Order(43, 1, 100)) {
		t.Error("another epoch or seed gives the same order")
	}
	// Held as numbers: a run's bits depend on them.
	if got, want := Order(42, 1, 8), []int32{1, 4, 6, 5, 3, 0, 2, 7}; !slices.Equal(got, want) {
		t.Errorf("Order(42, 1, 8) = %v, want %v", got, want)
	}
}

// In 6000 shuffles of three each of the six orders comes up about 1000 times.
func TestOrderIsUniform(t *testing.T) {
	counts := map[[3]int32]int{}
	for epoch := range 6000 {
		counts[[3]int32(Order(7, epoch, 3))]++
	}
	for order, n := range counts {
		if n < 880 || n > 1120 {
			t.Errorf("order %v came up %d times in 6000, want about 1000", order, n)
		}
	}
	if len(counts) != 6 {
		t.Errorf("%d of 6 orders came up", len(counts))
	}
}

func checkPermutation(t *testing.T, p []int32, n int) {
	t.Helper()
	seen := make([]bool, n)
	for _, v := range p {
		if v < 0 || int(v) >= n || seen[v] {
			t.Fatalf("n=%d: %d is out of range or comes twice", n, v)
		}
		seen[v] = true
	}
	if len(p) != n {
		t.Fatalf("%d of %d numbers", len(p), n)
	}
}
