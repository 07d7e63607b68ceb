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
)

// held is a manager whose runs make steps that cost nothing. One that was told to
// end does so only once release is closed.
func held(t *testing.T, data func() *fashion.Dataset, release <-chan struct{}) *runs.Manager {
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
	m := &runs.Manager{Root: filepath.Join(t.TempDir(), "runs"), Data: data, Log: log.New(io.Discard, "", 0), Engine: acted{engine.Core(1), walk}.open}
	if err := m.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Stop)
	return m
}

func added(t *testing.T, m *runs.Manager) string {
	t.Helper()
	d, err := m.Add(runs.Order{Config: shortConfig})
	if err != nil {
		t.Fatal(err)
	}
	return d.ID
}

// reaches waits until a run is in a state.
func reaches(t *testing.T, m *runs.Manager, id, state string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		d, err := m.Get(id)
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
		order func(m *runs.Manager, id string) (runs.Document, error)
		want  string
	}{
		{"resume", func(m *runs.Manager, id string) (runs.Document, error) { return m.Resume(t.Context(), id) }, runs.Running},
		{"stop", func(m *runs.Manager, id string) (runs.Document, error) { return m.Halt(t.Context(), id) }, runs.Stopped},
	} {
		t.Run(tt.name, func(t *testing.T) {
			release := make(chan struct{})
			m := held(t, tiny, release)
			id := added(t, m)
			reaches(t, m, id, runs.Running)
			at, cancel := context.WithCancel(t.Context())
			cancel() // nobody waits for the pause
			if _, err := m.Pause(at, id); !failure.Is(err, failure.Busy) {
				t.Fatalf("pause: %v", err)
			}
			answer := make(chan error)
			go func() {
				_, err := tt.order(m, id)
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
			reaches(t, m, id, tt.want)
		})
	}
}

// A run that waits leaves the queue only when its new state is on disk.
func TestAWaitingRunThatCannotBeWrittenStays(t *testing.T) {
	release := make(chan struct{})
	close(release)
	m := held(t, tiny, release)
	first, second := added(t, m), added(t, m)
	reaches(t, m, first, runs.Running)
	folder, err := runs.OpenFolder(filepath.Join(m.Root, second)) // as a terminal would
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Pause(t.Context(), second); !failure.Is(err, failure.Conflict) {
		t.Fatalf("pause of a locked run: %v", err)
	}
	if err := folder.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Halt(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	reaches(t, m, second, runs.Running)
}

// Who listens to a waiting run is told that it was stopped, before the stream ends.
func TestAWaitingRunTellsItsEnd(t *testing.T) {
	release := make(chan struct{})
	close(release)
	m := held(t, tiny, release)
	first, second := added(t, m), added(t, m)
	reaches(t, m, first, runs.Running)
	_, _, _, reader, err := m.Events(second, 0)
	if err != nil {
		t.Fatal(err)
	}
	if d, err := m.Halt(t.Context(), second); err != nil || d.State != runs.Stopped {
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
	m := held(t, here.Load, release)
	id := added(t, m)
	reaches(t, m, id, runs.Running)
	if _, err := m.Pause(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	here.Store(&fashion.Dataset{Train: *sample.Synthetic(40), Test: *sample.Synthetic(20), Kind: fashion.KindReal})
	// Its checkpoint is of the 40 images: without it, the run begins anew.
	if err := os.Remove(filepath.Join(m.Root, id, runs.LastFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Resume(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	reaches(t, m, id, runs.Running)
	if d, err := m.Get(id); err != nil || d.Environment.Data != fashion.KindDrawn {
		t.Errorf("it trains on the %s images (%v), want the drawn ones", d.Environment.Data, err)
	}
}

// A folder of runs that has gone is an error, and not a wait for ever.
func TestAddWithoutAFolder(t *testing.T) {
	release := make(chan struct{})
	close(release)
	m := held(t, tiny, release)
	if err := os.RemoveAll(m.Root); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(m.Root, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Add(runs.Order{Config: shortConfig}); !failure.Is(err, "folder") {
		t.Errorf("a run without a folder: %v", err)
	}
}
