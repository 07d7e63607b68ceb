package queue

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"atelier/server/failure"
	"atelier/server/runs"
	"atelier/server/runs/events"
)

// TestResumeWaitsForARunThatEnds asks for a run that the worker has not let go of.
func TestResumeWaitsForARunThatEnds(t *testing.T) {
	for _, tt := range []struct {
		name, state, told string
		waits             bool
	}{
		{"it trains", runs.Running, "", false},
		{"it was paused", runs.Running, runs.Paused, true},
		{"it has failed", runs.Failed, "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := idle(t.TempDir(), nil)
			j := q.newJob(runs.Document{ID: "run"})
			j.doc.State, j.endState = tt.state, tt.told
			q.training = j
			gone, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := q.Resume(gone, "run"); failure.Is(err, failure.Busy) != tt.waits {
				t.Errorf("resume answers %v, want that it waits: %t", err, tt.waits)
			}
		})
	}
}

// TestARunThatCouldNotBeSavedIsToldAsItIs ends a run whose save at the end failed: with a
// checkpoint it rests, and without one it has failed, for all readers and on disk.
func TestARunThatCouldNotBeSavedIsToldAsItIs(t *testing.T) {
	full := failure.New(failure.Save, "The run could not be written", "Is the disk full?")
	for _, tt := range []struct{ name, left, want string }{
		{"the disk was full at its end", runs.Interrupted, runs.Paused},
		{"the disk was full from its beginning", runs.Failed, runs.Failed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := idle(t.TempDir(), nil)
			doc := runs.Document{ID: "run", State: tt.left}
			if tt.left == runs.Failed {
				doc.Error = full
			}
			folder, err := runs.OpenFolder(filepath.Join(q.Store.Root, doc.ID))
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(folder.SaveDocument(&doc), folder.Close()); err != nil {
				t.Fatal(err)
			}
			j := q.newJob(runs.Document{ID: doc.ID})
			_, _, own := j.events.Subscribe(0)
			_, _, all := q.events.Subscribe(0)
			j.setDocument(doc)
			j.endAs(runs.Paused)
			q.endUnsaved(j, full)
			disk, err := q.Store.Read(doc.ID)
			if err != nil || disk.State != tt.want || j.document().State != tt.want {
				t.Errorf("it is %s on disk (%v) and %s in the API, want %s", disk.State, err, j.document().State, tt.want)
			}
			for name, r := range map[string]*events.Reader{"its own": own, "all runs'": all} {
				select {
				case told := <-r.C:
					if want := `"state":"` + tt.want + `"`; !strings.Contains(string(told.Data), want) || strings.Contains(string(told.Data), full.Message) != (tt.want == runs.Failed) {
						t.Errorf("%s readers are told %s, want %s", name, told.Data, want)
					}
				default:
					t.Errorf("%s readers are told nothing", name)
				}
			}
		})
	}
}

// On another engine a run's bits would change: only by its name is it taken there.
func TestARunGoesOnOnItsEngine(t *testing.T) {
	for _, tt := range []struct{ name, asked, begun, want string }{
		{"new", "auto", "", "auto"},
		{"begun on the core", "auto", "core", "core"},
		{"begun on the core, unasked", "", "core", "core"},
		{"sent to an accelerator", "gomlx", "core", "gomlx"},
		{"begun on an accelerator", "auto", "gomlx", "auto"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := engineFor(&runs.Document{Asked: tt.asked, Environment: runs.Environment{Engine: tt.begun}}); got != tt.want {
				t.Errorf("it asks for %q, want %q", got, tt.want)
			}
		})
	}
}
