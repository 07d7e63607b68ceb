package training

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"atelier/core/train"
	"atelier/server/durable"
	"atelier/server/failure"
	"atelier/server/runs"
	"atelier/server/runs/runstest"
)

// TestAFullDiskDoesNotEndARun fills the disk after the second step, makes room
// after the fourth, and fills it again for the end.
func TestAFullDiskDoesNotEndARun(t *testing.T) {
	straight := begin(t)
	want, err := straight.Train()
	if err != nil {
		t.Fatal(err)
	}
	d := &runstest.Disk{}
	l := beginOn(t, d)
	var told []int
	room := false // made for good
	l.OnSaveError = func(f *failure.Failure) {
		told = append(told, l.Run.State().Step)
		if f.Code != failure.Save || f.Message == "" || f.Hint == "" || l.Document.Warning != f {
			t.Errorf("the user is told %+v", f)
		}
		if l.Run.Done() {
			room = true
		}
	}
	l.BetweenSteps = func() error {
		step := l.Run.State().Step
		if want := min(step, 2); step < 5 && runstest.Step(t, l.Folder.Path, runs.LastFile) != want {
			t.Errorf("after step %d the checkpoint is of step %d, want %d", step, runstest.Step(t, l.Folder.Path, runs.LastFile), want)
		}
		d.Full.Store(!room && (step >= 2 && step < 4 || step == 6))
		return nil
	}
	got, err := l.Train()
	if err != nil || got.Event != train.EventDone || *got.WeightsSHA256 != *want.WeightsSHA256 {
		t.Fatalf("the run ended with %+v, %v; undisturbed weights %s", got, err, *want.WeightsSHA256)
	}
	// Step 3 ends an epoch: a save is tried before its validation and after it.
	if fmt.Sprint(told) != "[3 3 4 6]" {
		t.Errorf("told of failed saves after steps %v, want [3 3 4 6]", told)
	}
	if doc, err := l.Folder.Document(); err != nil || doc.State != runs.Done || doc.Warning != nil || runstest.Step(t, l.Folder.Path, runs.LastFile) != 6 {
		t.Errorf("run.json: %+v, %v", doc, err)
	}
}

// TestADiskThatStaysFullKeepsTheOldCheckpoint gives up at the end, when told to.
func TestADiskThatStaysFullKeepsTheOldCheckpoint(t *testing.T) {
	d := &runstest.Disk{}
	l := beginOn(t, d)
	waiting := false
	l.OnSaveError = func(*failure.Failure) { waiting = l.Run.Done() }
	l.BetweenSteps = func() error {
		d.Full.Store(l.Run.State().Step >= 2)
		if waiting {
			return train.ErrStopped
		}
		return nil
	}
	if _, err := l.Train(); !failure.Is(err, failure.Save) {
		t.Fatalf("the run ended with %v", err)
	}
	if got := runstest.Step(t, l.Folder.Path, runs.LastFile); got != 2 {
		t.Errorf("the checkpoint is of step %d, want 2", got)
	}
}

// TestAFullDiskAtAStopLosesNoRun stops a run on a disk that has room for run.json
// alone, goes on with it there, and makes room.
func TestAFullDiskAtAStopLosesNoRun(t *testing.T) {
	want, err := begin(t).Train()
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{3, 6} { // on the way, and at the end
		t.Run(fmt.Sprint("step ", at), func(t *testing.T) {
			d := &runstest.Disk{Fits: runs.DocumentFile}
			l := beginOn(t, d)
			l.BetweenSteps = func() error {
				step := l.Run.State().Step
				d.Full.Store(step >= 2)
				if step >= at && (at < 6 || l.Document.Warning != nil) {
					return train.ErrStopped
				}
				return nil
			}
			if _, err := l.Train(); !failure.Is(err, failure.Save) {
				t.Fatalf("the run ended with %v", err)
			}
			doc, err := l.Folder.Document()
			if err != nil || doc.State != runs.Interrupted || doc.Error != nil || doc.Warning == nil || doc.Result != nil || runstest.Step(t, l.Folder.Path, runs.LastFile) != 2 {
				t.Fatalf("run.json: %+v, %v", doc, err)
			}
			if err := l.Folder.Close(); err != nil {
				t.Fatal(err)
			}
			again := &runstest.Disk{Fits: runs.DocumentFile}
			again.Full.Store(true)
			r := resume(t, l.Folder.Path, again.On)
			told := 0
			r.OnSaveError = func(*failure.Failure) { told++ }
			r.BetweenSteps = func() error { again.Full.Store(false); return nil }
			got, err := r.Train()
			if err != nil || *got.WeightsSHA256 != *want.WeightsSHA256 || told == 0 {
				t.Errorf("it went on to %+v, %v, told of %d failed saves", got, err, told)
			}
		})
	}
}

// TestTheLastThreeAndTheBestAreKept saves after every step, and before the last
// validation.
func TestTheLastThreeAndTheBestAreKept(t *testing.T) {
	l := begin(t)
	l.Every = time.Nanosecond
	if _, err := l.Train(); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{6, 6, 5} {
		if got := runstest.Step(t, l.Folder.Path, durable.Former(runs.LastFile, i)); got != want {
			t.Errorf("%s is of step %d, want %d", durable.Former(runs.LastFile, i), got, want)
		}
	}
	if _, err := os.Stat(filepath.Join(l.Folder.Path, durable.Former(runs.LastFile, 3))); !os.IsNotExist(err) {
		t.Errorf("a fourth checkpoint is kept (%v)", err)
	}
	if _, err := os.Stat(filepath.Join(l.Folder.Path, runs.BestFile)); err != nil {
		t.Error(err)
	}
}

// TestACutSaveAndAFullDisk goes on, on a full disk, with a run whose last save
// was cut off after the old checkpoint had moved away.
func TestACutSaveAndAFullDisk(t *testing.T) {
	l := begin(t)
	l.Every = time.Nanosecond
	l.BetweenSteps = func() error {
		if l.Run.State().Step == 3 {
			return train.ErrStopped
		}
		return nil
	}
	if _, err := l.Train(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(l.Folder.Path, runs.LastFile), filepath.Join(l.Folder.Path, durable.Former(runs.LastFile, 1))); err != nil {
		t.Fatal(err)
	}
	l.Folder.Close()
	d := &runstest.Disk{}
	d.Full.Store(true)
	on := resume(t, l.Folder.Path, d.On)
	on.BetweenSteps = func() error {
		d.Full.Store(false)
		return nil
	}
	if last, err := on.Train(); err != nil || last.Event != train.EventDone || runstest.Step(t, on.Folder.Path, runs.LastFile) != 6 {
		t.Errorf("the run ended with %+v, %v", last, err)
	}
}
