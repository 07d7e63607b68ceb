package queue

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"atelier/server/runs"
	"atelier/server/runs/runstest"
)

// contents are the files under a folder, by their names, but for locks.
func contents(t *testing.T, root string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		var b []byte
		if !e.IsDir() {
			if b, err = os.ReadFile(path); err != nil {
				return err
			}
		}
		if e.Name() != ".lock" {
			out[path] = string(b)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestARefusedHandOverChangesNothing lets every operation of the disk fail once,
// for a new name and for a run that is there: nothing is left of what was refused,
// and a second try succeeds.
func TestARefusedHandOverChangesNothing(t *testing.T) {
	first, second := runstest.Checkpoint(t, 1), runstest.Checkpoint(t, 4)
	for _, there := range []bool{false, true} {
		t.Run(fmt.Sprint("there is a run of that name ", there), func(t *testing.T) {
			failed := 0
			for n := int64(0); ; n++ { // the 0th on a full disk
				d := &runstest.Disk{}
				root := t.TempDir()
				q := idle(root, d.On)
				if there {
					if _, err := q.HandOver("handed", first, "core"); err != nil {
						t.Fatal(err)
					}
					if _, err := q.Pause(t.Context(), "handed"); err != nil {
						t.Fatal(err)
					}
				}
				was := contents(t, root)
				d.Count.Store(0)
				d.FailAt.Store(n)
				d.Full.Store(n == 0)
				_, err := q.HandOver("handed", second, "core")
				d.Full.Store(false)
				if n > 0 && d.Count.Load() < n {
					if err != nil || failed < 8 {
						t.Fatalf("%d of %d operations failed it; without a fault: %v", failed, n, err)
					}
					return
				}
				if err != nil {
					failed++
					if now := contents(t, root); !maps.Equal(now, was) {
						t.Errorf("operation %d: %v; the folder has changed: %s", n, err, changed(was, now))
					}
					if _, err := idle(root, d.On).HandOver("handed", second, "core"); err != nil {
						t.Errorf("operation %d: the second try: %v", n, err)
					}
				}
				folder := filepath.Join(root, "handed")
				doc, e := runs.ReadDocument(folder)
				if e != nil || doc.State != runs.Queued || doc.Step != 4 || runstest.Step(t, folder, runs.LastFile) != 4 {
					t.Errorf("operation %d: in the end %+v, %v", n, doc, e)
				}
			}
		})
	}
}

// changed names the files that differ.
func changed(was, now map[string]string) (names []string) {
	for name, s := range now {
		if old, ok := was[name]; !ok || old != s {
			names = append(names, name)
		}
	}
	for name := range was {
		if _, ok := now[name]; !ok {
			names = append(names, name+" (gone)")
		}
	}
	return names
}

// TestARefusedOrderLeavesNoFolder asks for a new run on a full disk.
func TestARefusedOrderLeavesNoFolder(t *testing.T) {
	d := &runstest.Disk{}
	d.Full.Store(true)
	q := idle(t.TempDir(), d.On)
	if _, err := q.Add(Order{Config: runstest.Config}); err == nil {
		t.Fatal("it was taken")
	}
	if left := contents(t, q.Store.Root); len(left) != 0 {
		t.Errorf("it leaves %v", changed(nil, left))
	}
}
