package queue

import (
	"errors"
	"fmt"
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
	"atelier/server/runs/runstest"
)

// fills is the core, whose runs fill the disk after the second step and then wait
// until they are told to end, or end in an error.
type fills struct {
	engine.Engine
	disk *runstest.Disk
	once *sync.Once
	err  error
}

func (e fills) New(cfg train.Config, data train.Data, yield func() error) (engine.Run, error) {
	r, err := e.Engine.New(cfg, data, yield)
	return filling{r, e, yield}, err
}

func (e fills) Resume(f *checkpoint.File, data train.Data, yield func() error) (engine.Run, error) {
	r, err := e.Engine.Resume(f, data, yield)
	return filling{r, e, yield}, err
}

type filling struct {
	inner
	fills
	yield func() error
}

func (r filling) Run(h train.Hooks) error {
	saved := h.AfterStep
	h.AfterStep = func() (err error) {
		if err := saved(); err != nil || r.State().Step < 2 {
			return err
		}
		r.once.Do(func() {
			r.disk.Full.Store(true)
			for err = r.err; err == nil && r.yield() == nil; {
				time.Sleep(time.Millisecond)
			}
		})
		return err
	}
	return r.inner.Run(h)
}

// tells waits until the manager says of a run that it is in a state.
func tells(t *testing.T, q *Queue, id, state string) runs.Document {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		d, err := q.Get(id)
		if err == nil && d.State == state {
			return d
		}
		if time.Now().After(end) {
			t.Fatalf("the run is %s (%v), want %s; error %v", d.State, err, state, d.Error)
		}
	}
}

// agree checks that all ways to ask for a run tell the same state.
func agree(t *testing.T, q *Queue, id, state string) {
	t.Helper()
	d, err := q.Get(id)
	list, err2 := q.List()
	seen, _, _, r, err3 := q.Events(id, 0)
	all, _, _, r2, err4 := q.AllEvents(0)
	if errors.Join(err, err2, err3, err4) != nil || len(list) != 1 || len(all) != 1 {
		t.Fatalf("%v %v %v %v, %d runs", err, err2, err3, err4, len(list))
	}
	r.Close()
	r2.Close()
	if d.State != state || list[0].State != state || seen.State != state || all[0].State != state {
		t.Errorf("the run is %s, in the list %s, in its events %s, in all events %s: want %s", d.State, list[0].State, seen.State, all[0].State, state)
	}
}

// eventually waits until run.json says a state.
func eventually(t *testing.T, q *Queue, id, state string) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		d, err := runs.ReadDocument(filepath.Join(q.Store.Root, id))
		if err == nil && d.State == state {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("run.json says %+v (%v), want %s", d, err, state)
		}
	}
}

// undisturbedBits are those of the run of these tests when nothing goes wrong.
var undisturbedBits = sync.OnceValue(func() string {
	cfg, err := runstest.Config.Complete()
	if err != nil {
		return err.Error()
	}
	r, err := engine.Core(1).New(cfg, runstest.Data(), nil)
	if err != nil {
		return err.Error()
	}
	if err := r.Run(train.Hooks{Clock: func() float64 { return 0 }}); err != nil {
		return err.Error()
	}
	return r.WeightsSHA256()
})

