package random

// MT19937 is PyTorch's CPU generator (Matsumoto and Nishimura, 1998). It is
// used where PyTorch's own numbers are wanted: the report's split and the
// initial weights.
type MT19937 struct {
	state [624]uint32
	next  int
}

// NewMT19937 seeds the generator as torch.manual_seed does.
func NewMT19937(seed uint32) *MT19937 {
	m := &MT19937{next: 624}
	m.state[0] = seed
	for i := 1; i < len(m.state); i++ {
		prev := m.state[i-1]
		m.state[i] = 1812433253*(prev^prev>>30) + uint32(i)
	}
	return m
}

// Uint32 returns the next 32 bits.
func (m *MT19937) Uint32() uint32 {
	if m.next == len(m.state) {
		m.twist()
	}
	y := m.state[m.next]
	m.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// Uniform fills dst with numbers in [from,to), the bits of
// torch.Tensor.uniform_ on a CPU: 24 random bits each, scaled and shifted with
// one rounding, as the fused instruction that PyTorch is compiled to does. The
// product is exact in float64.
func (m *MT19937) Uniform(dst []float32, from, to float32) {
	for i := range dst {
		u := float32(m.Uint32()&(1<<24-1)) * (1.0 / (1 << 24))
		dst[i] = float32(float64(float64(u)*float64(to-from)) + float64(from))
	}
}

func (m *MT19937) twist() {
	s := &m.state
	for i := range s {
		y := s[i]&0x80000000 | s[(i+1)%624]&0x7fffffff
		v := s[(i+397)%624] ^ y>>1
		if y&1 != 0 {
			v ^= 0x9908b0df
		}
		s[i] = v
	}
	m.next = 0
}
