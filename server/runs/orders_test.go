package runs

import (
	"context"
	"errors"
	"io"
	"log"
	"path/filepath"
	"strings"
	"testing"

	"atelier/server/failure"
)

// TestResumeWaitsForARunThatEnds asks for a run that the worker has not let go of.
func TestResumeWaitsForARunThatEnds(t *testing.T) {
	for _, tt := range []struct {
		name, state, told string
		waits             bool
	}{
		{"it trains", Running, "", false},
		{"it was paused", Running, Paused, true},
		{"it has failed", Failed, "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := &active{id: "run", ends: make(chan struct{}), as: tt.told, doc: Document{State: tt.state}}
			m := &Manager{current: a}
			gone, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := m.Resume(gone, "run"); failure.Is(err, failure.Busy) != tt.waits {
				t.Errorf("resume answers %v, want that it waits: %t", err, tt.waits)
			}
		})
	}
}

// TestARunThatCouldNotBeSavedIsToldAsItIs ends a run whose save at the end failed: with a
// checkpoint it rests, and without one it has failed, for all readers and on disk.
func TestARunThatCouldNotBeSavedIsToldAsItIs(t *testing.T) {
	full := failure.New(codeSave, "The run could not be written", "Is the disk full?")
	for _, tt := range []struct{ name, left, want string }{
		{"the disk was full at its end", Interrupted, Paused},
		{"the disk was full from its beginning", Failed, Failed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := &Manager{Root: t.TempDir(), Log: log.New(io.Discard, "", 0), all: NewHub()}
			doc := Document{ID: "run", State: tt.left}
			if tt.left == Failed {
				doc.Error = full
			}
			folder, err := OpenFolder(filepath.Join(m.Root, doc.ID))
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(folder.SaveDocument(&doc), folder.Close()); err != nil {
				t.Fatal(err)
			}
			a := m.newActive(Document{ID: doc.ID})
			_, _, own := a.hub.Subscribe(0)
			_, _, all := m.all.Subscribe(0)
			a.show(doc)
			a.end(Paused)
			m.leave(a, full)
			disk, err := m.read(doc.ID)
			if err != nil || disk.State != tt.want || a.document().State != tt.want {
				t.Errorf("it is %s on disk (%v) and %s in the API, want %s", disk.State, err, a.document().State, tt.want)
			}
			for name, r := range map[string]*Reader{"its own": own, "all runs'": all} {
				select {
				case told := <-r.C:
					if want := `"state":"` + tt.want + `"`; !strings.Contains(string(told.Data), want) || strings.Contains(string(told.Data), full.Message) != (tt.want == Failed) {
						t.Errorf("%s readers are told %s, want %s", name, told.Data, want)
					}
				default:
					t.Errorf("%s readers are told nothing", name)
				}
			}
		})
	}
}
