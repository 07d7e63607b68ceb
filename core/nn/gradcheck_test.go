package nn

import (
	"fmt"
	"math"
	"testing"

	"atelier/core/kernel"
	"atelier/core/random"
)

// Each layer's Backward, in float32, against central differences of the
// float64 twin of its Forward: of Σ dy·y for a random dy, so that one number is
// differentiated and every derivative is tried. Shapes are small where any
// shape will do, and the networks' own where a kernel serves only those.
const (
	gradientLimit = 1e-4 // relative L2
	forwardLimit  = 1e-5
	// difference is small, so that of 50,000 outputs none crosses the kink of
	// its ReLU on the way; float64 has room for it.
	difference = 1e-8
)

var both = []kernel.Algorithm{kernel.Direct, kernel.Winograd}
var direct = both[:1]

type gradientCase struct {
	name       string
	layer      Layer
	in         Shape
	images     int
	algorithms []kernel.Algorithm
	twin       func(b bound) twin
}

// plain is a twin that needs nothing of the layer.
func plain(f twin) func(bound) twin { return func(bound) twin { return f } }

func convCase(c, k, side, images int, act Activation, algorithms []kernel.Algorithm) gradientCase {
	in := Shape{c, side, side}
	return gradientCase{fmt.Sprintf("Conv2d %d→%d at %d, ReLU %v", c, k, side, act), Conv2d("l", c, k, act), in, images, algorithms, plain(conv2dTwin(in, k, act))}
}

func convBNCase(c, k, side, images int, algorithms []kernel.Algorithm) gradientCase {
	in := Shape{c, side, side}
	return gradientCase{fmt.Sprintf("ConvBNReLU %d→%d at %d", c, k, side), ConvBNReLU("l", c, k), in, images, algorithms, plain(convBNTwin(in, k))}
}

func linearCase(in, out, images int, act Activation) gradientCase {
	return gradientCase{fmt.Sprintf("Linear %d→%d, ReLU %v", in, out, act), Linear("l", in, out, act), Shape{C: in}, images, direct, plain(linearTwin(in, out, act))}
}

func gradientCases() []gradientCase {
	mask := func(area int) func(b bound) twin {
		return func(b bound) twin { return dropoutTwin(b.(*dropoutPass).scale, area) }
	}
	return []gradientCase{
		convCase(3, 5, 6, 19, Plain, direct),
		convCase(3, 5, 6, 19, ReLU, direct),
		convCase(1, 32, 28, 2, ReLU, both),
		convCase(32, 64, 28, 1, ReLU, both),
		convCase(64, 64, 14, 2, Plain, both),
		convBNCase(3, 4, 6, 20, direct),
		convBNCase(1, 32, 28, 2, both),
		convBNCase(32, 32, 28, 1, both),
		convBNCase(32, 64, 14, 2, both),
		convBNCase(64, 64, 14, 2, both),
		convBNCase(64, 128, 7, 3, both),
		convBNCase(128, 128, 7, 3, both),
		linearCase(7, 5, 20, Plain),
		linearCase(7, 5, 20, ReLU),
		linearCase(128, 64, 18, ReLU),
		linearCase(128, 10, 18, Plain),
		linearCase(12544, 128, 2, ReLU),
		{"MaxPool2d", MaxPool2d("l"), Shape{5, 6, 6}, 3, direct, plain(maxPoolTwin(Shape{5, 6, 6}))},
		{"MaxPool2d at 28", MaxPool2d("l"), Shape{32, 28, 28}, 1, direct, plain(maxPoolTwin(Shape{32, 28, 28}))},
		{"GlobalAvgPool", GlobalAvgPool("l"), Shape{5, 7, 7}, 3, direct, plain(avgPoolTwin(Shape{5, 7, 7}))},
		{"Flatten", Flatten(), Shape{3, 6, 6}, 3, direct, plain(flattenTwin)},
		{"Dropout", Dropout("l", .25), Shape{C: 50}, 20, direct, mask(1)},
		{"Dropout2d", Dropout2d("l", .25), Shape{6, 4, 4}, 20, direct, mask(16)},
	}
}

func TestGradients(t *testing.T) {
	for _, g := range gradientCases() {
		known := derivatives{}
		for _, alg := range g.algorithms {
			t.Run(fmt.Sprintf("%s/%v", g.name, map[kernel.Algorithm]string{kernel.Direct: "direct", kernel.Winograd: "winograd"}[alg]), func(t *testing.T) {
				checkGradient(t, g, alg, known, nil)
			})
		}
	}
}

// normals fills n numbers that are float32 ones.
func normals(n int, seed uint32, scale float64) []float64 {
	s := random.New(11, random.Synthetic, seed, 0, 0)
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(float32(float64(s.Normal()) * scale))
	}
	return x
}

// oneLayer is a network of one layer with random parameters, and these in
// float64.
func oneLayer(l Layer) (*Net, map[string][]float64) {
	net := NewNet(Spec{Name: "one", Layers: []Layer{l}})
	wide := map[string][]float64{}
	for i, p := range net.Parameters() {
		fan := 1
		for _, n := range p.Shape[1:] {
			fan *= n
		}
		wide[p.Name] = normals(len(p.Data), uint32(100+i), .7/math.Sqrt(float64(fan)))
		for j, v := range wide[p.Name] {
			if p.Name == "l.bn.weight" {
				v = float64(float32(1 + .3*v))
				wide[p.Name][j] = v
			}
			p.Data[j] = float32(v)
		}
	}
	net.Version++
	return net, wide
}

