package runs

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"atelier/core/sample"
	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
)

func newFolder(t *testing.T) *Folder {
	t.Helper()
	folder, err := OpenFolder(filepath.Join(t.TempDir(), "run"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	return folder
}

// TestTheLargestDocumentFits writes run.json with as much as a run can collect.
func TestTheLargestDocumentFits(t *testing.T) {
	d := Document{ID: strings.Repeat("r", 64), Error: failure.New("x", strings.Repeat("m", 2000), ""), Best: &train.Best{}, BestAcc: &train.Best{}}
	for range 10_000 {
		d.Changes = append(d.Changes, train.Change{Step: math.MaxInt, Key: "label_smoothing", Value: 1.2345678901234567e-300})
	}
	for range 3_000 {
		x := -1.2345678901234567e-300
		d.History = append(d.History, train.Record{Epoch: math.MaxInt, Step: math.MaxInt, TrainLoss: x, TrainAcc: x, ValLoss: x, ValAcc: x, LR: x, Seconds: x, WeightsSHA256: strings.Repeat("<", 64)})
	}
	folder := newFolder(t)
	if err := folder.SaveDocument(&d); err != nil {
		t.Fatal(err)
	}
	if again, err := folder.Document(); err != nil || len(again.Changes) != 10_000 || len(again.History) != 3_000 {
		t.Fatalf("it cannot be read again: %v", err)
	}
}

// TestATooLargeDocumentIsNotWritten: the one before stays.
func TestATooLargeDocumentIsNotWritten(t *testing.T) {
	folder := newFolder(t)
	cfg, err := (train.Config{Model: "model2", Recipe: "report", Batch: 16}).Complete()
	if err != nil {
		t.Fatal(err)
	}
	r, err := engine.Core(1).New(cfg, train.Data{Images: sample.Synthetic(40), Kind: "synthetic"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	d := Document{ID: "run", State: Paused}
	if err := folder.SaveDocument(&d); err != nil {
		t.Fatal(err)
	}
	d.Environment.Device = strings.Repeat("x", 5<<20)
	for name, save := range map[string]func() error{
		"alone":             func() error { return folder.SaveDocument(&d) },
		"with a checkpoint": func() error { return folder.SaveWith(&d, []byte("checkpoint")) },
		"with its run":      func() error { return folder.SaveRun(r, &d) },
	} {
		if err := save(); !failure.Is(err, failure.TooLarge) {
			t.Errorf("%s: %v", name, err)
		}
		if kept, err := folder.Document(); err != nil || kept.State != Paused {
			t.Errorf("%s: run.json is %+v, %v", name, kept, err)
		}
	}
}
