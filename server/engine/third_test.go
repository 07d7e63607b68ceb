package engine

import (
	"encoding/json"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"atelier/core/fashion"
	"atelier/core/infer"
	"atelier/core/inspect"
	"atelier/core/kernel"
	"atelier/core/nn"
	"atelier/core/optim"
	"atelier/core/sample"
	"atelier/server/gomlxengine"
)

// third is a network that nothing else knows of: its channels are none for which
// kernels were generated.
var third = nn.Spec{
	Name: "third", Title: "Model 3: a test", Mean: .2860, Std: .3530,
	Layers: nn.Sequential( //                          1×28×28
		nn.Conv2d("stem", 1, 12, nn.ReLU),         // 12×28×28
		nn.MaxPool2d("pool1"),                     // 12×14×14
		nn.ConvBNReLU("block", 12, 20),            // 20×14×14
		nn.MaxPool2d("pool2"),                     //   20×7×7
		nn.Dropout2d("drop2", .1),                 //   20×7×7
		nn.GlobalAvgPool("gap"),                   //       20
		nn.Linear("hidden", 20, 24, nn.ReLU),      //       24
		nn.Dropout("drop", .2),                    //       24
		nn.Linear("out", 24, nn.Labels, nn.Plain), //       10
	),
}

// TestAThirdNetworkIsATable: its layers are all that the core, the graphs, the
// counts, the views and the page need of a network.
func TestAThirdNetworkIsATable(t *testing.T) {
	nn.Networks = append(slices.Clone(nn.Networks), third)
	t.Cleanup(func() { nn.Networks = nn.Networks[:len(nn.Networks)-1] })
	spec, err := nn.ByName("third")
	if err != nil {
		t.Fatal(err)
	}
	net := nn.NewNet(spec)
	net.Init(42)
	if len(net.Params) != 3074 {
		t.Errorf("it has %d parameters, want 3074", len(net.Params))
	}
	t.Run("core and GoMLX", func(t *testing.T) { stepBoth(t, net) })
	t.Run("core learns", func(t *testing.T) { learns(t, spec) })
	t.Run("FLOPs", func(t *testing.T) {
		// Forward: stem 9·1·12·28², block 9·12·20·14², hidden 20·24, out 24·10 products.
		want := 2*(2*84672.) + 2*(3*(423360.+480+240))
		if got := TrainFLOP(spec); got != want {
			t.Errorf("a step takes %g FLOP an image, want %g", got, want)
		}
	})
	t.Run("views", func(t *testing.T) { viewed(t, net) })
	t.Run("the page's table", func(t *testing.T) {
		text, err := os.ReadFile("../../web/tests/unit/third.json") // of which the page's test makes its layers
		if err != nil {
			t.Fatal(err)
		}
		var want struct {
			Name, Title string
			Rows        []inspect.Row
		}
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		if got := inspect.Table(spec); want.Name != spec.Name || want.Title != spec.Title || !reflect.DeepEqual(got, want.Rows) {
			t.Errorf("web/tests/unit/third.json holds %+v, the table is %+v", want, got)
		}
	})
}

// batchSize makes three shards, the last of them short.
const batchSize = 37

// thirdBatch is a batch of drawn images as both engines take it.
func thirdBatch(spec nn.Spec) (pixels []float32, labels []uint8) {
	drawn := sample.Draw(batchSize, 1)
	pixels = make([]float32, batchSize*fashion.Area)
	fashion.Normalize(pixels, drawn.Pixels, spec.Mean, spec.Std)
	return pixels, drawn.Labels
}

// corePass is a pass over the batch and the context of a step without dropout.
func corePass(net *nn.Net, pixels []float32) (*nn.Pass, *nn.Context) {
	shards := nn.ShardCount(batchSize)
	p := nn.NewPass(net, shards*kernel.Leaf, kernel.Winograd)
	for i := range batchSize {
		p.SetImage(i, pixels[i*fashion.Area:(i+1)*fashion.Area])
	}
	all := nn.Shards{Lo: 0, Hi: shards}
	return p, &nn.Context{
		Train: true, Batch: batchSize, Range: all, Nodes: all.Nodes(shards),
		Meet:  func([]float64, int) error { return nil },
		Yield: func() error { return nil },
		Grads: [][]float32{make([]float32, len(net.Params))},
	}
}

