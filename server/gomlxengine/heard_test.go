//go:build cgo && !noxla && linux && (amd64 || arm64)

package gomlxengine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/backends/xla"

	"atelier/core/nn"
)

// listener opens a plugin that only writes down what GoMLX would have XLA
// compile (testdata/listener.c).
func listener(t *testing.T) *Device {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("testdata", "listener.c"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := xla.NewWithOptions(compilePlugin(t, string(source)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Device{backend: b}
}

// TestWhatXLAIsTold: GoMLX's XLA backend, which knows other operations and is
// stricter than the pure-Go one, takes every graph of both networks and writes it
// as StableHLO, for one device and split over two. It proves no number.
func TestWhatXLAIsTold(t *testing.T) {
	arithmeticOnly(t)
	one := listener(t)
	two, err := one.Spread(2)
	if err != nil {
		t.Fatal(err)
	}
	if got := two.Description(); !strings.Contains(got, "[2 device(s)], ear [processId=0], and 1 other like it (experimental)") {
		t.Errorf("the devices are described as %q", got)
	}
	for _, tt := range []struct {
		name string
		on   *Device
		net  nn.Spec
		step []string // what a step must hold, and how it is split
	}{
		{"model1", one, nn.Model1, []string{"stablehlo.convolution", "stablehlo.select_and_scatter", "stablehlo.dot_general", "stablehlo.rng_bit_generator"}},
		{"model2", one, nn.Model2, []string{"stablehlo.convolution", "stablehlo.select_and_scatter", "stablehlo.is_finite"}},
		{"model2 on two", two, nn.Model2, []string{
			"stablehlo.num_partitions = 2", `sdy.mesh @mesh = <["batch"=2]>`,
			`tensor<4x1x28x28xf32> { sdy.sharding = #sdy.sharding<@mesh, [{"batch"}, {}, {}, {}]> }`,
			`tensor<4xi32> { sdy.sharding = #sdy.sharding<@mesh, [{"batch"}]> }`,
			`tensor<32x1x3x3xf32> { sdy.sharding = #sdy.sharding<@mesh, [{}, {}, {}, {}]> }`,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			heard := filepath.Join(t.TempDir(), "heard")
			t.Setenv("ATELIER_HEARD", heard)
			e := told(t, tt.on, tt.net)
			step := said(t, heard, func() error { _, err := e.TrainStep(batchOf(4), Hyper{LR: 1e-3}); return err })
			for _, want := range tt.step {
				if !strings.Contains(step, want) {
					t.Errorf("the step holds no %q:\n%.3000s", want, step)
				}
			}
			e = told(t, tt.on, tt.net) // the step took the state along
			for name, f := range map[string]func() error{
				"answers":   func() error { _, err := e.EvalStep(batchOf(2).Images); return err },
				"gradients": func() error { _, err := e.Gradient(batchOf(2)); return err },
			} {
				if got := said(t, heard, f); !strings.Contains(got, "stablehlo.convolution") {
					t.Errorf("the graph of %s holds no convolution:\n%.3000s", name, got)
				}
			}
		})
	}
}

// told is an engine with initial weights on a device.
func told(t *testing.T, d *Device, spec nn.Spec) *Engine {
	t.Helper()
	net := NetworkOf(spec)
	e, err := d.NewEngine(net, Plan{Average: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	s := State{Params: zeros(net.Params), Buffers: zeros(net.Buffers), AvgParams: zeros(net.Params), AvgBuffers: zeros(net.Buffers)}
	if err := e.LoadState(s); err != nil {
		t.Fatal(err)
	}
	return e
}

func batchOf(n int) Batch {
	return Batch{Images: make([]float32, n*pixels), Labels: make([]int32, n), RNG: [3]uint64{1, 2, 3}}
}

// said runs f, which must get as far as the compiler, and returns the program.
func said(t *testing.T, heard string, f func() error) string {
	t.Helper()
	if err := os.WriteFile(heard, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := f()
	if err == nil || !strings.Contains(err.Error(), "the listener computes nothing") {
		t.Fatalf("the graph does not reach the compiler: %v", err)
	}
	text, err := os.ReadFile(heard)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
