package durable

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"testing"
)

// disk is a folder in memory that knows what a power cut would leave.
type disk struct {
	files  map[string]*content // names as programs see them
	synced map[string]*content // names as the disk keeps them

	// The fault to inject: operation number failAt (counting from 1) fails.
	failAt, count int
	mode          string // "error", "short" or "dies"
	dead          bool   // after "dies" nothing works any more

	skipFileSync, skipFolderSync bool // mutations of Save that the tests must notice
}

type content struct{ now, synced []byte }

var errFault = errors.New("injected fault")

func newDisk() *disk {
	return &disk{files: map[string]*content{}, synced: map[string]*content{}}
}

// fault counts an operation and says whether it is the one that fails.
func (d *disk) fault() error {
	if d.dead {
		return errFault
	}
	d.count++
	if d.count != d.failAt {
		return nil
	}
	d.dead = d.mode == "dies"
	return errFault
}

func (d *disk) Create(name string) (File, error) {
	if err := d.fault(); err != nil {
		return nil, err
	}
	if d.files[name] != nil {
		return nil, fs.ErrExist
	}
	c := &content{}
	d.files[name] = c
	return &openFile{d, c}, nil
}

func (d *disk) Rename(from, to string) error {
	if d.files[from] == nil && !d.dead {
		return fs.ErrNotExist
	}
	if err := d.fault(); err != nil {
		return err
	}
	d.files[to] = d.files[from]
	delete(d.files, from)
	return nil
}

func (d *disk) Remove(name string) error {
	if err := d.fault(); err != nil {
		return err
	}
	if d.files[name] == nil {
		return fs.ErrNotExist
	}
	delete(d.files, name)
	return nil
}

func (d *disk) Sync() error {
	if err := d.fault(); err != nil {
		return err
	}
	if !d.skipFolderSync {
		d.synced = maps.Clone(d.files)
	}
	return nil
}

func (d *disk) Names() ([]string, error) { return slices.Collect(maps.Keys(d.files)), nil }

func (d *disk) Read(name string, limit int64) ([]byte, error) {
	c := d.files[name]
	if c == nil {
		return nil, fs.ErrNotExist
	}
	return c.now, nil
}

type openFile struct {
	d *disk
	c *content
}

func (f *openFile) Write(p []byte) (int, error) {
	err := f.d.fault()
	switch {
	case err != nil && f.d.mode == "short" && !f.d.dead:
		f.c.now = append(f.c.now, p[:len(p)/2]...)
		return len(p) / 2, nil // a lying writer: no error, fewer bytes
	case err != nil:
		f.c.now = append(f.c.now, p[:len(p)/3]...)
		return len(p) / 3, err
	}
	f.c.now = append(f.c.now, p...)
	return len(p), nil
}

func (f *openFile) Sync() error {
	if err := f.d.fault(); err != nil {
		return err
	}
	if !f.d.skipFileSync {
		f.c.synced = bytes.Clone(f.c.now)
	}
	return nil
}

func (f *openFile) Close() error { return f.d.fault() }

// powerCut returns the disk after a power cut. Unsynced bytes are lost; names
// either as last synced, or (namesFirst) as programs saw them: a file system
// may write a rename before the data it points to.
func (d *disk) powerCut(namesFirst bool) *disk {
	after := newDisk()
	names := d.synced
	if namesFirst {
		names = d.files
	}
	for name, c := range names {
		after.files[name] = &content{now: bytes.Clone(c.synced), synced: bytes.Clone(c.synced)}
	}
	after.synced = maps.Clone(after.files)
	return after
}

// whole accepts the contents the tests write: "old" or "new", repeated 100
// times. (A real checkpoint carries a hash.)
func whole(b []byte) error {
	if bytes.Equal(b, oldContent) || bytes.Equal(b, newContent) {
		return nil
	}
	return fmt.Errorf("%d bytes that are neither", len(b))
}

var (
	oldContent = bytes.Repeat([]byte("old"), 100)
	newContent = bytes.Repeat([]byte("new"), 100)
)

// attempt saves old, then new with a fault at operation n, and reports the
// disk, the second save's error, and whether it needed n operations at all.
func attempt(t *testing.T, keep, n int, mode string, mutate func(*disk)) (*disk, error, bool) {
	t.Helper()
	d := newDisk()
	mutate(d)
	if err := SaveKeeping(d, "last.safetensors", oldContent, keep); err != nil {
		t.Fatal(err)
	}
	d.count, d.failAt, d.mode = 0, n, mode
	err := SaveKeeping(d, "last.safetensors", newContent, keep)
	return d, err, d.count >= n
}

func TestEveryFaultLeavesOldOrNew(t *testing.T) {
	for _, keep := range []int{1, 3} {
		for _, mode := range []string{"error", "short", "dies"} {
			for n := 1; ; n++ {
				d, err, reached := attempt(t, keep, n, mode, func(*disk) {})
				if !reached {
					if n < 6 {
						t.Fatalf("a save took %d operations: the faults were not injected", n-1)
					}
					break
				}
				label := fmt.Sprintf("keep %d, %s at operation %d", keep, mode, n)
				if err == nil {
					t.Fatalf("%s: the save reported success", label)
				}
				for name, after := range map[string]*disk{
					"now": d, "power cut": d.powerCut(false), "power cut, names first": d.powerCut(true),
				} {
					if _, _, err := Load(after, "last.safetensors", keep, 1<<20, whole); err != nil {
						t.Fatalf("%s, %s: %v", label, name, err)
					}
				}
			}
		}
	}
}

func TestSavedSurvivesAPowerCut(t *testing.T) {
	tests := []struct {
		name   string
		mutate func(*disk)
		holds  bool
	}{
		{"as it is", func(*disk) {}, true},
		{"without fsync of the file", func(d *disk) { d.skipFileSync = true }, false},
		{"without fsync of the folder", func(d *disk) { d.skipFolderSync = true }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err, _ := attempt(t, 3, 1000, "error", tt.mutate)
			if err != nil {
				t.Fatal(err)
			}
			holds := true
			for _, namesFirst := range []bool{false, true} {
				b, _, err := Load(d.powerCut(namesFirst), "last.safetensors", 3, 1<<20, whole)
				holds = holds && err == nil && bytes.Equal(b, newContent)
			}
			if holds != tt.holds {
				t.Fatalf("new content survives: %v, want %v", holds, tt.holds)
			}
		})
	}
}

// brief is a file system whose files take less than they are given, and say
// only how much.
type brief struct{ *disk }

func (b brief) Create(name string) (File, error) {
	f, err := b.disk.Create(name)
	return briefFile{f}, err
}

type briefFile struct{ File }

func (f briefFile) Write(p []byte) (int, error) { return f.File.Write(p[:len(p)/2]) }

func TestAShortWriteIsNoSave(t *testing.T) {
	d := newDisk()
	if err := Save(d, "a", oldContent); err != nil {
		t.Fatal(err)
	}
	if err := Save(brief{d}, "a", newContent); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("a save of half its bytes ends with %v, want %v", err, io.ErrShortWrite)
	}
	if b, err := d.Read("a", 1<<20); err != nil || !bytes.Equal(b, oldContent) {
		t.Errorf("after it the file holds %d bytes (%v), want the old ones", len(b), err)
	}
}
