//go:build unix

package api

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"atelier/core/train"
	"atelier/server/runs"
)

// onALimitedDisk runs a test in a process of its own, which may limit its files:
// one that may write no file beyond a size for a while is on a full disk.
func onALimitedDisk(t *testing.T, test func(t *testing.T, root string)) {
	t.Helper()
	if root := os.Getenv("FULL_CHILD"); root != "" {
		signal.Ignore(syscall.SIGXFSZ) // a full disk sends none
		test(t, root)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), "FULL_CHILD="+filepath.Join(t.TempDir(), "runs"))
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS") {
		t.Fatalf("%v\n%s", err, out)
	}
}

// TestAFullDiskUnderTheServer: the run goes on, its readers are told, and the old
// checkpoint stays.
func TestAFullDiskUnderTheServer(t *testing.T) { onALimitedDisk(t, trainOnAFullDisk) }

// TestAFullDiskAtAStop pauses and resumes a run, and stops and starts the server,
// while there is room for run.json alone.
func TestAFullDiskAtAStop(t *testing.T) { onALimitedDisk(t, stopOnAFullDisk) }

// limitFiles sets how long a file may get, in bytes; 0 is as long as before.
func limitFiles(t *testing.T, bytes uint64) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	if limit.Cur = limit.Max; bytes > 0 {
		limit.Cur = bytes
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
}

func trainOnAFullDisk(t *testing.T, root string) {
	r := serve(t, root)
	r.runs.Every = time.Nanosecond
	d := r.run(t, "POST", "/api/runs", long, 201)
	r.untilStep(t, d.ID, 2)
	limitFiles(t, 4<<10)
	defer limitFiles(t, 0)
	told := r.untilTold(t, d.ID, true)
	if told.State != runs.Running || told.Warning.Code != "save" || strings.Contains(fmt.Sprint(*told.Warning), root) {
		t.Fatalf("the run is %s, its warning %+v", told.State, told.Warning)
	}
	old := savedStep(t, root, d.ID)
	r.untilStep(t, d.ID, told.Step+3)
	if got := savedStep(t, root, d.ID); got != old || got == 0 {
		t.Fatalf("the checkpoint of step %d became one of step %d", old, got)
	}
	limitFiles(t, 0)
	r.untilTold(t, d.ID, false)
	r.run(t, "POST", "/api/runs/"+d.ID+"/stop", "", 200)
	if got := savedStep(t, root, d.ID); got < told.Step+3 {
		t.Fatalf("with room again it saved step %d, want %d at least", got, told.Step+3)
	}
	if !strings.Contains(r.log.String(), "goes on and is not saved") {
		t.Fatalf("the log does not say so: %s", r.log)
	}
}

func stopOnAFullDisk(t *testing.T, root string) {
	r := serve(t, root)
	r.runs.Every = time.Nanosecond
	d := r.run(t, "POST", "/api/runs", long, 201)
	r.untilStep(t, d.ID, 2)
	limitFiles(t, 64<<10)
	defer limitFiles(t, 0)
	d = r.run(t, "POST", "/api/runs/"+d.ID+"/pause", "", 200)
	if d.State != runs.Paused || d.Warning == nil || d.Error != nil {
		t.Fatalf("after pause it is %s (%+v, %+v)", d.State, d.Warning, d.Error)
	}
	old := savedStep(t, root, d.ID)
	r.run(t, "POST", "/api/runs/"+d.ID+"/resume", "", 200)
	r.untilStep(t, d.ID, old+1)
	r.stop()
	if d, err := r.runs.Get(d.ID); err != nil || d.State != runs.Interrupted || savedStep(t, root, d.ID) != old {
		t.Fatalf("the server left it %s (%+v), at step %d: %v", d.State, d.Error, savedStep(t, root, d.ID), err)
	}
	again := serve(t, root)
	again.until(t, d.ID, runs.Running)
	again.untilStep(t, d.ID, old+1)
}

// untilTold waits until a run has a warning, or none any more.
func (r *running) untilTold(t *testing.T, id string, warned bool) runs.Document {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		d := r.run(t, "GET", "/api/runs/"+id, "", 200)
		if (d.Warning != nil) == warned {
			return d
		}
		if time.Now().After(deadline) {
			t.Fatalf("the run is %s, its warning %+v; log: %s", d.State, d.Warning, r.log)
		}
	}
}

// savedStep is the step of the checkpoint on disk, which must be whole.
func savedStep(t *testing.T, root, id string) int {
	t.Helper()
	file, err := runs.DecodeRun(mustRead(t, root, id, runs.LastFile))
	if err != nil {
		t.Fatal(err)
	}
	s, err := train.ReadState(file)
	if err != nil {
		t.Fatal(err)
	}
	return s.Step
}
