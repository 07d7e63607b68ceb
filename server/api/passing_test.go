package api

import (
	"context"
	"io"
	"log"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"atelier/core/fashion"
	"atelier/core/sample"
	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
	"atelier/server/runs"
	"atelier/server/runs/queue"
)

// held is a queue whose runs make steps that cost nothing. One that was told to
// end does so only once release is closed.
func held(t *testing.T, data func() *fashion.Dataset, release <-chan struct{}) *queue.Queue {
	t.Helper()
	walk := func(_ engine.Run, h train.Hooks) error {
		for {
			time.Sleep(time.Millisecond)
			if err := h.AfterStep(); err != nil {
				<-release
				return err
			}
		}
	}
	q := &queue.Queue{Store: runs.NewStore(filepath.Join(t.TempDir(), "runs"), log.New(io.Discard, "", 0)), Data: data, Engine: acted{engine.Core(1), walk}.open}
	if err := q.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(q.Close)
	return q
}

func added(t *testing.T, q *queue.Queue) string {
	t.Helper()
	d, err := q.Add(queue.Order{Config: shortConfig})
	if err != nil {
		t.Fatal(err)
	}
	return d.ID
}

// reaches waits until a run is in a state.
func reaches(t *testing.T, q *queue.Queue, id, state string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		d, err := q.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		if d.State == state {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s is %s (%+v), want %s", id, d.State, d.Error, state)
		}
	}
}

// An order that comes while a pause has not yet taken effect counts all the same.
func TestAnOrderAfterAPauseUnderWay(t *testing.T) {
	for _, tt := range []struct {
		name  string
		order func(q *queue.Queue, id string) (runs.Document, error)
		want  string
	}{
		{"resume", func(q *queue.Queue, id string) (runs.Document, error) { return q.Resume(t.Context(), id) }, runs.Running},
		{"stop", func(q *queue.Queue, id string) (runs.Document, error) { return q.Stop(t.Context(), id) }, runs.Stopped},
	} {
		t.Run(tt.name, func(t *testing.T) {
			release := make(chan struct{})
			q := held(t, tiny, release)
			id := added(t, q)
			reaches(t, q, id, runs.Running)
			at, cancel := context.WithCancel(t.Context())
			cancel() // nobody waits for the pause
			if _, err := q.Pause(at, id); !failure.Is(err, failure.Busy) {
				t.Fatalf("pause: %v", err)
			}
			answer := make(chan error)
			go func() {
				_, err := tt.order(q, id)
				answer <- err
			}()
			select {
			case err := <-answer:
				t.Fatalf("it is answered while the run still ends: %v", err)
			case <-time.After(50 * time.Millisecond):
			}
			close(release)
			if err := <-answer; err != nil {
				t.Fatal(err)
			}
			reaches(t, q, id, tt.want)
		})
	}
}

// A run that waits leaves the queue only when its new state is on disk.
func TestAWaitingRunThatCannotBeWrittenStays(t *testing.T) {
	release := make(chan struct{})
	close(release)
	q := held(t, tiny, release)
	first, second := added(t, q), added(t, q)
	reaches(t, q, first, runs.Running)
	folder, err := runs.OpenFolder(filepath.Join(q.Store.Root, second)) // as a terminal would
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.Pause(t.Context(), second); !failure.Is(err, failure.Conflict) {
		t.Fatalf("pause of a locked run: %v", err)
	}
	if err := folder.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Stop(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	reaches(t, q, second, runs.Running)
}

// Who listens to a waiting run is told that it was stopped, before the stream ends.
func TestAWaitingRunTellsItsEnd(t *testing.T) {
	release := make(chan struct{})
	close(release)
	q := held(t, tiny, release)
	first, second := added(t, q), added(t, q)
	reaches(t, q, first, runs.Running)
	_, _, _, reader, err := q.Events(second, 0)
	if err != nil {
		t.Fatal(err)
	}
	if d, err := q.Stop(t.Context(), second); err != nil || d.State != runs.Stopped {
		t.Fatalf("it is %s (%v)", d.State, err)
	}
	var told []string
	for e := range reader.C {
		told = append(told, string(e.Data))
	}
	if len(told) != 1 || told[0] != `{"event":"state","state":"stopped"}` {
		t.Errorf("its readers were told %v", told)
	}
}

// A run that was begun on the drawn sample goes on with it when the real images
// have come meanwhile.
func TestARunKeepsItsData(t *testing.T) {
	release := make(chan struct{})
	close(release)
	var here atomic.Pointer[fashion.Dataset]
	here.Store(tiny())
	q := held(t, here.Load, release)
	id := added(t, q)
	reaches(t, q, id, runs.Running)
	if _, err := q.Pause(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	here.Store(&fashion.Dataset{Train: *sample.Synthetic(40), Test: *sample.Synthetic(20), Kind: fashion.KindReal})
	// Its checkpoint is of the 40 images: without it, the run begins anew.
	if err := os.Remove(filepath.Join(q.Store.Root, id, runs.LastFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Resume(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	reaches(t, q, id, runs.Running)
	if d, err := q.Get(id); err != nil || d.Environment.Data != fashion.KindDrawn {
		t.Errorf("it trains on the %s images (%v), want the drawn ones", d.Environment.Data, err)
	}
}

// A folder of runs that has gone is an error, and not a wait for ever.
func TestAddWithoutAFolder(t *testing.T) {
	release := make(chan struct{})
	close(release)
	q := held(t, tiny, release)
	if err := os.RemoveAll(q.Store.Root); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(q.Store.Root, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Add(queue.Order{Config: shortConfig}); !failure.Is(err, failure.Folder) {
		t.Errorf("a run without a folder: %v", err)
	}
}
