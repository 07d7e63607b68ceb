// Package optim holds the optimisers and the learning-rate schedules, with
// PyTorch's semantics.
package optim

import "math"

// Adam is torch.optim.Adam, and torch.optim.AdamW where weight decay is given:
// Kingma and Ba, "Adam: a method for stochastic optimization", 2015, and
// Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
type Adam struct {
	Beta1, Beta2, Eps float64
	// M and V are the moving averages of the gradient and of its square, one
	// number a parameter.
	M, V []float32
}

// NewAdam returns the optimiser of n parameters with PyTorch's constants.
func NewAdam(n int) *Adam {
	return &Adam{Beta1: .9, Beta2: .999, Eps: 1e-8, M: make([]float32, n), V: make([]float32, n)}
}

// Update is step number step (the first is 1) on the parameters lo..hi of the
// arena p; g is their gradient alone. The decoupled decay multiplies each by
// 1 - lr·decay first. Every parameter is its own affair, so any cut of the
// arena gives the same bits.
func (a *Adam) Update(p, g []float32, lo, hi int, step int64, lr, decay float64) {
	correction1 := 1 - power(a.Beta1, step)
	correction2 := 1 - power(a.Beta2, step)
	b1, c1 := float32(a.Beta1), float32(1-a.Beta1)
	b2, c2 := float32(a.Beta2), float32(1-a.Beta2)
	size := float32(lr / correction1)
	root := float32(1 / math.Sqrt(correction2))
	eps := float32(a.Eps)
	keep := float32(1 - float64(lr*decay))
	p, m, v := p[lo:hi], a.M[lo:hi], a.V[lo:hi]
	g, m, v = g[:len(p)], m[:len(p)], v[:len(p)]
	for i, w := range p {
		gi := g[i]
		mi := float32(m[i]*b1) + float32(gi*c1)
		vi := float32(v[i]*b2) + float32(float32(gi*gi)*c2)
		m[i], v[i] = mi, vi
		// The compiler's own square root: math32.Sqrt takes 15 times as long in WebAssembly.
		denominator := float32(float32(math.Sqrt(float64(vi)))*root) + eps
		p[i] = float32(w*keep) - float32(size*float32(mi/denominator))
	}
}

// power returns b^n by squaring: math.Pow differs between platforms.
func power(b float64, n int64) float64 {
	r := 1.0
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			r = float64(r * b)
		}
		b = float64(b * b)
	}
	return r
}

// Average moves the exponential moving average of the weights, avg, towards p:
// avg ← d·avg + (1-d)·p for lo..hi, with d growing from 0 as in
// (1+step)/(10+step) until it reaches decay, so that the first weights are soon
// forgotten.
func Average(avg, p []float32, lo, hi int, step int64, decay float64) {
	d := min(decay, float64(1+step)/float64(10+step))
	keep, take := float32(d), float32(1-d)
	avg, p = avg[lo:hi], p[lo:hi]
	p = p[:len(avg)]
	for i, a := range avg {
		avg[i] = float32(a*keep) + float32(p[i]*take)
	}
}
