package nn

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"atelier/core/kernel"
	"atelier/core/random"
)

// bnSpec is one ConvBNReLU before a head that does not matter.
var bnSpec = Spec{Name: "by-hand", Mean: 0, Std: 1, Layers: Sequential(
	ConvBNReLU("a", 1, 4), GlobalAvgPool("gap"), Linear("fc", 4, Labels, Plain),
)}

// centred is a network whose channel k gives k+1 times each pixel.
func centred() *Net {
	net := NewNet(bnSpec)
	net.Init(1)
	w := net.param("a.conv.weight").Data
	clear(w)
	for k := range 4 {
		w[k*9+4] = float32(k + 1)
	}
	net.Version++
	return net
}

// trainOn makes a training step's pass over images of one shade each.
func trainOn(t *testing.T, net *Net, shades ...float32) {
	t.Helper()
	p := NewPass(net, kernel.Leaf, kernel.Direct)
	pixels := make([]float32, 784)
	for i, s := range shades {
		for j := range pixels {
			pixels[j] = s
		}
		p.SetImage(i, pixels)
	}
	c := soloContext(true, len(shades))
	c.Grads = [][]float32{make([]float32, len(net.Params))}
	if _, _, err := p.Loss(c, make([]uint8, len(shades)), 0); err != nil {
		t.Fatal(err)
	}
	p.Commit()
}

func near(t *testing.T, what string, got float32, want float64) {
	t.Helper()
	if math.Abs(float64(got)-want) > 2e-6*max(1, math.Abs(want)) {
		t.Errorf("%s is %.8g, want %.8g", what, got, want)
	}
}

// Two images, of 0 and of 1: each channel k has mean (k+1)/2 and, of 1568
// values, the unbiased variance (k+1)²·392/1567. torch.nn.BatchNorm2d moves its
// running figures a tenth of the way there.
func TestRunningFiguresByHand(t *testing.T) {
	net := centred()
	trainOn(t, net, 0, 1)
	mean := []float64{.05, .1, .15, .2}
	variance := []float64{.92501595, 1.00006382, 1.12514359, 1.30025527}
	for k := range 4 {
		near(t, fmt.Sprintf("running_mean[%d]", k), net.Stats[k], mean[k])
		near(t, fmt.Sprintf("running_var[%d]", k), net.Stats[4+k], variance[k])
	}
	// Once more, on images of one shade: the mean is that shade, the variance 0.
	trainOn(t, net, 2, 2)
	mean = []float64{.245, .49, .735, .98}
	variance = []float64{.83251436, .90005744, 1.01262923, 1.17022974}
	for k := range 4 {
		near(t, fmt.Sprintf("running_mean[%d] after two steps", k), net.Stats[k], mean[k])
		near(t, fmt.Sprintf("running_var[%d] after two steps", k), net.Stats[4+k], variance[k])
	}
	if net.Counts[0] != 2 {
		t.Errorf("num_batches_tracked is %d, want 2", net.Counts[0])
	}
}

// An evaluation normalises by the running figures, whatever else is in its batch.
func TestAnEvaluationUsesTheRunningFigures(t *testing.T) {
	net := centred()
	copy(net.Stats, []float32{.5, 1, 0, 0, 4, 1, 1, .25}) // means, then variances
	net.Version++
	p := NewPass(net, kernel.Leaf, kernel.Direct)
	pixels := make([]float32, 784)
	for j := range pixels {
		pixels[j] = 2
	}
	p.SetImage(0, pixels)
	if _, err := p.Forward(soloContext(false, 1)); err != nil {
		t.Fatal(err)
	}
	_, y, err := p.Activation("a")
	if err != nil {
		t.Fatal(err)
	}
	// (2-.5)/√(4+ε), (4-1)/√(1+ε), 6/√(1+ε), 8/√(.25+ε), with ε = .00001
	for k, want := range []float64{.74999906, 2.99998500, 5.99997000, 15.99968001} {
		near(t, fmt.Sprintf("channel %d", k), y[k*784+400], want)
	}
}

// Five shards are merged as ((1 2)(3 4))5. In float64, 1 next to 1e16 is lost,
// and two of them are not.
func TestShardsAreMergedInTheTree(t *testing.T) {
	sums := []float64{1e16, 1, 1, 1, -1e16}
	sumRows(sums, 1, 0, 5)
	// (1e16+1 → 1e16) + (1+1 = 2) = 1e16+2, less 1e16; one after the other it is 0.
	if sums[0] != 2 {
		t.Errorf("the sum is %g, want 2", sums[0])
	}
	// Means of 16 images of one pixel each, all variances 0; the last shard has one.
	rows := []float64{1, 0, 3, 0, 5, 0, 7, 0, 4, 0}
	n := mergeMoments(rows, 1, 0, 5, 65, 1)
	if n != 65 || rows[0] != 4 || rows[1] != 320 {
		t.Errorf("merged: %g values of mean %g and squares %g, want 65 of 4 and 320", n, rows[0], rows[1])
	}
}

