package runs

import (
	"io"
	"log"
	"os"
	"path/filepath"
	"testing"

	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
)

// givenUp is a run whose step is given up.
type givenUp struct{ inner }

func (givenUp) Run(train.Hooks) error { return train.ErrStopped }

// TestAnAcceptedChangeIsKept asks for a change and for the end in the middle of
// a step, whose work is given up: the change is in the file.
func TestAnAcceptedChangeIsKept(t *testing.T) {
	c := begin(t, func(r engine.Run) engine.Run { return givenUp{r} })
	a := &active{id: "run", ask: make(chan train.Change, 8), stop: make(chan struct{})}
	m := &Manager{Log: log.New(io.Discard, "", 0), current: a}
	c.BetweenSteps = func() error { return a.betweenSteps(m, c.Run) }
	for range 3 { // a select takes either of two that are ready
		if err := m.Change("run", "lr", .002); err != nil {
			t.Fatal(err)
		}
	}
	a.end(Paused)
	if last, err := c.Conduct(); err != nil || last.Event != train.EventInterrupted {
		t.Fatalf("%+v, %v", last, err)
	}
	b, err := os.ReadFile(filepath.Join(c.Folder.Path, LastFile))
	if err != nil {
		t.Fatal(err)
	}
	f, err := DecodeRun(b)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := train.ReadState(f); err != nil || len(s.Changes) != 3 || len(c.Document.Changes) != 3 {
		t.Errorf("the file has the changes %v, run.json %v, want three (%v)", s.Changes, c.Document.Changes, err)
	}
}

// TestAnEndInThePastIsRefused tells a run in its third epoch to have two.
func TestAnEndInThePastIsRefused(t *testing.T) {
	a := &active{id: "run", ask: make(chan train.Change, 8), stop: make(chan struct{}), pace: pace{perEpoch: 3}, doc: Document{Step: 7}}
	m := &Manager{Log: log.New(io.Discard, "", 0), current: a}
	if err := m.Change("run", "epochs", 2); !failure.Is(err, failure.Usage) || len(a.ask) != 0 {
		t.Errorf("two epochs: %v", err)
	}
	if err := m.Change("run", "epochs", 3); err != nil || len(a.ask) != 1 {
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
	c := begin(t, func(r engine.Run) engine.Run { return late{r, &then} })
	a := &active{id: "run", ask: make(chan train.Change, 8), stop: make(chan struct{})}
	m := &Manager{Log: log.New(io.Discard, "", 0), current: a}
	c.BetweenSteps = func() error { return a.betweenSteps(m, c.Run) }
	c.Closing = func() { a.take(m, c.Run, true) }
	epochs := c.Run.State().Config.Epochs
	then = func() {
		if err := m.Change("run", "epochs", float64(epochs+1)); err != nil {
			t.Error(err)
		}
	}
	c.Saved = func() {
		if c.Document.State != Done {
			return
		}
		if err := m.Change("run", "lr", .002); !failure.Is(err, failure.Conflict) || len(a.ask) != 0 {
			t.Errorf("a change while the end is saved: %v", err)
		}
	}
	if last, err := c.Conduct(); err != nil || last.Event != train.EventDone {
		t.Fatalf("%+v, %v", last, err)
	}
	if got := len(c.Run.State().History); got != epochs+1 || len(c.Document.Changes) != 1 {
		t.Errorf("%d epochs and the changes %v, want %d epochs and one change", got, c.Document.Changes, epochs+1)
	}
}

// TestAChangeAfterTheEndIsRefused asks for a change once the run has stopped
// its work, and while that is being saved.
func TestAChangeAfterTheEndIsRefused(t *testing.T) {
	c := begin(t, func(r engine.Run) engine.Run { return givenUp{r} })
	a := &active{id: "run", ask: make(chan train.Change, 8), stop: make(chan struct{})}
	m := &Manager{Log: log.New(io.Discard, "", 0), current: a}
	c.BetweenSteps = func() error { return a.betweenSteps(m, c.Run) }
	a.end(Paused)
	refused := 0
	c.Saved = func() {
		if c.Document.State == Running {
			return // the first save: the run has not worked yet
		}
		if err := m.Change("run", "lr", .002); failure.Is(err, failure.Conflict) && len(a.ask) == 0 {
			refused++
		}
	}
	if _, err := c.Conduct(); err != nil || refused != 1 {
		t.Errorf("%d changes were refused (%v)", refused, err)
	}
}
