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
