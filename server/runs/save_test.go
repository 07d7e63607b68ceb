package runs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"atelier/core/train"
	"atelier/server/durable"
	"atelier/server/failure"
)

// disk is a folder on a disk that may be full, for all or for all but run.json.
type disk struct {
	durable.FS
	full   bool
	nearly bool
}

func (d *disk) Create(name string) (durable.File, error) {
	if d.full || d.nearly && !strings.Contains(name, DocumentFile) {
		return nil, fmt.Errorf("create %s: %w", name, syscall.ENOSPC)
	}
	return d.FS.Create(name)
}

// kept is the step of the checkpoint in a folder.
func kept(t *testing.T, f *Folder, name string) int {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(f.Path, name))
	if err != nil {
		t.Fatal(err)
	}
	file, err := DecodeRun(b)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	s, err := train.ReadState(file)
	if err != nil {
		t.Fatal(err)
	}
	return s.Step
}

// TestAFullDiskDoesNotEndARun fills the disk after the second step, makes room
// after the fourth, and fills it again for the end.
func TestAFullDiskDoesNotEndARun(t *testing.T) {
	straight := begin(t, nil)
	want, err := straight.Conduct()
	if err != nil {
		t.Fatal(err)
	}
	c := begin(t, nil)
	c.Every = time.Nanosecond
	d := &disk{FS: c.Folder.files}
	c.Folder.files = d
	var told []int
	room := false // made for good
	c.Unsaved = func(f *failure.Failure) {
		told = append(told, c.Run.State().Step)
		if f.Code != codeSave || f.Message == "" || f.Hint == "" || c.Document.Warning != f {
			t.Errorf("the user is told %+v", f)
		}
		if c.Run.Done() {
			room = true
		}
	}
	c.BetweenSteps = func() error {
		step := c.Run.State().Step
		if want := min(step, 2); step < 5 && kept(t, c.Folder, LastFile) != want {
			t.Errorf("after step %d the checkpoint is of step %d, want %d", step, kept(t, c.Folder, LastFile), want)
		}
		d.full = !room && (step >= 2 && step < 4 || step == 6)
		return nil
	}
	got, err := c.Conduct()
	if err != nil || got.Event != train.EventDone || *got.WeightsSHA256 != *want.WeightsSHA256 {
		t.Fatalf("the run ended with %+v, %v; undisturbed weights %s", got, err, *want.WeightsSHA256)
	}
	// Step 3 ends an epoch: a save is tried before its validation and after it.
	if fmt.Sprint(told) != "[3 3 4 6]" {
		t.Errorf("told of failed saves after steps %v, want [3 3 4 6]", told)
	}
	if doc, err := c.Folder.Document(); err != nil || doc.State != Done || doc.Warning != nil || kept(t, c.Folder, LastFile) != 6 {
		t.Errorf("run.json: %+v, %v", doc, err)
	}
}

// TestADiskThatStaysFullKeepsTheOldCheckpoint gives up at the end, when told to.
func TestADiskThatStaysFullKeepsTheOldCheckpoint(t *testing.T) {
	c := begin(t, nil)
	c.Every = time.Nanosecond
	d := &disk{FS: c.Folder.files}
	c.Folder.files = d
	waiting := false
	c.Unsaved = func(*failure.Failure) { waiting = c.Run.Done() }
	c.BetweenSteps = func() error {
		d.full = c.Run.State().Step >= 2
		if waiting {
			return train.ErrStopped
		}
		return nil
	}
	if _, err := c.Conduct(); !failure.Is(err, codeSave) {
		t.Fatalf("the run ended with %v", err)
	}
	if got := kept(t, c.Folder, LastFile); got != 2 {
		t.Errorf("the checkpoint is of step %d, want 2", got)
	}
}

