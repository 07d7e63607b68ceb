package runs

import (
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"atelier/core/checkpoint"
	"atelier/core/fashion"
	"atelier/core/train"
	"atelier/server/engine"
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

// pageAt is the checkpoint of a run that the page has trained so many steps.
func pageAt(t *testing.T, steps int) []byte {
	t.Helper()
	cfg, err := small.Complete()
	if err != nil {
		t.Fatal(err)
	}
	r, err := engine.Core(1).New(cfg, train.Data{Images: &fewImages().Train, Kind: fashion.KindDrawn}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	err = r.Run(train.Hooks{Clock: func() float64 { return 0 }, AfterStep: func() error {
		if r.State().Step == steps {
			return train.ErrStopped
		}
		return nil
	}})
	if !engine.Stopped(err) {
		t.Fatal(err)
	}
	file, err := r.Save()
	if err != nil {
		t.Fatal(err)
	}
	b, err := checkpoint.Encode(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestARefusedHandOverChangesNothing lets every operation of the disk fail once,
// for a new name and for a run that is there: nothing is left of what was refused,
// and a second try succeeds.
func TestARefusedHandOverChangesNothing(t *testing.T) {
	first, second := pageAt(t, 1), pageAt(t, 4)
	for _, there := range []bool{false, true} {
		t.Run(fmt.Sprint("there is a run of that name ", there), func(t *testing.T) {
			failed := 0
			for n := int64(0); ; n++ { // the 0th on a full disk
				d := &rigged{}
				root := t.TempDir()
				begin := func() *Manager {
					return &Manager{Root: root, Data: fewImages, Log: log.New(io.Discard, "", 0), open: d.open, all: NewHub()}
				}
				m := begin()
				if there {
					if _, err := m.TakeOver("handed", first, "core"); err != nil {
						t.Fatal(err)
					}
					if _, err := m.Pause(t.Context(), "handed"); err != nil {
						t.Fatal(err)
					}
				}
				was := contents(t, root)
				d.count.Store(0)
				d.failAt.Store(n)
				d.full.Store(n == 0)
				_, err := m.TakeOver("handed", second, "core")
				d.full.Store(false)
				if n > 0 && d.count.Load() < n {
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
					if _, err := begin().TakeOver("handed", second, "core"); err != nil {
						t.Errorf("operation %d: the second try: %v", n, err)
					}
				}
				folder := &Folder{Path: filepath.Join(root, "handed")}
				doc, e := ReadDocument(folder.Path)
				if e != nil || doc.State != Queued || doc.Step != 4 || kept(t, folder, LastFile) != 4 {
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
	d := &rigged{}
	d.full.Store(true)
	m := &Manager{Root: t.TempDir(), Data: fewImages, Log: log.New(io.Discard, "", 0), open: d.open, all: NewHub()}
	if _, err := m.Add(Order{Config: small}); err == nil {
		t.Fatal("it was taken")
	}
	if left := contents(t, m.Root); len(left) != 0 {
		t.Errorf("it leaves %v", changed(nil, left))
	}
}
