// Package random makes every random number of a run a function of what it is
// for: dropout masks, augmentation and order depend on (seed, purpose, epoch,
// step, position), never on the state of a shared generator, so that any
// worker can draw its part and a resumed run draws the same.
package random

import "math"

// Purpose keeps the streams of different uses apart.
type Purpose uint32

// The purposes. Their numbers are part of the bits of a run: append only.
const (
	Order Purpose = iota + 1
	Dropout
	Augment
	Sketch
	Synthetic
	Drawn
	Lesson
)

// Stream is a counter-based generator, Philox4x32-10 (Salmon et al., "Parallel
// random numbers: as easy as 1, 2, 3", 2011): block i of a stream is a
// function of its key and i alone.
type Stream struct {
	key   [2]uint32
	ctr   [4]uint32
	block [4]uint32
	used  int
}

// New returns the stream of one purpose at (a, b, c): say epoch, step and
// position. Different arguments give independent streams of 2^34 numbers.
func New(seed uint64, purpose Purpose, a, b, c uint32) Stream {
	return Stream{
		key:  [2]uint32{uint32(seed) ^ uint32(purpose)*0x9E3779B9, uint32(seed >> 32)},
		ctr:  [4]uint32{0, a, b, c},
		used: 4,
	}
}

// Uint32 returns the next 32 bits.
func (s *Stream) Uint32() uint32 {
	if s.used == 4 {
		s.block[0], s.block[1], s.block[2], s.block[3] = s.Block()
		s.used = 0
	}
	v := s.block[s.used]
	s.used++
	return v
}

// Float32 returns a number in [0,1) with 24 random bits.
func (s *Stream) Float32() float32 { return float32(float32(s.Uint32()>>8) * (1.0 / (1 << 24))) }

// Intn returns a number in [0,n) for 0 < n < 2^31. Its bias is below n/2^32.
func (s *Stream) Intn(n int) int { return int(uint64(s.Uint32()) * uint64(n) >> 32) }

// Uniform returns a number in [lo,hi).
func (s *Stream) Uniform(lo, hi float32) float32 {
	return lo + float32(s.Float32()*(hi-lo))
}

// Normal returns a number of mean 0 and variance 1: the sum of twelve uniform
// numbers less 6, which needs no function that differs between platforms. Its
// tails end at 6 standard deviations.
func (s *Stream) Normal() float32 {
	var sum uint64
	for range 12 {
		sum += uint64(s.Uint32())
	}
	return float32(float64(float64(sum)*(1.0/(1<<32))) - 6)
}

// Block returns the next four of Uint32's numbers, those of a whole block: what is
// left of the block before is passed over.
func (s *Stream) Block() (a, b, c, d uint32) {
	s.used = 4
	a, b, c, d = philox(s.ctr, s.key)
	s.ctr[0]++
	return a, b, c, d
}

// philox works with single numbers: in an array, they would go through memory.
func philox(c [4]uint32, k [2]uint32) (c0, c1, c2, c3 uint32) {
	c0, c1, c2, c3 = c[0], c[1], c[2], c[3]
	k0, k1 := k[0], k[1]
	for range 5 {
		c0, c1, c2, c3 = philoxRound(c0, c1, c2, c3, k0, k1)
		c0, c1, c2, c3 = philoxRound(c0, c1, c2, c3, k0+keyStep0, k1+keyStep1)
		k0 += 2 * keyStep0 & math.MaxUint32
		k1 += 2 * keyStep1 & math.MaxUint32
	}
	return c0, c1, c2, c3
}

// What is added to the key from round to round.
const (
	keyStep0 = 0x9E3779B9
	keyStep1 = 0xBB67AE85
)

func philoxRound(c0, c1, c2, c3, k0, k1 uint32) (d0, d1, d2, d3 uint32) {
	p0 := uint64(c0) * 0xD2511F53
	p1 := uint64(c2) * 0xCD9E8D57
	return uint32(p1>>32) ^ c1 ^ k0, uint32(p1), uint32(p0>>32) ^ c3 ^ k1, uint32(p0)
}