// TestAnEndOnAFullDisk ends a run in every way on a disk that has room for
// nothing: it is told as it is, and once there is room it goes on.
func TestAnEndOnAFullDisk(t *testing.T) {
	for _, tt := range []struct {
		name, state string
		err         error // of the engine
		end         func(q *Queue, id string) error
	}{
		{"pause", runs.Paused, nil, func(q *Queue, id string) error { _, err := q.Pause(t.Context(), id); return err }},
		{"stop", runs.Stopped, nil, func(q *Queue, id string) error { _, err := q.Stop(t.Context(), id); return err }},
		{"failure", runs.Failed, errors.New("the engine broke"), func(q *Queue, id string) error { return nil }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &runstest.Disk{}
			q := started(t, filepath.Join(t.TempDir(), "runs"), d, fills{engine.Core(1), d, &sync.Once{}, tt.err})
			defer q.Close()
			doc, err := q.Add(Order{Config: runstest.Config})
			if err != nil {
				t.Fatal(err)
			}
			_, _, _, all, err := q.AllEvents(0)
			if err != nil {
				t.Fatal(err)
			}
			defer all.Close()
			for end := time.Now().Add(30 * time.Second); !d.Full.Load() && time.Now().Before(end); {
				time.Sleep(time.Millisecond)
			}
			if err := tt.end(q, doc.ID); err != nil {
				t.Errorf("%s on a full disk: %v", tt.name, err)
			}
			for end := time.Now().Add(15 * time.Second); q.Training() && time.Now().Before(end); {
				time.Sleep(time.Millisecond)
			}
			agree(t, q, doc.ID, tt.state)
			if told, err := q.Get(doc.ID); err != nil || told.Warning == nil || !strings.Contains(told.Warning.Message, "could not be written") {
				t.Errorf("its warning is %+v (%v)", told.Warning, err)
			}
			last := ""
			for len(all.C) > 0 {
				if event := string((<-all.C).Data); strings.Contains(event, `"event":"state"`) {
					last = event
				}
			}
			if !strings.Contains(last, `"state":"`+tt.state+`"`) {
				t.Errorf("the last that readers are told is %s", last)
			}
			if _, err := q.Resume(t.Context(), doc.ID); !failure.Is(err, failure.Save) {
				t.Errorf("resume on a full disk: %v", err)
			}
			agree(t, q, doc.ID, tt.state)
			d.Full.Store(false)
			eventually(t, q, doc.ID, tt.state)
			if _, err := q.Resume(t.Context(), doc.ID); err != nil {
				t.Fatal(err)
			}
			if done := tells(t, q, doc.ID, runs.Done); done.Result.WeightsSHA256 != undisturbedBits() {
				t.Errorf("weights %s, undisturbed %s", done.Result.WeightsSHA256, undisturbedBits())
			}
		})
	}
}

// TestAServersEndOnAFullDisk: the next server goes on, with room or without.
func TestAServersEndOnAFullDisk(t *testing.T) {
	for _, room := range []bool{true, false} {
		t.Run(fmt.Sprint("room again ", room), func(t *testing.T) {
			d := &runstest.Disk{}
			root := filepath.Join(t.TempDir(), "runs")
			q := started(t, root, d, fills{engine.Core(1), d, &sync.Once{}, nil})
			doc, err := q.Add(Order{Config: runstest.Config})
			if err != nil {
				t.Fatal(err)
			}
			for end := time.Now().Add(30 * time.Second); !d.Full.Load() && time.Now().Before(end); {
				time.Sleep(time.Millisecond)
			}
			q.Close()
			agree(t, q, doc.ID, runs.Interrupted)
			d.Full.Store(!room)
			again := started(t, root, d, engine.Core(1))
			defer again.Close()
			time.Sleep(50 * time.Millisecond)
			d.Full.Store(false)
			if done := tells(t, again, doc.ID, runs.Done); done.Result.WeightsSHA256 != undisturbedBits() {
				t.Errorf("weights %s, undisturbed %s", done.Result.WeightsSHA256, undisturbedBits())
			}
		})
	}
}

// TestWhatATerminalDidMeanwhileCounts: a state that could not be written is not
// written over what has happened in the folder since.
func TestWhatATerminalDidMeanwhileCounts(t *testing.T) {
	d := &runstest.Disk{}
	q := started(t, filepath.Join(t.TempDir(), "runs"), d, fills{engine.Core(1), d, &sync.Once{}, nil})
	defer q.Close()
	doc, err := q.Add(Order{Config: runstest.Config})
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); !d.Full.Load() && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if _, err := q.Pause(t.Context(), doc.ID); err != nil {
		t.Fatal(err)
	}
	agree(t, q, doc.ID, runs.Paused)
	folder, err := runs.OpenFolder(filepath.Join(q.Store.Root, doc.ID))
	if err != nil {
		t.Fatal(err)
	}
	terminals, err := folder.Document()
	if err != nil {
		t.Fatal(err)
	}
	terminals.State, terminals.Owner = runs.Done, runs.ByTerminal
	if err := errors.Join(folder.SaveDocument(terminals), folder.Close()); err != nil {
		t.Fatal(err)
	}
	d.Full.Store(false)
	agree(t, q, doc.ID, runs.Done)
	time.Sleep(2 * pendingDelay)
	agree(t, q, doc.ID, runs.Done)
	eventually(t, q, doc.ID, runs.Done)
}
