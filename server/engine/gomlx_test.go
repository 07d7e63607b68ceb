package engine

import (
	"strings"
	"testing"

	"atelier/core/fashion"
	"atelier/core/sample"
	"atelier/core/train"
)

// TestGoMLXEntersTheGraph fails where -engine gomlx would train with anything
// but a graph.
func TestGoMLXEntersTheGraph(t *testing.T) {
	t.Setenv("ATELIER_PJRT", "")
	e, note, err := Open("gomlx", 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %s", note, e.Device())
	drawn := sample.Draw(12, 1)
	data := train.Data{Images: &drawn, Kind: fashion.KindDrawn}
	cfg, err := train.Config{Model: "model2", Recipe: "report", Batch: 4, Steps: 2}.Complete()
	if err != nil {
		t.Fatal(err)
	}
	run, err := e.New(cfg, data, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	before := run.WeightsSHA256()
	if err := run.Run(train.Hooks{Clock: func() float64 { return 0 }}); err != nil {
		t.Fatal(err)
	}
	if e.Name() != "gomlx" || run.WeightsSHA256() == before {
		t.Errorf("the engine %s leaves the weights as they were", e.Name())
	}
	r := run.(gomlxRun).runner
	if r.Steps() != 2 || r.Graphs() < 2 {
		t.Errorf("of 2 steps the device computed %d, in %d graphs, want a graph to train and one to validate", r.Steps(), r.Graphs())
	}
	saved, err := run.View()
	if err != nil {
		t.Fatal(err)
	}
	moved, err := Core(1).Resume(saved, data, nil)
	if err != nil {
		t.Fatalf("the core does not go on from gomlx: %v", err)
	}
	if a, b := moved.WeightsSHA256(), run.WeightsSHA256(); a != b {
		t.Errorf("the core goes on from %s, gomlx ended at %s", a, b)
	}
}

// TestExplicitEngineIsNeverReplaced: a plugin asked for that cannot be used is
// an error for gomlx and for auto, and the core is the core.
func TestExplicitEngineIsNeverReplaced(t *testing.T) {
	t.Setenv("ATELIER_PJRT", "/nowhere/plugin.so")
	for _, choice := range []string{"gomlx", "auto", "mlx"} {
		if e, _, err := Open(choice, 1); err == nil {
			t.Errorf("-engine %s is %s on %s", choice, e.Name(), e.Device())
		}
	}
	t.Setenv("ATELIER_PJRT", "")
	e, note, err := Open("core", 1)
	if err != nil || e.Name() != "core" || note != "" {
		t.Errorf("-engine core is %v (%q, %v)", e, note, err)
	}
	e, note, err = Open("auto", 1)
	if err != nil || e.Name() == "core" && note == "" {
		t.Errorf("-engine auto is %v and does not say why (%q, %v)", e, note, err)
	}
}

// TestSpreadNeedsGPUs: no run is spread over what is not there, and one GPU is
// the engine as it is.
func TestSpreadNeedsGPUs(t *testing.T) {
	t.Setenv("ATELIER_PJRT", "portable")
	g, _, err := Open("gomlx", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		e    Engine
		n    int
		want string
	}{
		{Core(1), 2, "2 GPUs are asked for, but this run would be on the engine core"},
		{g, 2, "cannot be spread over GPUs"},
		{g, 0, "cannot be spread over GPUs"},
	} {
		if _, err := Spread(tt.e, tt.n); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s on %d GPUs: %v, want %q", tt.e.Name(), tt.n, err, tt.want)
		}
	}
	if e, err := Spread(g, 1); err != nil || e != g {
		t.Errorf("one GPU gives %v (%v)", e, err)
	}
}
