package api

import (
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/runs"
	"atelier/server/runs/queue"
)

// ending is an engine whose runs do something of the test's when they have been
// saved as done, and before they are tested.
type ending struct {
	engine.Engine
	do func()
}

type endingRun struct {
	inner
	do func()
}

func (e ending) New(cfg train.Config, data train.Data, yield func() error) (engine.Run, error) {
	r, err := e.Engine.New(cfg, data, yield)
	return endingRun{r, e.do}, err
}

func (r endingRun) LastEvent(name string, s train.Summary) train.Event {
	r.do()
	return r.inner.LastEvent(name, s)
}

// A run that is done stays so where its test cannot be noted.
func TestADoneRunWhoseTestCannotBeNoted(t *testing.T) {
	folder, aside := make(chan string, 1), filepath.Join(t.TempDir(), "aside")
	block := func() { // a folder of the file's name cannot be replaced
		document := filepath.Join(<-folder, runs.DocumentFile)
		if err := os.Rename(document, aside); err != nil {
			t.Error(err)
		}
		if err := os.Mkdir(document, 0o700); err != nil {
			t.Error(err)
		}
	}
	q := &queue.Queue{
		Store: runs.NewStore(filepath.Join(t.TempDir(), "runs"), log.New(io.Discard, "", 0)), Data: tiny,
		Engine: func(string) (engine.Engine, string, error) { return ending{engine.Core(1), block}, "", nil },
	}
	if err := q.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(q.Close)
	id := added(t, q)
	_, _, _, reader, err := q.Events(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	folder <- filepath.Join(q.Store.Root, id)
	var last string
	for e := range reader.C {
		last = string(e.Data)
	}
	if !strings.Contains(last, `"state":"done"`) {
		t.Errorf("the run's last event is %s", last)
	}
	document := filepath.Join(q.Store.Root, id, runs.DocumentFile)
	if err := os.Remove(document); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(aside, document); err != nil {
		t.Fatal(err)
	}
	if d, err := q.Get(id); err != nil || d.State != runs.Done {
		t.Errorf("run.json: %+v, %v", d, err)
	}
}
