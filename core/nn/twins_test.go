package nn

import (
	"math"

	"atelier/core/kernel"
)

// Float64 twins of every layer's Forward while training, written from the
// definitions. They take and give [images][channels][rows][columns], as PyTorch
// does, and differ from the layers in arithmetic, memory order and algorithm.

// twin is a layer's Forward in float64; p holds its parameters.
type twin func(p map[string][]float64, x []float64, n int) []float64

// conv64 is a 3×3 convolution with stride 1 and padding 1; bias may be nil.
func conv64(x, w, bias []float64, in, out Shape, n int) []float64 {
	y := make([]float64, n*out.C*out.H*out.W)
	for img := range n {
		for k := range out.C {
			for i := range out.H {
				for j := range out.W {
					sum := 0.0
					if bias != nil {
						sum = bias[k]
					}
					for c := range in.C {
						plane := x[(img*in.C+c)*in.H*in.W:]
						filter := w[(k*in.C+c)*9:]
						for r := max(0, 1-i); r < min(3, in.H+1-i); r++ {
							for s := max(0, 1-j); s < min(3, in.W+1-j); s++ {
								sum += plane[(i+r-1)*in.W+j+s-1] * filter[r*3+s]
							}
						}
					}
					y[((img*out.C+k)*out.H+i)*out.W+j] = sum
				}
			}
		}
	}
	return y
}

func relu64(y []float64) []float64 {
	for i, v := range y {
		y[i] = math.Max(v, 0)
	}
	return y
}

func conv2dTwin(in Shape, out int, act Activation) twin {
	return func(p map[string][]float64, x []float64, n int) []float64 {
		y := conv64(x, p["l.weight"], p["l.bias"], in, Shape{out, in.H, in.W}, n)
		if act == ReLU {
			relu64(y)
		}
		return y
	}
}

// convBNTwin normalises with the batch's own mean and biased variance.
func convBNTwin(in Shape, out int) twin {
	return func(p map[string][]float64, x []float64, n int) []float64 {
		y := conv64(x, p["l.conv.weight"], nil, in, Shape{out, in.H, in.W}, n)
		area := in.H * in.W
		for k := range out {
			var sum, squares float64
			each := func(f func(v *float64)) {
				for img := range n {
					for i := range area {
						f(&y[(img*out+k)*area+i])
					}
				}
			}
			each(func(v *float64) { sum += *v })
			mean := sum / float64(n*area)
			each(func(v *float64) { squares += (*v - mean) * (*v - mean) })
			inv := 1 / math.Sqrt(squares/float64(n*area)+1e-5)
			each(func(v *float64) { *v = (*v-mean)*inv*p["l.bn.weight"][k] + p["l.bn.bias"][k] })
		}
		return relu64(y)
	}
}

func linearTwin(in, out int, act Activation) twin {
	return func(p map[string][]float64, x []float64, n int) []float64 {
		y := make([]float64, n*out)
		for img := range n {
			for o := range out {
				sum := p["l.bias"][o]
				for i := range in {
					sum += x[img*in+i] * p["l.weight"][o*in+i]
				}
				y[img*out+o] = sum
			}
		}
		if act == ReLU {
			relu64(y)
		}
		return y
	}
}

func maxPoolTwin(in Shape) twin {
	return func(_ map[string][]float64, x []float64, n int) []float64 {
		h, w := in.H/2, in.W/2
		y := make([]float64, n*in.C*h*w)
		for plane := range n * in.C {
			for i := range h {
				for j := range w {
					at := plane*in.H*in.W + 2*i*in.W + 2*j
					y[(plane*h+i)*w+j] = math.Max(math.Max(x[at], x[at+1]), math.Max(x[at+in.W], x[at+in.W+1]))
				}
			}
		}
		return y
	}
}

func avgPoolTwin(in Shape) twin {
	return func(_ map[string][]float64, x []float64, n int) []float64 {
		y := make([]float64, n*in.C)
		area := in.H * in.W
		for plane := range y {
			for _, v := range x[plane*area : (plane+1)*area] {
				y[plane] += v / float64(area)
			}
		}
		return y
	}
}

func flattenTwin(_ map[string][]float64, x []float64, _ int) []float64 {
	return append([]float64(nil), x...)
}

// dropoutTwin drops what the layer's own mask drops: one entry a feature, or a
// channel of area pixels.
func dropoutTwin(mask []float32, area int) twin {
	return func(_ map[string][]float64, x []float64, _ int) []float64 {
		y := make([]float64, len(x))
		for i, v := range x {
			y[i] = v * float64(mask[i/area])
		}
		return y
	}
}

// crossEntropy64 is the mean loss over batch images, of which n are here:
// torch.nn.CrossEntropyLoss(label_smoothing=s).
func crossEntropy64(logits []float64, labels []uint8, s float64, n, batch int) float64 {
	var total float64
	for img := range n {
		l := logits[img*Labels : (img+1)*Labels]
		top, sum := math.Inf(-1), 0.0
		for _, v := range l {
			top = math.Max(top, v)
		}
		for _, v := range l {
			sum += math.Exp(v - top)
		}
		for i, v := range l {
			target := s / Labels
			if i == int(labels[img]) {
				target += 1 - s
			}
			total -= target * (v - top - math.Log(sum))
		}
	}
	return total / float64(batch)
}

// toMemory writes [n][C][H][W] in the layers' memory order; fromMemory reads it.
func toMemory(dst []float32, x []float64, s Shape, n int) {
	inMemory(s, n, func(at, i int) { dst[at] = float32(x[i]) })
}

func fromMemory(x []float32, s Shape, n int) []float64 {
	y := make([]float64, n*s.C*max(1, s.H*s.W))
	inMemory(s, n, func(at, i int) { y[i] = float64(x[at]) })
	return y
}

// inMemory tells where in memory each number of [n][C][H][W] lies.
func inMemory(s Shape, n int, f func(at, i int)) {
	g := kernel.Grid{C: s.C, H: s.H, W: s.W}
	i := 0
	for img := range n {
		for c := range s.C {
			if s.Flat() {
				f(img*s.C+c, i)
				i++
				continue
			}
			for y := range s.H {
				for x := range s.W {
					f(img*g.Len()+g.At(y, x)+c, i)
					i++
				}
			}
		}
	}
}
