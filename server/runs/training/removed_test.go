package training

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"atelier/core/train"
	"atelier/server/failure"
	"atelier/server/runs"
	"atelier/server/runs/runstest"
)

// TestARemovedFolderIsMadeAgain removes the folder of a run that trains, once and
// with the folder around it: the run is whole in memory, and is saved again.
func TestARemovedFolderIsMadeAgain(t *testing.T) {
	want, err := begin(t).Train()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		at   int // step
		up   bool
	}{{"in the first epoch", 2, false}, {"in the second", 4, false}, {"with all runs", 4, true}, {"before the end", 6, false}} {
		t.Run(tt.name, func(t *testing.T) {
			l := begin(t)
			l.Every = time.Nanosecond
			removed := 0
			l.OnSaveError = func(f *failure.Failure) { t.Errorf("after step %d: %v. %s", l.Run.State().Step, f, f.Hint) }
			l.BetweenSteps = func() error {
				if t.Failed() {
					return train.ErrStopped
				}
				if l.Run.State().Step == tt.at {
					path := l.Folder.Path
					if tt.up {
						path = filepath.Dir(path)
					}
					removed++
					return os.RemoveAll(path)
				}
				return nil
			}
			got, err := l.Train()
			if err != nil || removed == 0 || got.Event != train.EventDone || *got.WeightsSHA256 != *want.WeightsSHA256 {
				t.Fatalf("it ended with %+v, %v", got, err)
			}
			for _, name := range []string{runs.LastFile, runs.BestFile, runs.BestAccFile, runs.HistoryFile} {
				if _, err := os.Stat(filepath.Join(l.Folder.Path, name)); err != nil {
					t.Error(err)
				}
			}
			if doc, err := runs.ReadDocument(l.Folder.Path); err != nil || doc.State != runs.Done || runstest.Step(t, l.Folder.Path, runs.LastFile) != 6 {
				t.Errorf("run.json: %+v, %v", doc, err)
			}
			if _, err := runs.OpenFolder(l.Folder.Path); !failure.Is(err, failure.Conflict) {
				t.Errorf("the new folder is not locked: %v", err)
			}
		})
	}
}

// TestAFolderThatIsMovedAwayIsMadeAgain moves the folder of a run that trains, as
// into a desktop's trash: what is saved there is lost when that is emptied.
func TestAFolderThatIsMovedAwayIsMadeAgain(t *testing.T) {
	l := begin(t)
	trash := filepath.Join(t.TempDir(), "trash")
	l.BetweenSteps = func() error {
		if l.Run.State().Step < 2 {
			return nil
		}
		if _, err := os.Stat(trash); err == nil {
			return train.ErrStopped
		}
		if err := os.Rename(l.Folder.Path, trash); err != nil {
			t.Error(err)
		}
		return train.ErrStopped
	}
	if last, err := l.Train(); err != nil || last.Event != train.EventInterrupted {
		t.Fatalf("it ended with %+v, %v", last, err)
	}
	if doc, err := runs.ReadDocument(l.Folder.Path); err != nil || doc.State != runs.Interrupted || runstest.Step(t, l.Folder.Path, runs.LastFile) != 2 {
		t.Errorf("run.json: %+v, %v", doc, err)
	}
	if _, err := runs.OpenFolder(l.Folder.Path); !failure.Is(err, failure.Conflict) {
		t.Errorf("the new folder is not locked: %v", err)
	}
}

// TestNothingIsSaidToBeKeptThatIsNot removes the folder and makes a file in its
// place.
func TestNothingIsSaidToBeKeptThatIsNot(t *testing.T) {
	l := begin(t)
	l.Every = time.Nanosecond
	told := ""
	l.OnSaveError = func(f *failure.Failure) { told = f.Message + ". " + f.Hint }
	l.BetweenSteps = func() error {
		if told != "" {
			return train.ErrStopped
		}
		if l.Run.State().Step == 2 {
			if err := os.RemoveAll(l.Folder.Path); err != nil {
				return err
			}
			return os.WriteFile(l.Folder.Path, nil, 0o600)
		}
		return nil
	}
	if _, err := l.Train(); !failure.Is(err, failure.Save) {
		t.Fatal(err)
	}
	if !strings.Contains(told, "no checkpoint of it on disk") || strings.Contains(told, "is kept") {
		t.Errorf("it says %q", told)
	}
}