// checkGradient checks a case; prepare, which may be nil, may change the network
// and the step.
func checkGradient(t *testing.T, g gradientCase, alg kernel.Algorithm, known derivatives, prepare func(*Net, *Context)) {
	layer, err := g.layer.At(g.in)
	if err != nil {
		t.Fatal(err)
	}
	net, wide := oneLayer(layer)
	n := g.images
	capacity := ShardCount(n) * kernel.Leaf
	b := &binder{net: net, capacity: capacity, algorithm: alg, index: 1, scratch: map[Shape][][]float32{}}
	l, out := operators[layer.Kind].bind(layer, b), layer.Out
	c := soloContext(true, n)
	c.Seed, c.Step, c.DropoutScale = 5, 3, 1
	c.Grads = [][]float32{make([]float32, len(net.Params))}
	if prepare != nil {
		prepare(net, c)
	}

	x := normals(n*g.in.C*max(1, g.in.H*g.in.W), 1, 1)
	memory := b.activation(g.in)
	toMemory(memory, x, g.in, n)
	y, err := l.Forward(c, memory)
	if err != nil {
		t.Fatal(err)
	}
	forward := g.twin(l)
	want := forward(wide, x, n)
	got := fromMemory(y, out, n)
	if e := relative64(got, want); !(e <= forwardLimit) {
		t.Errorf("Forward is off by %.2g, at most %.0e allowed", e, forwardLimit)
	}

	dy := normals(len(want), 2, 1)
	dyMemory := b.activation(out)
	toMemory(dyMemory, dy, out, n)
	dxMemory, err := l.Backward(c, dyMemory)
	if err != nil {
		t.Fatal(err)
	}
	cost := len(want) * max(1, len(net.Params)/out.C)
	objective := func() float64 {
		var sum float64
		for i, v := range forward(wide, x, n) {
			sum += v * dy[i]
		}
		return sum
	}
	known.check(t, "the input", x, fromMemory(dxMemory, g.in, n), cost, objective)
	for _, p := range net.Parameters() {
		ours := make([]float64, len(p.Data))
		for i, v := range c.Grads[0][p.Off : p.Off+len(p.Data)] {
			ours[i] = float64(v)
		}
		known.check(t, p.Name, wide[p.Name], ours, cost, objective)
	}
}

// derivatives are the central differences of an objective by some numbers, of
// the input or of a parameter; they serve for both algorithms.
type derivatives map[string][]derivative

type derivative struct {
	at    int
	value float64
}

// effort is how many multiplications the differences of a tensor may take, and
// least how many differences there are at any rate.
func effort() (multiplications, least int) {
	if testing.Short() {
		return 2e6, 3
	}
	return 2e7, 10
}

// check compares ours with central differences of objective by the numbers of
// at: by all, or by as many, drawn at random, as the effort allows.
func (d derivatives) check(t *testing.T, what string, at, ours []float64, cost int, objective func() float64) {
	t.Helper()
	if d[what] == nil {
		multiplications, least := effort()
		d[what] = differentiate(at, min(len(at), max(least, multiplications/cost)), objective)
	}
	var numeric, own []float64
	for _, x := range d[what] {
		numeric, own = append(numeric, x.value), append(own, ours[x.at])
	}
	if e := relative64(own, numeric); !(e <= gradientLimit) {
		t.Errorf("the gradient of %s is off by %.2g in %d numbers, at most %.0e allowed", what, e, len(own), gradientLimit)
	}
}

func differentiate(at []float64, count int, objective func() float64) []derivative {
	s := random.New(12, random.Synthetic, uint32(len(at)), 0, 0)
	var found []derivative
	for i := range count {
		if count < len(at) {
			i = s.Intn(len(at))
		}
		was := at[i]
		at[i] = was + difference
		up := objective()
		at[i] = was - difference
		down := objective()
		at[i] = was
		found = append(found, derivative{i, (up - down) / (2 * difference)})
	}
	return found
}

// relative64 is the L2 norm of got-want over that of want.
func relative64(got, want []float64) float64 {
	var d, n float64
	for i := range want {
		d, n = d+(got[i]-want[i])*(got[i]-want[i]), n+want[i]*want[i]
	}
	return math.Sqrt(d / n)
}

func TestCrossEntropyGradient(t *testing.T) {
	const n, batch = 21, 37
	for _, smoothing := range []float32{0, .05, .3} {
		t.Run(fmt.Sprint(smoothing), func(t *testing.T) {
			wide := normals(n*Labels, 3, 2)
			logits, labels := make([]float32, len(wide)), make([]uint8, n)
			for i, v := range wide {
				logits[i] = float32(v)
			}
			for i := range labels {
				labels[i] = uint8(i % Labels)
			}
			d, losses := make([]float32, len(logits)), make([]float64, n)
			kernel.SoftmaxCrossEntropy(d, losses, logits, labels, smoothing, n, batch)
			loss := func() float64 { return crossEntropy64(wide, labels, float64(smoothing), n, batch) }
			var sum float64
			for _, l := range losses {
				sum += l / batch
			}
			if want := loss(); math.Abs(sum-want) > 1e-6*want {
				t.Errorf("the loss is %g, want %g", sum, want)
			}
			ours := make([]float64, len(d))
			for i, v := range d {
				ours[i] = float64(v)
			}
			derivatives{}.check(t, "the logits", wide, ours, len(wide), loss)
		})
	}
}