// TestAFullDiskAtAStopLosesNoRun stops a run on a disk that has room for run.json
// alone, goes on with it there, and makes room.
func TestAFullDiskAtAStopLosesNoRun(t *testing.T) {
	want, err := begin(t, nil).Conduct()
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{3, 6} { // on the way, and at the end
		t.Run(fmt.Sprint("step ", at), func(t *testing.T) {
			c := begin(t, nil)
			c.Every = time.Nanosecond
			d := &disk{FS: c.Folder.files}
			c.Folder.files = d
			c.BetweenSteps = func() error {
				step := c.Run.State().Step
				d.nearly = step >= 2
				if step >= at && (at < 6 || c.Document.Warning != nil) {
					return train.ErrStopped
				}
				return nil
			}
			if _, err := c.Conduct(); !failure.Is(err, codeSave) {
				t.Fatalf("the run ended with %v", err)
			}
			doc, err := c.Folder.Document()
			if err != nil || doc.State != Interrupted || doc.Error != nil || doc.Warning == nil || doc.Result != nil || kept(t, c.Folder, LastFile) != 2 {
				t.Fatalf("run.json: %+v, %v", doc, err)
			}
			if err := c.Folder.Close(); err != nil {
				t.Fatal(err)
			}
			r := resume(t, c.Folder.Path)
			again := &disk{FS: r.Folder.files, nearly: true}
			r.Folder.files = again
			told := 0
			r.Unsaved = func(*failure.Failure) { told++ }
			r.BetweenSteps = func() error { again.nearly = false; return nil }
			got, err := r.Conduct()
			if err != nil || *got.WeightsSHA256 != *want.WeightsSHA256 || told == 0 {
				t.Errorf("it went on to %+v, %v, told of %d failed saves", got, err, told)
			}
		})
	}
}

// TestTheLastThreeAndTheBestAreKept saves after every step, and before the last
// validation.
func TestTheLastThreeAndTheBestAreKept(t *testing.T) {
	c := begin(t, nil)
	c.Every = time.Nanosecond
	if _, err := c.Conduct(); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{6, 6, 5} {
		if got := kept(t, c.Folder, durable.Former(LastFile, i)); got != want {
			t.Errorf("%s is of step %d, want %d", durable.Former(LastFile, i), got, want)
		}
	}
	if _, err := os.Stat(filepath.Join(c.Folder.Path, durable.Former(LastFile, 3))); !os.IsNotExist(err) {
		t.Errorf("a fourth checkpoint is kept (%v)", err)
	}
	if _, err := os.Stat(filepath.Join(c.Folder.Path, BestFile)); err != nil {
		t.Error(err)
	}
}

// TestAskingForALockedFolderDisturbsNoSave opens a folder while its run is in
// the middle of a save.
func TestAskingForALockedFolderDisturbsNoSave(t *testing.T) {
	c := begin(t, nil)
	half := filepath.Join(c.Folder.Path, LastFile+".unfinished-HALFWAY1")
	if err := os.WriteFile(half, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenFolder(c.Folder.Path); !failure.Is(err, failure.Conflict) {
		t.Fatalf("a second opening gave %v", err)
	}
	if _, err := os.Stat(half); err != nil {
		t.Fatalf("the save in progress lost its file: %v", err)
	}
	path := c.Folder.Path
	c.Folder.Close()
	again, err := OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if _, err := os.Stat(half); !os.IsNotExist(err) {
		t.Fatalf("what a dead program left is still there (%v)", err)
	}
}

// TestACutSaveAndAFullDisk goes on, on a full disk, with a run whose last save
// was cut off after the old checkpoint had moved away.
func TestACutSaveAndAFullDisk(t *testing.T) {
	c := begin(t, nil)
	c.Every = time.Nanosecond
	c.BetweenSteps = func() error {
		if c.Run.State().Step == 3 {
			return train.ErrStopped
		}
		return nil
	}
	if _, err := c.Conduct(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(c.Folder.Path, LastFile), filepath.Join(c.Folder.Path, durable.Former(LastFile, 1))); err != nil {
		t.Fatal(err)
	}
	c.Folder.Close()
	on := resume(t, c.Folder.Path)
	d := &disk{FS: on.Folder.files, full: true}
	on.Folder.files = d
	on.BetweenSteps = func() error {
		d.full = false
		return nil
	}
	if last, err := on.Conduct(); err != nil || last.Event != train.EventDone || kept(t, on.Folder, LastFile) != 6 {
		t.Errorf("the run ended with %+v, %v", last, err)
	}
}
