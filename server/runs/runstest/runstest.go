// Package runstest has what the tests of several packages under runs need: a
// small run, its data, and disks that fail.
package runstest

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"atelier/core/checkpoint"
	"atelier/core/fashion"
	"atelier/core/sample"
	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/runs"
)

// Config is a run of 6 steps that takes a second.
var Config = train.Config{Model: "model2", Recipe: "report", Epochs: 2, Batch: 16, Seed: 7}

// Dataset is what it trains on.
var Dataset = sync.OnceValue(func() *fashion.Dataset {
	return &fashion.Dataset{Train: *sample.Synthetic(40), Test: *sample.Synthetic(20), Kind: fashion.KindDrawn}
})

// Data is the data set as an engine takes it.
func Data() train.Data { return train.Data{Images: &Dataset().Train, Kind: fashion.KindDrawn} }

// NewRun begins the run on the core.
func NewRun(t *testing.T) engine.Run {
	t.Helper()
	cfg, err := Config.Complete()
	if err != nil {
		t.Fatal(err)
	}
	r, err := engine.Core(2).New(cfg, Data(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// Step is the step of a checkpoint in a run's folder.
func Step(t *testing.T, folder, name string) int {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	file, err := runs.DecodeRun(b)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	s, err := train.ReadState(file)
	if err != nil {
		t.Fatal(err)
	}
	return s.Step
}

// Checkpoint is that of the run after so many steps.
func Checkpoint(t *testing.T, steps int) []byte {
	t.Helper()
	r := NewRun(t)
	err := r.Run(train.Hooks{Clock: func() float64 { return 0 }, AfterStep: func() error {
		if r.State().Step == steps {
			return train.ErrStopped
		}
		return nil
	}})
	if !engine.Stopped(err) {
		t.Fatal(err)
	}
	file, err := r.View()
	if err != nil {
		t.Fatal(err)
	}
	b, err := checkpoint.Encode(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
