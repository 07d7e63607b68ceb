package durable

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
)

// holds is what the files of a disk hold now.
func holds(d *disk) map[string]string {
	out := map[string]string{}
	for name, c := range d.files {
		out[name] = string(c.now)
	}
	return out
}

// TestWhatIsSavedTogetherIsSavedOrNot saves a checkpoint and a document as one
// change, with a fault at every operation: after an error every file is as it
// was, and a second try succeeds.
func TestWhatIsSavedTogetherIsSavedOrNot(t *testing.T) {
	for name, before := range map[string][]Content{
		"a new folder":      nil,
		"a run just begun":  {{"run.json", []byte("queued"), 1}},
		"a saved run":       {{"last", []byte("first"), 3}, {"run.json", []byte("paused"), 1}},
		"a run saved often": {{"last", []byte("first"), 3}, {"last", []byte("second"), 3}, {"last", []byte("third"), 3}, {"run.json", []byte("paused"), 1}},
	} {
		for _, mode := range []string{"error", "short"} {
			for n := 1; ; n++ {
				d := newDisk()
				for _, c := range before {
					if err := SaveKeeping(d, c.Name, c.Data, c.Keep); err != nil {
						t.Fatal(err)
					}
				}
				was := holds(d)
				d.count, d.failAt, d.mode = 0, n, mode
				change := []Content{{"last", []byte("handed over"), 3}, {"run.json", []byte("goes on"), 1}}
				err := SaveTogether(d, change...)
				label := fmt.Sprintf("%s, %s at operation %d", name, mode, n)
				if d.count < n {
					if err != nil || n < 10 {
						t.Fatalf("%s: without a fault it took %d operations: %v", label, n-1, err)
					}
					break
				}
				now := holds(d)
				if err != nil && !maps.Equal(now, was) {
					t.Fatalf("%s: %v; the folder holds %q, want %q", label, err, now, was)
				}
				if err != nil {
					err = SaveTogether(d, change...)
				}
				now = holds(d)
				maps.DeleteFunc(now, func(name, _ string) bool { return strings.Contains(name, temporary) }) // a Remove may have been the fault
				want := map[string]string{"last": "handed over", "run.json": "goes on"}
				for i, old := range []string{"last", "last-1"} {
					if s, ok := was[old]; ok {
						want[fmt.Sprint("last-", i+1)] = s
					}
				}
				if err != nil || !maps.Equal(now, want) {
					t.Fatalf("%s: in the end %v, the folder holds %q, want %q", label, err, now, want)
				}
			}
		}
	}
}

// TestADeathOnTheWayLeavesOldOrNew lets the program die at every operation, and
// the power fail: there is a document, and a checkpoint that is whole.
func TestADeathOnTheWayLeavesOldOrNew(t *testing.T) {
	for n := 1; ; n++ {
		d := newDisk()
		for _, name := range []string{"last.safetensors", "run.json"} {
			if err := SaveKeeping(d, name, oldContent, 3); err != nil {
				t.Fatal(err)
			}
		}
		d.count, d.failAt, d.mode = 0, n, "dies"
		err := SaveTogether(d, Content{"last.safetensors", newContent, 3}, Content{"run.json", newContent, 1})
		if !d.dead {
			if err != nil || n < 10 {
				t.Fatalf("without a fault it took %d operations: %v", n-1, err)
			}
			return
		}
		for name, after := range map[string]*disk{"now": d, "power cut": d.powerCut(false), "power cut, names first": d.powerCut(true)} {
			after.dead, after.failAt = false, 0
			if err := sweep(after); err != nil {
				t.Fatal(err)
			}
			for file, keep := range map[string]int{"last.safetensors": 3, "run.json": 1} {
				if _, _, err := Load(after, file, keep, 1<<20, whole); err != nil {
					t.Fatalf("operation %d, %s: %s: %v; there are %v", n, name, file, err, slices.Sorted(maps.Keys(after.files)))
				}
			}
		}
	}
}

// TestAnOldContentThatCannotBeReadIsNotReplaced cannot put it back.
func TestAnOldContentThatCannotBeReadIsNotReplaced(t *testing.T) {
	d := newDisk()
	if err := Save(d, "run.json", oldContent); err != nil {
		t.Fatal(err)
	}
	unreadable := errors.New("input/output error")
	err := SaveTogether(deaf{d, unreadable}, Content{"run.json", newContent, 1})
	if !errors.Is(err, unreadable) || errors.Is(err, fs.ErrNotExist) || !bytes.Equal(d.files["run.json"].now, oldContent) || len(d.files) != 1 {
		t.Fatalf("%v; the folder holds %q", err, holds(d))
	}
}

// deaf is a folder whose files cannot be read.
type deaf struct {
	FS
	err error
}

func (d deaf) Read(string, int64) ([]byte, error) { return nil, d.err }
