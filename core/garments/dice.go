package garments

import "atelier/core/random"

// dice draws a garment's proportions and habits. Wide dice, of the held-out
// drawings, reach a tenth beyond every range that is trained on and take rare
// turns more often.
type dice struct {
	s    *random.Stream
	wide bool
}

// in returns a number of lo to hi.
func (g *dice) in(lo, hi float64) float64 {
	u := float64(g.s.Float32())
	if g.wide {
		u = mul(u, 1.2) - 0.1
	}
	return mix(lo, hi, u)
}

// chance is true with probability p.
func (g *dice) chance(p float64) bool {
	if g.wide {
		p = mix(p, 0.5, 0.15)
	}
	return float64(g.s.Float32()) < p
}

// some returns a whole number of lo to hi.
func (g *dice) some(lo, hi int) int { return lo + g.s.Intn(hi-lo+1) }

// normal returns a number of mean 0 and the given standard deviation.
func (g *dice) normal(deviation float64) float64 { return mul(float64(g.s.Normal()), deviation) }

// sign is 1 or -1.
func (g *dice) sign() float64 {
	if g.s.Uint32()>>31 == 0 {
		return 1
	}
	return -1
}

// pick returns an index, each as often as its weight says.
func (g *dice) pick(weights ...float64) int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	u := mul(float64(g.s.Float32()), total)
	for i, w := range weights {
		if u < w {
			return i
		}
		u -= w
	}
	return len(weights) - 1
}
