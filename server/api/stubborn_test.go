package api

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"atelier/core/checkpoint"
	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
	"atelier/server/runs"
	"atelier/server/runs/queue"
)

// acted is an engine whose runs are those of the core, but for their training.
type acted struct {
	engine.Engine
	act func(r engine.Run, h train.Hooks) error
}

type actedRun struct {
	inner
	act func(r engine.Run, h train.Hooks) error
}

type inner = interface{ engine.Run }

func (r actedRun) Run(h train.Hooks) error { return r.act(r.inner, h) }

func (a acted) New(cfg train.Config, data train.Data, yield func() error) (engine.Run, error) {
	r, err := a.Engine.New(cfg, data, yield)
	return actedRun{r, a.act}, err
}

func (a acted) Resume(f *checkpoint.File, data train.Data, yield func() error) (engine.Run, error) {
	r, err := a.Engine.Resume(f, data, yield)
	return actedRun{r, a.act}, err
}

func (a acted) open(string) (engine.Engine, string, error) { return a, "", nil }

// TestAnEngineThatBlocksForEver must not take the server with it: asking the
// run to stop is answered, and so is the server's own end.
func TestAnEngineThatBlocksForEver(t *testing.T) {
	if testing.Short() {
		t.Skip("waits as long as a person would have to")
	}
	r := serveWith(t, filepath.Join(t.TempDir(), "runs"), acted{engine.Core(1), func(engine.Run, train.Hooks) error {
		select {} // were it let go at the end, its run would still be writing while the folder is removed
	}}.open)
	d := r.run(t, "POST", "/api/runs", short, 201)
	r.until(t, d.ID, runs.Running)
	began := time.Now()
	code, b := r.ask(t, "POST", "/api/runs/"+d.ID+"/stop", "")
	if took := time.Since(began); code != 503 || !bytes.Contains(b, []byte("busy")) || took > 15*time.Second {
		t.Fatalf("stop: %d %s after %v", code, b, took)
	}
	if code, _ := r.ask(t, "GET", "/api/health", ""); code != 200 {
		t.Fatalf("health: %d", code)
	}
	began = time.Now()
	r.stop()
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the server took %v to stop", took)
	}
	if !strings.Contains(r.log.String(), "its last checkpoint is kept") {
		t.Errorf("the log: %s", r.log)
	}
}

// TestAnEngineThatPanicsFailsItsRunOnly: the next run trains.
func TestAnEngineThatPanicsFailsItsRunOnly(t *testing.T) {
	first := true
	r := serveWith(t, filepath.Join(t.TempDir(), "runs"), acted{engine.Core(1), func(r engine.Run, h train.Hooks) error {
		if first {
			first = false
			panic("in Forward")
		}
		return r.Run(h)
	}}.open)
	bad := r.run(t, "POST", "/api/runs", short, 201)
	good := r.run(t, "POST", "/api/runs", short, 201)
	if d := r.until(t, bad.ID, runs.Failed); d.Error == nil || strings.Contains(d.Error.Message, "Forward") {
		t.Errorf("the failed run: %+v", d.Error)
	}
	r.until(t, good.ID, runs.Done)
	if !strings.Contains(r.log.String(), bad.ID) || !strings.Contains(r.log.String(), "in Forward") {
		t.Errorf("the log: %s", r.log)
	}
}

// TestAThousandOrders gives orders at random from several sides: nothing may
// race, hang, or be left over.
func TestAThousandOrders(t *testing.T) {
	walk := func(r engine.Run, h train.Hooks) error { // a run of steps that cost nothing
		for {
			time.Sleep(time.Millisecond)
			h.Emit(train.Event{Event: train.EventStep})
			if err := h.AfterStep(); err != nil {
				return err
			}
		}
	}
	q := &queue.Queue{Store: runs.NewStore(filepath.Join(t.TempDir(), "runs"), log.New(io.Discard, "", 0)), Data: tiny, Engine: acted{engine.Core(1), walk}.open}
	if err := q.Start(); err != nil {
		t.Fatal(err)
	}
	orders := 1000
	if testing.Short() {
		orders = 100
	}
	var ids [8]string
	for i := range ids {
		d, err := q.Add(queue.Order{Config: shortConfig})
		if err != nil {
			t.Fatal(err)
		}
		ids[i] = d.ID
	}
	var wg sync.WaitGroup
	for side := range 4 {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(uint64(side), 1))
			for range orders / 4 {
				if err := oneOrder(t, q, random, ids[random.IntN(len(ids))]); err != nil {
					t.Errorf("%v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	began := time.Now()
	q.Close()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("stopping took %v", took)
	}
	docs, err := q.List()
	if err != nil || len(docs) != len(ids) {
		t.Fatalf("%d runs (%v)", len(docs), err)
	}
	for _, d := range docs {
		if d.State == runs.Running || d.State == runs.Failed || d.State == runs.Done {
			t.Errorf("%s is left %s (%+v)", d.ID, d.State, d.Error)
		}
	}
}

// oneOrder does one thing to a run; what is refused must be refused for a
// reason that there can be.
func oneOrder(t *testing.T, q *queue.Queue, random *rand.Rand, id string) error {
	ctx := t.Context()
	var err error
	what := []string{"pause", "stop", "resume", "change", "listen", "list"}[random.IntN(6)]
	switch what {
	case "pause":
		_, err = q.Pause(ctx, id)
	case "stop":
		_, err = q.Stop(ctx, id)
	case "resume":
		_, err = q.Resume(t.Context(), id)
	case "change":
		err = q.Change(id, "lr", 1e-3)
	case "list":
		_, err = q.List()
	case "listen":
		_, _, _, reader, e := q.Events(id, 0)
		if err = e; e == nil {
			for range random.IntN(3) {
				select {
				case <-reader.C:
				case <-time.After(time.Millisecond):
				}
			}
			reader.Close()
		}
	}
	if err != nil && !failure.Is(err, failure.Conflict) && !failure.Is(err, failure.Busy) {
		return fmt.Errorf("%s %s: %w", what, id, err)
	}
	return nil
}
