package gomlxengine

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/gomlx/gomlx/pkg/core/dtypes"
	. "github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"

	"atelier/core/fashion"
	"atelier/core/random"
	"atelier/scripts/reference"
)

// TestOptimizerStep compares three steps from given gradients with Adam and
// AdamW written out in float64 (Kingma and Ba, 2015; Loshchilov and Hutter, 2019).
func TestOptimizerStep(t *testing.T) {
	d := portableDevice(t)
	for _, tt := range []struct {
		name  string
		decay float64
		plan  Plan
	}{
		{"Adam", 0, Plan{DecayAll: true}},
		{"AdamW", 0.1, Plan{DecayAll: true}},
		{"AdamW on weights only", 0.1, Plan{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			net := &Network{Name: "toy", Params: []Tensor{{Name: "w", Shape: []int{4, 3}}, {Name: "b", Shape: []int{5}}}}
			e, err := d.NewEngine(net, tt.plan)
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			s := random.New(1, random.Synthetic, 0, 0, 0)
			start := zeros(net.Params)
			for i := range start {
				start[i].Data = draw(&s, false, start[i].Len()).data
			}
			if err := e.LoadState(State{Params: start}); err != nil {
				t.Fatal(err)
			}
			want := newAdam(tt.plan, tt.decay, start)
			for step := 1; step <= 3; step++ {
				g := zeros(net.Params)
				for i := range g {
					g[i].Data = draw(&s, true, g[i].Len()).data
				}
				lr := 0.01 / float64(step)
				if err := e.Apply(g, Hyper{LR: lr, WeightDecay: tt.decay}); err != nil {
					t.Fatal(err)
				}
				want.step(step, lr, g)
			}
			got, err := e.Snapshot()
			if err != nil {
				t.Fatal(err)
			}
			if got.Step != 3 {
				t.Errorf("the state has taken %d steps, want 3", got.Step)
			}
			want.compare(t, got)
		})
	}
}

// adam is the optimizer in float64.
type adam struct {
	plan    Plan
	decay   float64
	params  []Tensor
	p, m, v [][]float64
}

func newAdam(plan Plan, decay float64, start []Tensor) *adam {
	a := &adam{plan: plan, decay: decay, params: start}
	for _, t := range start {
		p := make([]float64, len(t.Data))
		for i, x := range t.Data {
			p[i] = float64(x)
		}
		a.p = append(a.p, p)
		a.m, a.v = append(a.m, make([]float64, len(p))), append(a.v, make([]float64, len(p)))
	}
	return a
}

func (a *adam) step(t int, lr float64, g []Tensor) {
	for i, p := range a.p {
		decay := a.decay
		if !a.plan.DecayAll && len(a.params[i].Shape) == 1 {
			decay = 0
		}
		for j := range p {
			gj := float64(g[i].Data[j])
			p[j] -= lr * decay * p[j]
			a.m[i][j] = 0.9*a.m[i][j] + 0.1*gj
			a.v[i][j] = 0.999*a.v[i][j] + 0.001*gj*gj
			mhat := a.m[i][j] / (1 - math.Pow(0.9, float64(t)))
			vhat := a.v[i][j] / (1 - math.Pow(0.999, float64(t)))
			p[j] -= lr * mhat / (math.Sqrt(vhat) + 1e-8)
		}
	}
}

func (a *adam) compare(t *testing.T, got State) {
	t.Helper()
	for i := range a.params {
		for _, c := range []struct {
			what string
			got  []float32
			want []float64
		}{{"p", got.Params[i].Data, a.p[i]}, {"m", got.M[i].Data, a.m[i]}, {"v", got.V[i].Data, a.v[i]}} {
			for j, w := range c.want {
				if d := math.Abs(float64(c.got[j]) - w); !(d <= 1e-5*math.Max(1, math.Abs(w))) {
					t.Fatalf("%s of %s[%d] is %g, want %g", c.what, a.params[i].Name, j, c.got[j], w)
				}
			}
		}
	}
}

// TestBatchSizes compares the whole batch, an epoch's last batch and an odd one
// with PyTorch, running statistics included. Each size builds its own graph.
func TestBatchSizes(t *testing.T) {
	arithmeticOnly(t)
	// Each network takes two of the fixture's three sizes, for the test's time.
	sizes := map[string][]int{"model1": {37, 128}, "model2": {37, 112}}
	images, labels := trainingImages(t)
	for _, name := range []string{"model1", "model2"} {
		e := fromInit(t, portableDevice(t), name)
		want := fixture(t, name+"-batches")
		for i, n := range sizes[name] {
			if i > 0 && testing.Short() {
				break
			}
			t.Run(fmt.Sprintf("%s of %d", name, n), func(t *testing.T) {
				var b Batch
				for _, v := range images[1000*pixels : (1000+n)*pixels] {
					b.Images = append(b.Images, normalized(e.net, float32(v)))
				}
				for _, l := range labels[1000 : 1000+n] {
					b.Labels = append(b.Labels, int32(l))
				}
				g, err := e.Gradient(b)
				if err != nil {
					t.Fatal(err)
				}
				prefix := fmt.Sprintf("b%d.", n)
				check(t, "logits", greatestDifference(g.Logits, want[prefix+"logits"]), 1e-4)
				check(t, "loss", math.Abs(g.Loss-float64(want[prefix+"loss"][0])), 1e-4)
				var got, expected []Tensor
				for _, p := range g.Params {
					if p.Name != "fc1.weight" { // not in the fixture, for its size
						got = append(got, p)
						expected = append(expected, Tensor{Data: want[prefix+"grad."+p.Name]})
					}
				}
				check(t, "all gradients together, relative L2", relativeL2(got, expected), 1e-3)
				if len(e.net.Buffers) > 0 {
					check(t, "running statistics, relative L2", relativeL2(g.Buffers, named(t, want, prefix+"buffer.", e.net.Buffers)), 1e-5)
				}
			})
		}
	}
}