// stepBoth takes one step on the core and one on GoMLX: gradients, running
// statistics and weights agree.
func stepBoth(t *testing.T, net *nn.Net) {
	t.Setenv("ATELIER_PJRT", "")
	device, err := gomlxengine.Open(gomlxengine.Portable)
	if err != nil {
		t.Fatal(err)
	}
	graph := gomlxengine.NetworkOf(net.Spec)
	e, err := device.NewEngine(graph, gomlxengine.Plan{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.LoadState(gomlxengine.State{Params: parts(graph.Params, net.Params), Buffers: parts(graph.Buffers, net.Stats)}); err != nil {
		t.Fatal(err)
	}
	pixels, labels := thirdBatch(net.Spec)
	b := gomlxengine.Batch{Images: pixels}
	for _, l := range labels {
		b.Labels = append(b.Labels, int32(l))
	}
	theirs, err := e.Gradient(b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.TrainStep(b, gomlxengine.Hyper{LR: 1e-3}); err != nil {
		t.Fatal(err)
	}
	after, err := e.Snapshot()
	if err != nil {
		t.Fatal(err)
	}

	p, c := corePass(net, pixels)
	if _, _, err := p.Loss(c, labels, 0); err != nil {
		t.Fatal(err)
	}
	p.Commit()
	near(t, "gradients", flat(theirs.Params), c.Grads[0], 1e-3)
	optim.NewAdam(len(net.Params)).Update(net.Params, c.Grads[0], 0, len(net.Params), 1, 1e-3, 0)
	net.Version++
	near(t, "weights after a step", flat(after.Params), net.Params, 2e-3)
	near(t, "running statistics after a step", flat(after.Buffers), net.Stats, 1e-4)
}

// learns takes steps with dropout on the core, by which the loss falls.
func learns(t *testing.T, spec nn.Spec) {
	net := nn.NewNet(spec)
	net.Init(42)
	pixels, labels := thirdBatch(spec)
	p, c := corePass(net, pixels)
	c.DropoutScale = 1
	adam := optim.NewAdam(len(net.Params))
	var first, last float64
	for step := range 30 {
		c.Step = uint32(step)
		losses, _, err := p.Loss(c, labels, 0)
		if err != nil {
			t.Fatal(err)
		}
		last = 0
		for _, l := range losses {
			last += l / batchSize
		}
		if step == 0 {
			first = last
		}
		p.Commit()
		adam.Update(net.Params, c.Grads[0], 0, len(net.Params), int64(step+1), 1e-2, 0)
		net.Version++
	}
	if !(last < .75*first) {
		t.Errorf("the loss falls from %g to %g in 30 steps, want less than three quarters", first, last)
	}
}

// viewed looks into every layer that the worker offers, and asks for its evidence.
func viewed(t *testing.T, net *nn.Net) {
	names := inspect.Viewable(net.Spec)
	if got, want := strings.Join(names, " "), "stem pool1 block drop2 gap hidden out"; got != want {
		t.Errorf("it can be looked into at %q, want %q", got, want)
	}
	j := infer.NewPredictor(net, 1, 1, kernel.Winograd, nil)
	drawn := sample.Draw(1, 1)
	for i, want := range []nn.Shape{{C: 12, H: 28, W: 28}, {C: 12, H: 14, W: 14}, {C: 20, H: 14, W: 14}, {C: 20, H: 7, W: 7}, {C: 20}, {C: 24}, {C: 10}} {
		if shape, _, err := j.Activations(drawn.At(0), names[i]); err != nil || shape != want {
			t.Errorf("%s has maps of %v, want %v (%v)", names[i], shape, want, err)
		}
	}
	for _, conv := range []string{"stem", "block"} {
		e, err := inspect.Explain(net, j, drawn.At(0), conv, 3, 5, 6)
		shape, maps, _ := j.Activations(drawn.At(0), conv)
		if err != nil || math.Abs(float64(e.Value-maps[3*shape.H*shape.W+6*shape.W+5])) > 1e-4 {
			t.Errorf("a number of %s is explained as %+v (%v)", conv, e, err)
		}
	}
	if h, layer, err := inspect.HeadOf(net); err != nil || layer != "drop2" || !h.Pooled || len(h.W1) != 20*24 {
		t.Errorf("its head begins behind %q, pooled %v, with %d weights (%v)", layer, h.Pooled, len(h.W1), err)
	}
}

// parts cuts a flat arena into tensors.
func parts(like []gomlxengine.Tensor, arena []float32) []gomlxengine.Tensor {
	out := slices.Clone(like)
	for i := range out {
		n := out[i].Len()
		out[i].Data, arena = arena[:n:n], arena[n:]
	}
	return out
}

func flat(parts []gomlxengine.Tensor) (all []float32) {
	for _, p := range parts {
		all = append(all, p.Data...)
	}
	return all
}

// near compares by the L2 norm of the difference, relative to want's.
func near(t *testing.T, what string, got, want []float32, limit float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s are %d numbers, want %d", what, len(got), len(want))
	}
	var diff, norm float64
	for i, w := range want {
		d := float64(got[i]) - float64(w)
		diff, norm = diff+d*d, norm+float64(w)*float64(w)
	}
	if e := math.Sqrt(diff / norm); !(e <= limit) {
		t.Errorf("the %s of GoMLX are off the core's by %.2g, at most %.0e allowed", what, e, limit)
	}
}
