package nn

import (
	"math"
	"slices"
	"testing"

	"atelier/core/checkpoint"
	"atelier/core/kernel"
)

// A ReLU whose input is nearer to zero than float32's rounding may open in one
// arithmetic and stay shut in another; every gradient below then differs by
// about 1e-3. Such a difference is explained, not allowed for: turning the
// decision over must bring the gradients back within the limits.

// decision is a ReLU whose input was nearly zero.
type decision struct {
	layer    string
	value    float64 // distance from zero
	turnOver func()
}

// nearZero lists the count decisions of a forward pass nearest to zero.
func nearZero(p *Pass, images, count int) []decision {
	var out []decision
	for _, l := range p.layers {
		switch l := l.(type) {
		case *convBNPass:
			out = append(out, l.nearZero(images)...)
		case *convPoolPass:
			out = append(out, l.nearZero(images)...)
		}
	}
	slices.SortFunc(out, func(a, b decision) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return 0
	})
	return out[:min(count, len(out))]
}

const nearly = 2e-6

func (l *convBNPass) nearZero(images int) []decision {
	var out []decision
	g := l.out
	for n := range images {
		for y := range g.H {
			for x := range g.W {
				for c := range g.C {
					i := n*g.Len() + g.At(y, x) + c
					v := math.Abs(float64(l.raw[i])*float64(l.scale[c]) + float64(l.shift[c]))
					if v < nearly {
						out = append(out, decision{l.weight.Name, v, func() { turnOver(&l.y[i]) }})
					}
				}
			}
		}
	}
	return out
}

// nearZero looks at the largest of each pool's four pixels before the ReLU.
func (l *convPoolPass) nearZero(images int) []decision {
	var out []decision
	raw := make([]float32, l.out.Len())
	g := l.pooled
	for n := range images {
		l.conv.Forward(raw, l.x[n*l.in.Len():], l.bias.Data, false, 1)
		for y := range g.H {
			for x := range g.W {
				for c := range g.C {
					best := 0
					at := func(k int) float32 { return raw[l.out.At(2*y+k/2, 2*x+k%2)+c] }
					for k := range 4 {
						if at(k) > at(best) {
							best = k
						}
					}
					if v := math.Abs(float64(at(best))); v < nearly {
						i, j := n*g.Len()+g.At(y, x)+c, ((n*g.H+y)*g.W+x)*g.C+c
						out = append(out, decision{l.weight.Name, v, func() {
							turnOver(&l.y[i])
							l.arg[j] = uint8(best)
						}})
					}
				}
			}
		}
	}
	return out
}

// turnOver opens a ReLU that was shut, or shuts it.
func turnOver(y *float32) {
	if *y > 0 {
		*y = 0
	} else {
		*y = 1e-30
	}
}

// gradientError is the relative L2 error of all gradients that want has.
func gradientError(net *Net, grad []float32, prefix string, want map[string]checkpoint.Tensor) float64 {
	var all, allWant []float32
	for _, p := range net.Parameters() {
		if w, ok := want[prefix+p.Name]; ok {
			all, allWant = append(all, grad[p.Off:p.Off+len(p.Data)]...), append(allWant, w.F32...)
		}
	}
	return relative(all, allWant)
}

// explain turns decisions over, one after the other, as long as each brings the
// gradients nearer to PyTorch's, and returns the gradients then.
func explain(t *testing.T, p *Pass, c *Context, labels []uint8, prefix string, want map[string]checkpoint.Tensor, limit float64) []float32 {
	t.Helper()
	var turned []decision
	backward := func() float64 {
		logits, err := p.Forward(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range turned {
			d.turnOver()
		}
		n := c.images()
		kernel.SoftmaxCrossEntropy(p.dlogits, p.losses, logits, labels, 0, n, n)
		if err := p.Backward(c, p.dlogits); err != nil {
			t.Fatal(err)
		}
		return gradientError(p.Net, c.Grads[0], prefix, want)
	}
	best := backward()
	for _, d := range nearZero(p, c.images(), 12) {
		if best <= limit {
			break
		}
		turned = append(turned, d)
		if e := backward(); e < .9*best {
			t.Logf("turned over a ReLU of %s whose input was %.1g: all gradients from %.2g to %.2g", d.layer, d.value, best, e)
			best = e
		} else {
			turned = turned[:len(turned)-1]
		}
	}
	backward()
	return c.Grads[0]
}
