package queue

import (
	"io"
	"log"
	"path/filepath"
	"testing"

	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/runs"
	"atelier/server/runs/events"
	"atelier/server/runs/runstest"
	"atelier/server/runs/training"
)

// quiet is a log that nobody reads.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// idle is a queue over a folder that trains nothing: it was not started.
func idle(root string, disk runs.Disk) *Queue {
	q := &Queue{Store: runs.NewStore(root, quiet()), Data: runstest.Dataset, events: events.NewHub()}
	q.Store.Disk = disk
	return q
}

// started is a queue over a folder whose runs train on an engine.
func started(t *testing.T, root string, d *runstest.Disk, e engine.Engine) *Queue {
	t.Helper()
	q := idle(root, d.On)
	q.Every = 1 // nanosecond
	q.Engine = func(string) (engine.Engine, string, error) { return e, "", nil }
	if err := q.Start(); err != nil {
		t.Fatal(err)
	}
	return q
}

// trains is a queue in which a run trains, the loop of which the caller runs.
func trains(t *testing.T, wrap func(engine.Run) engine.Run) (*Queue, *job, *training.Loop) {
	t.Helper()
	q := idle(filepath.Join(t.TempDir(), "runs"), nil)
	j := q.newJob(runs.Document{ID: "run"})
	q.training = j
	folder, err := q.Store.Open("run")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	run := runstest.NewRun(t)
	if wrap != nil {
		run = wrap(run)
	}
	doc := j.document()
	doc.Environment = runs.NewEnvironment(engine.Core(1), "synthetic")
	return q, j, q.loop(j, folder, &doc, run)
}

// inner is an engine.Run to embed: its own name would hide its method Run.
type inner = interface{ engine.Run }

// givenUp is a run whose step is given up.
type givenUp struct{ inner }

func (givenUp) Run(train.Hooks) error { return train.ErrStopped }
