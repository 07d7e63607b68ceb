package runs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"atelier/core/train"
	"atelier/server/failure"
)

// TestARemovedFolderIsMadeAgain removes the folder of a run that trains, once and
// with the folder around it: the run is whole in memory, and is saved again.
func TestARemovedFolderIsMadeAgain(t *testing.T) {
	want, err := begin(t, nil).Conduct()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		at   int // step
		up   bool
	}{{"in the first epoch", 2, false}, {"in the second", 4, false}, {"with all runs", 4, true}, {"before the end", 6, false}} {
		t.Run(tt.name, func(t *testing.T) {
			c := begin(t, nil)
			c.Every = time.Nanosecond
			removed := 0
			c.Unsaved = func(f *failure.Failure) { t.Errorf("after step %d: %v. %s", c.Run.State().Step, f, f.Hint) }
			c.BetweenSteps = func() error {
				if t.Failed() {
					return train.ErrStopped
				}
				if c.Run.State().Step == tt.at {
					path := c.Folder.Path
					if tt.up {
						path = filepath.Dir(path)
					}
					removed++
					return os.RemoveAll(path)
				}
				return nil
			}
			got, err := c.Conduct()
			if err != nil || removed == 0 || got.Event != train.EventDone || *got.WeightsSHA256 != *want.WeightsSHA256 {
				t.Fatalf("it ended with %+v, %v", got, err)
			}
			for _, name := range []string{LastFile, BestFile, BestAccFile, HistoryFile} {
				if _, err := os.Stat(filepath.Join(c.Folder.Path, name)); err != nil {
					t.Error(err)
				}
			}
			if doc, err := ReadDocument(c.Folder.Path); err != nil || doc.State != Done || kept(t, c.Folder, LastFile) != 6 {
				t.Errorf("run.json: %+v, %v", doc, err)
			}
			if _, err := OpenFolder(c.Folder.Path); !failure.Is(err, failure.Conflict) {
				t.Errorf("the new folder is not locked: %v", err)
			}
		})
	}
}

// TestNothingIsSaidToBeKeptThatIsNot removes the folder and makes a file in its
// place.
func TestNothingIsSaidToBeKeptThatIsNot(t *testing.T) {
	c := begin(t, nil)
	c.Every = time.Nanosecond
	told := ""
	c.Unsaved = func(f *failure.Failure) { told = f.Message + ". " + f.Hint }
	c.BetweenSteps = func() error {
		if told != "" {
			return train.ErrStopped
		}
		if c.Run.State().Step == 2 {
			if err := os.RemoveAll(c.Folder.Path); err != nil {
				return err
			}
			return os.WriteFile(c.Folder.Path, nil, 0o600)
		}
		return nil
	}
	if _, err := c.Conduct(); !failure.Is(err, codeSave) {
		t.Fatal(err)
	}
	if !strings.Contains(told, "no checkpoint of it on disk") || strings.Contains(told, "is kept") {
		t.Errorf("it says %q", told)
	}
}
