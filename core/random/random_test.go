package random

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"
)

// The known answers of Random123 (kat_vectors, philox4x32 with 10 rounds).
func TestPhiloxKnownAnswers(t *testing.T) {
	const ff = 0xffffffff
	tests := []struct {
		name string
		ctr  [4]uint32
		key  [2]uint32
		want [4]uint32
	}{
		{"zeros", [4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{"ones", [4]uint32{ff, ff, ff, ff}, [2]uint32{ff, ff}, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{"pi", [4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0}, [4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got [4]uint32
			if got[0], got[1], got[2], got[3] = philox(tt.ctr, tt.key); got != tt.want {
				t.Errorf("philox = %08x, want %08x", got, tt.want)
			}
		})
	}
}

func TestBlocksAreTheNumbersInFours(t *testing.T) {
	one, four := New(42, Dropout, 1, 2, 3), New(42, Dropout, 1, 2, 3)
	for i := range 100 {
		var want, got [4]uint32
		for k := range want {
			want[k] = one.Uint32()
		}
		if got[0], got[1], got[2], got[3] = four.Block(); got != want {
			t.Fatalf("block %d is %08x, its numbers are %08x", i, got, want)
		}
	}
	one.Uint32()
	one.Block()
	four.Block()
	four.Block()
	if a, b := one.Uint32(), four.Uint32(); a != b {
		t.Errorf("behind a block comes %08x, want %08x", a, b)
	}
}

// The C++ standard fixes the 10,000th number of the default-seeded generator.
func TestMT19937TenThousandth(t *testing.T) {
	m := NewMT19937(5489)
	for range 9999 {
		m.Uint32()
	}
	if got := m.Uint32(); got != 4123659995 {
		t.Errorf("the 10,000th number is %d, want 4123659995", got)
	}
}

// The permutation of the report's split, whose hash and first numbers are known.
func TestMT19937MakesTheReportsPermutation(t *testing.T) {
	const n = 60000
	m := NewMT19937(42)
	perm := make([]uint32, n)
	for i := range perm {
		perm[i] = uint32(i)
	}
	for i := range n - 1 {
		j := i + int(m.Uint32()%uint32(n-i))
		perm[i], perm[j] = perm[j], perm[i]
	}
	h := sha256.New()
	binary.Write(h, binary.LittleEndian, perm)
	const want = "7f455bbc8e543f082c5e5787a6f39d0569027ff6766e60bb3417c9c7e5ac124f"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("permutation hash %s, want %s (it begins %v)", got, want, perm[:3])
	}
}

func TestStreamsDependOnEveryArgument(t *testing.T) {
	base := New(42, Dropout, 1, 2, 3)
	first := base.Uint32()
	others := map[string]Stream{
		"seed":      New(43, Dropout, 1, 2, 3),
		"high seed": New(42|1<<40, Dropout, 1, 2, 3),
		"purpose":   New(42, Augment, 1, 2, 3),
		"a":         New(42, Dropout, 2, 2, 3),
		"b":         New(42, Dropout, 1, 3, 3),
		"c":         New(42, Dropout, 1, 2, 4),
	}
	for name, s := range others {
		if s.Uint32() == first {
			t.Errorf("changing %s leaves the first number as it was", name)
		}
	}
}

func TestNormalHasMeanZeroAndVarianceOne(t *testing.T) {
	s := New(7, Synthetic, 0, 0, 0)
	const n = 200000
	var sum, sq float64
	for range n {
		v := float64(s.Normal())
		sum += v
		sq += v * v
	}
	mean, variance := sum/n, sq/n
	if math.Abs(mean) > 0.01 || math.Abs(variance-1) > 0.015 {
		t.Errorf("mean %.4f and variance %.4f, want 0 and 1", mean, variance)
	}
}