// In float32, 1 next to 16777216 is lost, and two of them are not:
// ((16777216+1)+(1+1))-16777216.
func TestTheTreesOrder(t *testing.T) {
	numbers := []float32{1 << 24, 1, 1, 1, -(1 << 24)}
	sum := make([]float32, 1)
	sumTree(sum, 0, 5, treeStack(5*kernel.Leaf, 1), func(dst []float32, i int) { dst[0] = numbers[i] })
	if sum[0] != 2 {
		t.Errorf("the sum of %v is %g, want 2", numbers, sum[0])
	}
}

// placedDropout is a Dropout of n features.
func placedDropout(b *binder, n int) bound {
	placed, err := Dropout("drop", .25).At(Shape{C: n})
	if err != nil {
		panic(err)
	}
	return operators[KindDropout].bind(placed, b)
}

// maskOf is the mask of one image's 32 features.
func maskOf(seed uint64, step uint32, position int, layer int) []float32 {
	const n = 32
	b := &binder{capacity: kernel.Leaf, index: layer}
	l := placedDropout(b, n)
	c := soloContext(true, kernel.Leaf)
	c.Seed, c.Step, c.DropoutScale = seed, step, 1
	ones := make([]float32, kernel.Leaf*n)
	for i := range ones {
		ones[i] = 1
	}
	y, err := l.Forward(c, ones)
	if err != nil {
		panic(err)
	}
	return slices.Clone(y[position*n : (position+1)*n])
}

// A mask is of its seed, step, position and layer, and of nothing else.
func TestMasksAreOfTheirPlace(t *testing.T) {
	const kept = float32(4) / 3
	want := "1011101110111111" // Philox4x32-10 of key (42 ^ 2·0x9E3779B9, 0) and counter (0, 7, 3, 2), halves below 16384 dropped
	got := ""
	for _, v := range maskOf(42, 7, 3, 2)[:16] {
		switch v {
		case 0:
			got += "0"
		case kept:
			got += "1"
		default:
			t.Fatalf("a mask holds %g, want 0 or %g", v, kept)
		}
	}
	if got != want {
		t.Errorf("the mask begins %s, want %s", got, want)
	}
	first := maskOf(42, 7, 3, 2)
	for name, other := range map[string][]float32{
		"seed": maskOf(43, 7, 3, 2), "step": maskOf(42, 8, 3, 2), "position": maskOf(42, 7, 4, 2), "layer": maskOf(42, 7, 3, 5),
	} {
		if slices.Equal(other, first) {
			t.Errorf("another %s has the same mask", name)
		}
	}
	if !slices.Equal(maskOf(42, 7, 3, 2), first) {
		t.Error("the same place has two masks")
	}
}

func TestMasksDropTheirShare(t *testing.T) {
	for _, p := range []float32{.1, .25, .5} {
		mask := make([]float32, 1<<16)
		s := random.New(1, random.Dropout, 0, 0, 0)
		dropMask(mask, p, &s)
		zeros, sum := 0, 0.0
		for _, v := range mask {
			if v == 0 {
				zeros++
			}
			sum += float64(v)
		}
		if share := float64(zeros) / (1 << 16); math.Abs(share-float64(p)) > .01 {
			t.Errorf("p = %g drops %.3f of all", p, share)
		}
		if mean := sum / (1 << 16); math.Abs(mean-1) > .02 {
			t.Errorf("p = %g leaves a mean of %.3f, want 1", p, mean)
		}
	}
}

// A worker of the second half of a batch draws the masks of the second half.
func TestMasksDoNotDependOnTheWorkers(t *testing.T) {
	const n, images = 8, 2 * kernel.Leaf
	draw := func(r Shards) []float32 {
		l := placedDropout(&binder{capacity: images, index: 1}, n)
		c := soloContext(true, images)
		c.Range, c.DropoutScale = r, 1
		x := make([]float32, (r.Hi-r.Lo)*kernel.Leaf*n)
		for i := range x {
			x[i] = 1
		}
		y, err := l.Forward(c, x)
		if err != nil {
			t.Fatal(err)
		}
		return y
	}
	if whole, half := draw(Shards{0, 2}), draw(Shards{1, 2}); !slices.Equal(whole[kernel.Leaf*n:], half) {
		t.Error("the second worker's masks are not the second half of the batch's")
	}
}
