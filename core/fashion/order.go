package fashion

import "atelier/core/random"

// Split returns the report's split of n training images: PyTorch's
// random_split with manual_seed(42). Nine tenths train, the rest validate: the
// first 54,000 and the last 6,000 of the permutation of Fashion-MNIST's 60,000.
//
// The permutation is torch.randperm's on a CPU: for i from 0 to n-2, swap i
// with i + next() % (n-i).
func Split(n int) (train, val []int32) {
	perm := make([]int32, n)
	for i := range perm {
		perm[i] = int32(i)
	}
	m := random.NewMT19937(42)
	for i := range max(n-1, 0) {
		j := i + int(m.Uint32()%uint32(n-i))
		perm[i], perm[j] = perm[j], perm[i]
	}
	cut, _ := SplitSize(n)
	return perm[:cut:cut], perm[cut:]
}

// SplitSize tells how many of n training images Split gives to either part.
func SplitSize(n int) (train, val int) {
	train = n * 9 / 10
	return train, n - train
}

// Order returns the order in which an epoch visits n images: a permutation of
// 0..n-1 that is a function of seed, epoch and n.
func Order(seed uint64, epoch, n int) []int32 {
	order := make([]int32, n)
	OrderInto(order, seed, epoch)
	return order
}

// OrderInto is Order for len(dst) images into dst. It shuffles from the end
// (Durstenfeld, Algorithm 235, 1964).
func OrderInto(dst []int32, seed uint64, epoch int) {
	for i := range dst {
		dst[i] = int32(i)
	}
	s := random.New(seed, random.Order, uint32(epoch), 0, 0)
	for i := len(dst) - 1; i > 0; i-- {
		j := s.Intn(i + 1)
		dst[i], dst[j] = dst[j], dst[i]
	}
}
