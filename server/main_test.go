package main

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"atelier/core/train"
	"atelier/server/runs"
)

// The tests run this program as a process of its own, and send it signals as a
// terminal does.
func TestMain(m *testing.M) {
	if os.Getenv("ATELIER_MAIN") != "" {
		main()
	}
	os.Exit(m.Run())
}

// training starts a run that does not end by itself, waits until it trains,
// and returns it with the folder that it trains in and what it says from then on.
func training(t *testing.T, args ...string) (*exec.Cmd, string, <-chan string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "run")
	child := exec.Command(os.Args[0], append([]string{"train", "-engine", "core", "-data", "drawn", "-epochs", "500", "-out", out}, args...)...)
	child.Env = append(os.Environ(), "ATELIER_MAIN=1")
	stderr, err := child.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = child.Process.Kill() })
	said := make(chan string, 1000) // more lines than it ever says
	go func() {
		defer close(said)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			said <- lines.Text()
		}
	}()
	hears(t, said, "Training")
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join(out, runs.DocumentFile)); err == nil { // written last of a save
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the run did not begin")
		}
	}
	return child, out, said
}

// hears waits until the program says a line with these words.
func hears(t *testing.T, said <-chan string, words string) {
	t.Helper()
	limit := time.After(time.Minute)
	for {
		select {
		case line, more := <-said:
			if !more {
				t.Fatalf("the program ended and did not say %q", words)
			}
			if strings.Contains(line, words) {
				return
			}
		case <-limit:
			t.Fatalf("the program does not say %q", words)
		}
	}
}

// ends waits for a process and returns its exit code.
func ends(t *testing.T, child *exec.Cmd, within time.Duration) int {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- child.Wait() }()
	select {
	case err := <-done:
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return child.ProcessState.ExitCode()
	case <-time.After(within):
		t.Fatalf("the program did not end within %v", within)
		return 0
	}
}

// state reads what a run's folder holds.
func state(t *testing.T, path string) (train.State, *runs.Document) {
	t.Helper()
	folder, err := runs.OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	file, _, err := folder.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	s, err := train.ReadState(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := folder.Document()
	if err != nil {
		t.Fatal(err)
	}
	return s, doc
}

func TestFirstInterruptFinishesTheStepAndSaves(t *testing.T) {
	child, out, _ := training(t, "-model", "model2", "-batch", "4", "-limit", "400")
	if err := child.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := ends(t, child, 10*time.Second); code != 130 {
		t.Fatalf("exit %d, want 130", code)
	}
	if s, doc := state(t, out); s.Step == 0 || doc.State != runs.Interrupted || doc.Step != s.Step {
		t.Fatalf("saved at step %d: %s at step %d", s.Step, doc.State, doc.Step)
	}
}

// TestSecondInterruptEndsNow interrupts twice in the middle of a step that
// takes seconds: the program does not wait for it.
func TestSecondInterruptEndsNow(t *testing.T) {
	child, out, said := training(t, "-model", "model1", "-batch", "1024", "-workers", "1")
	if err := child.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	hears(t, said, "Interrupt again to leave at once") // signals that wait together are one
	if err := child.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := ends(t, child, 10*time.Second); code != 130 {
		t.Fatalf("exit %d, want 130", code)
	}
	if s, doc := state(t, out); s.Step > 0 || doc.State != runs.Running {
		t.Errorf("what was saved before is gone: step %d, %s", s.Step, doc.State)
	}
}
