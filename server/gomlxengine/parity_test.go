package gomlxengine

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"atelier/core/nn"
	"atelier/scripts/reference"
)

// fixture reads one of PyTorch's reference files. It is a reader of its own
// because the images in them are U8, which no checkpoint holds.
func fixture(t testing.TB, name string) map[string][]float32 {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(reference.Dir(t), "parity", name+".safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	n := binary.LittleEndian.Uint64(b)
	var head map[string]struct {
		DType   string `json:"dtype"`
		Offsets [2]int `json:"data_offsets"`
	}
	if err := json.Unmarshal(b[8:8+n], &head); err != nil {
		t.Fatal(err)
	}
	out := make(map[string][]float32)
	for name, h := range head {
		if name == "__metadata__" {
			continue
		}
		raw := b[8+int(n):][h.Offsets[0]:h.Offsets[1]]
		switch h.DType {
		case "F32":
			for i := 0; i < len(raw); i += 4 {
				out[name] = append(out[name], math.Float32frombits(binary.LittleEndian.Uint32(raw[i:])))
			}
		case "U8":
			for _, v := range raw {
				out[name] = append(out[name], float32(v))
			}
		case "I64":
			for i := 0; i < len(raw); i += 8 {
				out[name] = append(out[name], float32(int64(binary.LittleEndian.Uint64(raw[i:]))))
			}
		default:
			t.Fatalf("%s has type %s", name, h.DType)
		}
	}
	return out
}

// named fills the tensors of like from the fixture's entries of prefix+name.
func named(t testing.TB, f map[string][]float32, prefix string, like []Tensor) []Tensor {
	t.Helper()
	out := make([]Tensor, len(like))
	for i, l := range like {
		out[i] = l
		out[i].Data = f[prefix+l.Name]
		if len(out[i].Data) != l.Len() {
			t.Fatalf("the fixture's %s%s has %d numbers, want %d", prefix, l.Name, len(out[i].Data), l.Len())
		}
	}
	return out
}

// referenceBatch is images [from,to) of the fixture's five batches of 16,
// normalized as the network's recipe does.
func referenceBatch(t testing.TB, net *Network, from, to int) Batch {
	t.Helper()
	f := fixture(t, "batches")
	var b Batch
	for _, v := range f["images"][from*pixels : to*pixels] {
		b.Images = append(b.Images, normalized(net, v))
	}
	for _, v := range f["labels"][from:to] {
		b.Labels = append(b.Labels, int32(v))
	}
	return b
}

func normalized(net *Network, pixel float32) float32 {
	mean, std := 0.5, 0.5
	if net.Name == "model1" {
		mean, std = 0.2860, 0.3530
	}
	return float32((float64(pixel)/255 - mean) / std)
}

// reportHyper are the report's hyperparameters without dropout.
func reportHyper(net *Network) Hyper {
	if net.Name == "model2" {
		return Hyper{LR: 1e-3, WeightDecay: 1e-5}
	}
	return Hyper{LR: 1e-3}
}

// fromInit is an engine holding PyTorch's initial weights.
func fromInit(t testing.TB, d *Device, name string) *Engine {
	t.Helper()
	spec, err := nn.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	net := NetworkOf(spec)
	e, err := d.NewEngine(net, Plan{DecayAll: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	f := fixture(t, name+"-init")
	if err := e.LoadState(State{Params: named(t, f, "", net.Params), Buffers: named(t, f, "", net.Buffers)}); err != nil {
		t.Fatal(err)
	}
	return e
}

// parity compares one network on one device with PyTorch's float64 numbers. It
// serves the portable mode and, where a plugin is found, XLA.
func parity(t *testing.T, d *Device, name string) {
	e := fromInit(t, d, name)
	want := fixture(t, name+"-expected")
	batch := referenceBatch(t, e.net, 0, 16)

	logits, err := e.EvalStep(batch.Images)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "evaluation logits", greatestDifference(logits, want["eval.logits"]), 1e-4)

	g, err := e.Gradient(batch)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "training logits", greatestDifference(g.Logits, want["step0.logits"]), 1e-4)
	check(t, "loss", math.Abs(g.Loss-float64(want["step0.loss"][0])), 1e-4)
	check(t, "all gradients together, relative L2", relativeL2(g.Params, named(t, want, "step0.grad.", e.net.Params)), 1e-3)

	for k := range 5 {
		s, err := e.TrainStep(referenceBatch(t, e.net, 16*k, 16*k+16), reportHyper(e.net))
		if err != nil {
			t.Fatal(err)
		}
		// Adam divides by tiny second moments: the losses part slowly (README of the fixtures).
		check(t, fmt.Sprintf("loss of step %d", k), math.Abs(s.Loss-float64(want[fmt.Sprintf("step%d.loss", k)][0])), 1e-3)
	}
	after, err := e.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	check(t, "weights after five steps, relative L2", relativeL2(after.Params, named(t, want, "after.", e.net.Params)), 2e-3)
	if len(e.net.Buffers) > 0 {
		check(t, "running statistics after five steps, relative L2", relativeL2(after.Buffers, named(t, want, "after.", e.net.Buffers)), 2e-3)
	}
}

func check(t *testing.T, what string, got, limit float64) {
	t.Helper()
	t.Logf("%s: %.2g (limit %.0e)", what, got, limit)
	if !(got <= limit) {
		t.Errorf("%s differ from PyTorch's by %g, limit %g", what, got, limit)
	}
}

func TestParityWithPyTorch(t *testing.T) {
	arithmeticOnly(t)
	d := portableDevice(t)
	for _, name := range []string{"model1", "model2"} {
		t.Run(name, func(t *testing.T) { parity(t, d, name) })
	}
}

// arithmeticOnly leaves a test out under the race detector, which makes GoMLX's
// pure-Go backend twenty times slower and has nothing to find in one goroutine.
func arithmeticOnly(t *testing.T) {
	t.Helper()
	if raceDetector {
		t.Skip("only arithmetic: left out under the race detector")
	}
}

func portableDevice(t testing.TB) *Device {
	t.Helper()
	d, err := Open(Portable)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(d.Description(), "Simple Go") {
		t.Fatalf("the portable device calls itself %q", d.Description())
	}
	return d
}