// loaded keeps the training images: decompressing them takes half a second.
var loaded struct{ images, labels []byte }

func trainingImages(t testing.TB) (images, labels []byte) {
	t.Helper()
	if loaded.images != nil {
		return loaded.images, loaded.labels
	}
	dir := filepath.Join(reference.Dir(t), "fashion-mnist")
	read := func(name string) *os.File {
		f, err := os.Open(filepath.Join(dir, name+".gz"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	images, err := fashion.ReadImages(read(fashion.Files[0].Name), fashion.MaxImages)
	if err != nil {
		t.Fatal(err)
	}
	labels, err = fashion.ReadLabels(read(fashion.Files[1].Name), fashion.MaxImages)
	if err != nil {
		t.Fatal(err)
	}
	loaded.images, loaded.labels = images, labels
	return images, labels
}

// TestDropout: the share that is dropped, the scale of what is kept, whole
// channels for Dropout2d, the same mask for the same key and another for another.
func TestDropout(t *testing.T) {
	d := portableDevice(t)
	const n, c, side, p = 64, 32, 6, 0.25
	mask := func(channels bool, key uint64) []float32 {
		e, err := NewExec(d.backend, func(x, rng *Node) *Node {
			y, _ := dropout(x, rng, Scalar(x.Graph(), dtypes.Float32, p), channels)
			return y
		})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Finalize()
		ones := make([]float32, n*c*side*side)
		for i := range ones {
			ones[i] = 1
		}
		out, err := run(e, []any{
			tensors.FromFlatDataAndDimensions(ones, n, c, side, side),
			tensors.FromFlatDataAndDimensions([]uint64{key, 2, 3}, 3),
		})
		if err != nil {
			t.Fatal(err)
		}
		return tensors.MustCopyFlatData[float32](out[0])
	}
	for _, channels := range []bool{false, true} {
		got := mask(channels, 1)
		group := 1 // numbers that are dropped together
		if channels {
			group = side * side
		}
		dropped := 0
		for i := 0; i < len(got); i += group {
			if got[i] == 0 {
				dropped++
			} else if math.Abs(float64(got[i])-1/(1-p)) > 1e-6 {
				t.Fatalf("a kept number is scaled by %g, want %g", got[i], 1/(1-p))
			}
			for _, v := range got[i : i+group] {
				if v != got[i] {
					t.Fatalf("channel %d is dropped in part", i/group)
				}
			}
		}
		draws := float64(len(got) / group)
		if share := float64(dropped) / draws; math.Abs(share-p) > 4*math.Sqrt(p*(1-p)/draws) {
			t.Errorf("channels %v: a share of %.4f is dropped, want %.2f", channels, share, p)
		}
		if greatestDifference(mask(channels, 1), got) != 0 {
			t.Errorf("channels %v: the same key gives another mask", channels)
		}
		if greatestDifference(mask(channels, 2), got) == 0 {
			t.Errorf("channels %v: another key gives the same mask", channels)
		}
	}
}

// TestStateRoundTrip: what goes in comes out, and wrong states are refused.
func TestStateRoundTrip(t *testing.T) {
	arithmeticOnly(t)
	e := fromInit(t, portableDevice(t), "model2")
	if _, err := e.TrainStep(referenceBatch(t, e.net, 0, 2), reportHyper(e.net)); err != nil {
		t.Fatal(err)
	}
	s, err := e.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if err := e.LoadState(s); err != nil {
		t.Fatal(err)
	}
	again, err := e.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	for i, list := range [][2][]Tensor{{s.Params, again.Params}, {s.Buffers, again.Buffers}, {s.M, again.M}, {s.V, again.V}} {
		if d := relativeL2(list[1], list[0]); d != 0 {
			t.Errorf("list %d of the state changes by %g on its way to the device and back", i, d)
		}
	}
	s.Params[3].Shape = []int{1}
	if err := e.LoadState(s); err == nil {
		t.Error("a state with a wrong shape is accepted")
	}
	if _, err := e.EvalStep(make([]float32, pixels)); !errors.Is(err, ErrNoState) {
		t.Errorf("an engine without weights predicts: %v", err)
	}
	if _, err := e.TrainStep(Batch{Images: make([]float32, pixels), Labels: []int32{10}}, Hyper{}); err == nil {
		t.Error("label 10 is accepted")
	}
}
