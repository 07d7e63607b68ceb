package training

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"atelier/core/checkpoint"
	"atelier/core/optim"
	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
	"atelier/server/runs"
	"atelier/server/runs/runstest"
)

// begin starts a small run in a new folder.
func begin(t *testing.T) *Loop {
	t.Helper()
	return newLoop(t, filepath.Join(t.TempDir(), "run"), runstest.NewRun(t), nil)
}

// beginOn starts a small run on a disk, and saves it after every step.
func beginOn(t *testing.T, d *runstest.Disk) *Loop {
	t.Helper()
	l := newLoop(t, filepath.Join(t.TempDir(), "run"), runstest.NewRun(t), d.On)
	l.Every = time.Nanosecond
	return l
}

func newLoop(t *testing.T, path string, run engine.Run, disk runs.Disk) *Loop {
	t.Helper()
	folder, err := runs.OpenFolderOn(path, disk)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	doc := &runs.Document{ID: "run", Created: time.Now(), Environment: runs.NewEnvironment(engine.Core(1), run.State().Data)}
	return &Loop{Run: run, Folder: folder, Document: doc}
}

// resume goes on with what a folder holds.
func resume(t *testing.T, path string, disk runs.Disk) *Loop {
	t.Helper()
	folder, err := runs.OpenFolderOn(path, disk)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	file, _, err := folder.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	run, err := engine.Core(1).Resume(file, runstest.Data(), nil) // another number of workers
	if err != nil {
		t.Fatal(err)
	}
	doc, err := folder.Document()
	if err != nil {
		t.Fatal(err)
	}
	return &Loop{Run: run, Folder: folder, Document: doc}
}

func TestInterruptedAtEveryStepEndsTheSame(t *testing.T) {
	straight := begin(t)
	want, err := straight.Train()
	if err != nil || want.Event != train.EventDone {
		t.Fatalf("%+v, %v", want, err)
	}
	broken := begin(t)
	path := broken.Folder.Path
	var last train.Event
	for rounds := 0; ; rounds++ {
		broken.BetweenSteps = func() error { return train.ErrStopped } // after each step
		last, err = broken.Train()
		if err != nil {
			t.Fatal(err)
		}
		if last.Event == train.EventDone {
			if rounds < 5 {
				t.Fatalf("done after %d rounds: it was not interrupted at each step", rounds)
			}
			break
		}
		if broken.Document.State != runs.Interrupted {
			t.Fatalf("state %q after an interruption", broken.Document.State)
		}
		broken.Folder.Close()
		broken = resume(t, path, nil)
	}
	if *last.WeightsSHA256 != *want.WeightsSHA256 {
		t.Fatalf("weights %s, and undisturbed %s", *last.WeightsSHA256, *want.WeightsSHA256)
	}
	a, b := straight.Document.History, broken.Document.History
	if len(a) != 2 || len(b) != 2 || a[1].ValLoss != b[1].ValLoss || a[1].TrainLoss != b[1].TrainLoss {
		t.Fatalf("histories differ: %+v, %+v", a, b)
	}
	if broken.Document.Result.WeightsSHA256 != *want.WeightsSHA256 {
		t.Fatal("run.json has another hash")
	}
}

func TestFolderHoldsWhatIsPromised(t *testing.T) {
	l := begin(t)
	if _, err := l.Train(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{runs.DocumentFile, runs.HistoryFile, runs.LastFile, runs.BestFile, runs.BestAccFile, "last-1.safetensors"} {
		if _, err := os.Stat(filepath.Join(l.Folder.Path, name)); err != nil {
			t.Error(err)
		}
	}
	b, err := os.ReadFile(filepath.Join(l.Folder.Path, runs.BestFile))
	if err != nil {
		t.Fatal(err)
	}
	best, err := checkpoint.Decode(b, checkpoint.Own())
	if err != nil {
		t.Fatal(err)
	}
	if best.Lookup("features.0.conv.weight") == nil || best.Lookup("optim.m.features.0.conv.weight") != nil {
		t.Fatal("best.safetensors is not plain weights")
	}
	h, err := os.ReadFile(filepath.Join(l.Folder.Path, runs.HistoryFile))
	if err != nil || len(h) < 50 || string(h[:17]) != "epoch,train_loss," {
		t.Fatalf("history.csv: %q, %v", h, err)
	}
}

func TestDamagedCheckpointFallsBack(t *testing.T) {
	l := begin(t)
	if _, err := l.Train(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(l.Folder.Path, runs.LastFile)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-100] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	_, from, err := l.Folder.Checkpoint()
	if err != nil || from != "last-1.safetensors" {
		t.Fatalf("loaded %q, %v", from, err)
	}
}

// TestNoNumbersAreNeverSaved puts a NaN into the best weights that are saved with a run.
func TestNoNumbersAreNeverSaved(t *testing.T) {
	l := begin(t)
	l.Every = time.Nanosecond
	steps := 0
	l.BetweenSteps = func() error {
		if steps++; steps == 4 { // in the second epoch: the first has best weights
			l.Run.State().Best.Weights[0].F32[2] = float32(math.NaN())
		}
		return nil
	}
	_, err := l.Train()
	if !failure.Is(err, failure.Diverged) || !strings.Contains(err.Error(), "is not a number (NaN)") || steps != 4 {
		t.Fatalf("error %v after %d steps", err, steps)
	}
	file, from, err := l.Folder.Checkpoint()
	if err != nil || from != runs.LastFile {
		t.Fatalf("loaded %q, %v", from, err)
	}
	if s, err := train.ReadState(file); err != nil || s.Step != 4 {
		t.Fatalf("the kept checkpoint is of step %d (%v), want 4", s.Step, err)
	}
	if d, err := l.Folder.Document(); err != nil || d.State != runs.Failed || d.Error == nil {
		t.Fatalf("run.json: %+v, %v", d, err)
	}
}

func diverges(what string, value float64) func() error {
	return func() error { return &optim.DivergedError{Step: 3, LR: 1e6, What: what, Value: value} }
}

func TestAFailingEngineFailsItsRunOnly(t *testing.T) {
	tests := []struct {
		name     string
		how      func() error
		code     string
		sentence string
	}{
		{"panic", func() error { panic("in Forward") }, "engine", "The run failed in its engine"},
		{"error", func() error { return errors.New("device lost") }, "engine", "The run failed in its engine"},
		{"a loss that is no number", diverges("the loss", math.NaN()), "diverged", "Training diverged at step 3: the loss is not a number (NaN)"},
		{"an infinite validation loss", diverges("the validation loss", math.Inf(1)), "diverged", "Training diverged at step 3: the validation loss is infinite"},
		{"a loss beyond the bound", diverges("the loss", 4e12), "diverged", "Training diverged at step 3: the loss is 4e+12, beyond 1e+09"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := begin(t)
			n := 0
			l.BetweenSteps = func() error {
				if n++; n == 2 {
					return tt.how()
				}
				return nil
			}
			_, err := l.Train()
			if !failure.Is(err, tt.code) {
				t.Fatalf("error %v, want code %s", err, tt.code)
			}
			if d, err := l.Folder.Document(); err != nil || d.State != runs.Failed || d.Error.Code != tt.code || d.Error.Message != tt.sentence {
				t.Fatalf("run.json: %+v %+v, %v", d, d.Error, err)
			}
			if _, _, err := l.Folder.Checkpoint(); err != nil {
				t.Fatal(err)
			}
		})
	}
}
