package nn

import (
	"testing"

	"atelier/core/kernel"
)

// Activation shows the convolution's own output although the pass stores only
// what the pool made of it, and the two fit together.
func TestActivationBeforePoolingInside(t *testing.T) {
	net := NewNet(Model1)
	net.Init(42)
	p := NewPass(net, 2, kernel.Winograd)
	pixels := make([]float32, Input.H*Input.W)
	for i := range pixels {
		pixels[i] = float32(i%13)/6 - 1
	}
	p.SetImage(0, pixels)
	p.SetImage(1, pixels)
	c := &Context{Batch: 2, Range: Shards{0, 1}, Nodes: Shards{0, 1}.Nodes(1), Yield: func() error { return nil }}
	if _, err := p.Forward(c); err != nil {
		t.Fatal(err)
	}
	shape, before, err := p.Activation("conv2")
	if err != nil {
		t.Fatal(err)
	}
	if want := (Shape{C: 64, H: 28, W: 28}); shape != want {
		t.Fatalf("conv2 is %v, want %v", shape, want)
	}
	_, after, err := p.Activation("pool")
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range after {
		ch, y, x := i/196, i/14%14, i%14
		at := func(dy, dx int) float32 { return before[(ch*28+2*y+dy)*28+2*x+dx] }
		if want := max(at(0, 0), at(0, 1), at(1, 0), at(1, 1)); got != want {
			t.Fatalf("channel %d, pixel (%d,%d) of pool is %v, of conv2 %v", ch, y, x, got, want)
		}
	}
}
