package queue

import (
	"os"
	"path/filepath"
	"testing"

	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
	"atelier/server/runs"
)

// TestAnAcceptedChangeIsKept asks for a change and for the end in the middle of
// a step, whose work is given up: the change is in the file.
func TestAnAcceptedChangeIsKept(t *testing.T) {
	q, j, l := trains(t, func(r engine.Run) engine.Run { return givenUp{r} })
	for range 3 { // a select takes either of two that are ready
		if err := q.Change("run", "lr", .002); err != nil {
			t.Fatal(err)
		}
	}
	j.endAs(runs.Paused)
	if last, err := l.Train(); err != nil || last.Event != train.EventInterrupted {
		t.Fatalf("%+v, %v", last, err)
	}
	b, err := os.ReadFile(filepath.Join(l.Folder.Path, runs.LastFile))
	if err != nil {
		t.Fatal(err)
	}
	f, err := runs.DecodeRun(b)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := train.ReadState(f); err != nil || len(s.Changes) != 3 || len(l.Document.Changes) != 3 {
		t.Errorf("the file has the changes %v, run.json %v, want three (%v)", s.Changes, l.Document.Changes, err)
	}
}

// TestAnEndInThePastIsRefused tells a run in its third epoch to have two.
func TestAnEndInThePastIsRefused(t *testing.T) {
	q := idle(t.TempDir(), nil)
	j := q.newJob(runs.Document{ID: "run", Step: 7})
	j.eta.StepsPerEpoch = 3
	q.training = j
	if err := q.Change("run", "epochs", 2); !failure.Is(err, failure.Usage) || len(j.changes) != 0 {
		t.Errorf("two epochs: %v", err)
	}
	if err := q.Change("run", "epochs", 3); err != nil || len(j.changes) != 1 {
		t.Errorf("three epochs: %v", err)
	}
}

// late is a run that does something once when its last epoch has ended.
type late struct {
	inner
	then *func()
}

func (r late) Run(h train.Hooks) error {
	err := r.inner.Run(h)
	if then := *r.then; then != nil {
		*r.then = nil
		then()
	}
	return err
}

// TestAChangeAtTheEndCounts asks for more epochs while the last one is
// validated, and for a change when the end is being saved.
func TestAChangeAtTheEndCounts(t *testing.T) {
	var then func()
	q, j, l := trains(t, func(r engine.Run) engine.Run { return late{r, &then} })
	epochs := l.Run.State().Config.Epochs
	then = func() {
		if err := q.Change("run", "epochs", float64(epochs+1)); err != nil {
			t.Error(err)
		}
	}
	saved := l.OnSave
	l.OnSave = func() {
		saved()
		if l.Document.State != runs.Done {
			return
		}
		if err := q.Change("run", "lr", .002); !failure.Is(err, failure.Conflict) || len(j.changes) != 0 {
			t.Errorf("a change while the end is saved: %v", err)
		}
	}
	if last, err := l.Train(); err != nil || last.Event != train.EventDone {
		t.Fatalf("%+v, %v", last, err)
	}
	if got := len(l.Run.State().History); got != epochs+1 || len(l.Document.Changes) != 1 {
		t.Errorf("%d epochs and the changes %v, want %d epochs and one change", got, l.Document.Changes, epochs+1)
	}
}

// TestAChangeAfterTheEndIsRefused asks for a change once the run has stopped
// its work, and while that is being saved.
func TestAChangeAfterTheEndIsRefused(t *testing.T) {
	q, j, l := trains(t, func(r engine.Run) engine.Run { return givenUp{r} })
	j.endAs(runs.Paused)
	refused := 0
	saved := l.OnSave
	l.OnSave = func() {
		saved()
		if l.Document.State == runs.Running {
			return // the first save: the run has not worked yet
		}
		if err := q.Change("run", "lr", .002); failure.Is(err, failure.Conflict) && len(j.changes) == 0 {
			refused++
		}
	}
	if _, err := l.Train(); err != nil || refused != 1 {
		t.Errorf("%d changes were refused (%v)", refused, err)
	}
}
