package nn

import (
	"fmt"
	"slices"
	"testing"

	"atelier/core/kernel"
)

func TestTreeOrder(t *testing.T) {
	for n := 1; n <= 20; n++ {
		got := make([]float32, 1)
		sumTree(got, 0, n, treeStack(n*kernel.Leaf, 1), func(dst []float32, i int) { dst[0] = 1 / float32(3*i+1) })
		var want func(first, n int) float32
		want = func(first, n int) float32 {
			if n == 1 {
				return 1 / float32(3*first+1)
			}
			left := 1 // the largest power of two below n
			for 2*left < n {
				left *= 2
			}
			return want(first, left) + want(first+left, n-left)
		}
		if w := want(0, n); got[0] != w {
			t.Errorf("tree of %d leaves = %v, want %v", n, got[0], w)
		}
	}
}

// The gradient of a node is the sum of its two subtrees, bit for bit: for every
// kind of convolution, with pooling behind it and without.
func TestGradientsOfANodeAreThoseOfItsHalves(t *testing.T) {
	for _, tt := range []struct {
		name   string
		layers []Layer
	}{
		{"first layer", []Layer{Conv2d("l", 1, 32, ReLU)}},
		{"Winograd", []Layer{Conv2d("l", 32, 64, Plain)}},
		{"Winograd and pooling", []Layer{Conv2d("l", 32, 64, ReLU), MaxPool2d("pool")}},
		{"direct", []Layer{Conv2d("l", 2, 3, Plain)}},
		{"direct and pooling", []Layer{Conv2d("l", 2, 3, ReLU), MaxPool2d("pool")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			side := 28
			if tt.layers[0].In.C == 2 {
				side = 6
			}
			const n, split = 37, 32 // shards of 16, 16 and 5 images: the left half has two
			whole := convGradients(t, tt.layers, side, n, []Shards{{0, 3}})
			halves := convGradients(t, tt.layers, side, n, []Shards{{0, split / 16}, {split / 16, 3}})
			kernel.Add(halves[0], halves[1])
			if !slices.Equal(whole[0], halves[0]) {
				t.Error("the whole node differs from the sum of its halves")
			}
			if whole[0][0] == 0 || whole[0][0] == halves[1][0] {
				t.Errorf("the gradient begins with %v: the test sees nothing", whole[0][0])
			}
		})
	}
}

// convGradients are the gradients of a convolution's weights and bias, node by
// node.
func convGradients(t *testing.T, layers []Layer, side, images int, nodes []Shards) [][]float32 {
	t.Helper()
	in := Shape{C: layers[0].In.C, H: side, W: side}
	l, err := layers[0].At(in)
	if err != nil {
		t.Fatal(err)
	}
	net, _ := oneLayer(l)
	b := &binder{
		net: net, capacity: ShardCount(images) * kernel.Leaf, algorithm: kernel.Winograd, index: 1,
		scratch: map[Shape][][]float32{}, poolsNext: len(layers) > 1,
	}
	pass := operators[l.Kind].bind(l, b)
	c := soloContext(true, images)
	c.Nodes, c.Grads = nodes, nil
	for range nodes {
		c.Grads = append(c.Grads, make([]float32, len(net.Params)))
	}
	x := b.activation(in)
	toMemory(x, normals(images*in.C*side*side, 1, 1), in, images)
	if _, err := pass.Forward(c, x); err != nil {
		t.Fatal(err)
	}
	out := l.Out
	if b.poolsNext {
		out.H, out.W = side/2, side/2
	}
	dy := b.activation(out)
	toMemory(dy, normals(images*out.C*out.H*out.W, 2, 1), out, images)
	if _, err := pass.Backward(c, dy); err != nil {
		t.Fatal(err)
	}
	for _, g := range c.Grads {
		if slices.ContainsFunc(g, func(v float32) bool { return v != v }) {
			t.Fatal(fmt.Sprint("a gradient is no number: ", g[:9]))
		}
	}
	return c.Grads
}
