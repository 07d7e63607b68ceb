package nn

import (
	"math"
	"slices"
	"testing"

	"atelier/core/kernel"
	"atelier/core/random"
)

// frozenTwin is a ConvBNReLU that normalises by running statistics.
func frozenTwin(in Shape, out int) func(bound) twin {
	return func(b bound) twin {
		l := b.(*convBNPass)
		return func(p map[string][]float64, x []float64, n int) []float64 {
			y := conv64(x, p["l.conv.weight"], nil, in, Shape{out, in.H, in.W}, n)
			area := in.H * in.W
			for i := range y {
				k := i / area % out
				y[i] = (y[i]-float64(l.runMean[k]))/math.Sqrt(float64(l.runVar[k])+1e-5)*p["l.bn.weight"][k] + p["l.bn.bias"][k]
			}
			return relu64(y)
		}
	}
}

// Frozen, a batch normalisation is a fixed scale and shift: forward, and in
// every derivative.
func TestFrozenGradients(t *testing.T) {
	for _, s := range []struct{ c, k, side, images int }{{3, 4, 6, 20}, {32, 64, 14, 2}} {
		in := Shape{s.c, s.side, s.side}
		g := gradientCase{"frozen", ConvBNReLU("l", s.c, s.k), in, s.images, direct, frozenTwin(in, s.k)}
		t.Run(in.String(), func(t *testing.T) {
			checkGradient(t, g, kernel.Direct, derivatives{}, func(net *Net, c *Context) {
				c.Frozen = true
				r := random.New(4, random.Synthetic, 0, 0, 0)
				for i := range net.Stats {
					net.Stats[i] = r.Uniform(.2, 1.5)
				}
			})
		})
	}
}

// A frozen training pass answers as an evaluation does and leaves the running
// statistics as they were, even when it commits.
func TestFrozenPassIsAnEvaluation(t *testing.T) {
	net := NewNet(Model2)
	net.Init(1)
	r := random.New(9, random.Synthetic, 0, 0, 0)
	for i := range net.Stats {
		net.Stats[i] = r.Uniform(.3, 1.2)
	}
	stats := slices.Clone(net.Stats)
	const n = 3
	p := NewPass(net, kernel.Leaf, kernel.Winograd)
	pixels := make([]float32, 784)
	for i := range n {
		for j := range pixels {
			pixels[j] = r.Uniform(-1, 1)
		}
		p.SetImage(i, pixels)
	}
	answer := func(c *Context) []float32 {
		c.Grads = [][]float32{make([]float32, len(net.Params))}
		_, logits, err := p.Loss(c, make([]uint8, kernel.Leaf), 0)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Clone(logits)
	}
	plain := answer(soloContext(false, n))
	c := soloContext(true, n)
	c.Frozen = true
	frozen := answer(c)
	p.Commit()
	for i, v := range plain {
		if math.Abs(float64(v-frozen[i])) > 1e-4*(1+math.Abs(float64(v))) {
			t.Errorf("logit %d is %v while training and %v in evaluation", i, frozen[i], v)
		}
	}
	if !slices.Equal(stats, net.Stats) {
		t.Error("the running statistics have moved")
	}
	if slices.Equal(answer(soloContext(true, n)), frozen) {
		t.Error("a pass that is not frozen answers the same")
	}
}
