package datafiles

import (
	"context"
	"errors"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestAPartThatIsALinkLeadsNowhere downloads into a folder where what arrives
// would be written, through a link, to somebody's file.
func TestAPartThatIsALinkLeadsNowhere(t *testing.T) {
	f, raw := sample(t)
	mirror := httptest.NewServer(honest(zip(t, raw)))
	defer mirror.Close()
	for _, own := range []bool{false, true} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "letter.txt"), []byte("Dear Sir"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("letter.txt", partOf(dir, f)); err != nil {
			t.Fatal(err)
		}
		before := held(t, dir)
		err := (&Downloader{Mirrors: []string{mirror.URL + "/"}, Files: []File{f}, Own: own, Pause: 1}).Fetch(t.Context(), dir)
		if !errors.Is(err, ErrFolder) {
			t.Errorf("own %v: %v", own, err)
		}
		after := held(t, dir)
		delete(after, filepath.Join(dir, ".download.lock"))
		if !maps.Equal(after, before) {
			t.Errorf("own %v: the folder holds %q, and held %q", own, after, before)
		}
	}
}

// TestAPipeIsNotWaitedFor puts a named pipe, which nobody writes to, in the place
// of a file.
func TestAPipeIsNotWaitedFor(t *testing.T) {
	f, _ := sample(t)
	dir := t.TempDir()
	if err := exec.Command("mkfifo", filepath.Join(dir, f.Name+".gz")).Run(); err != nil {
		t.Skip("there is no mkfifo here")
	}
	got := make(chan error, 1)
	go func() { got <- (&Downloader{Files: []File{f}}).Fetch(context.Background(), dir) }()
	select {
	case err := <-got:
		if !errors.Is(err, ErrFolder) {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("it waits for somebody to write to the pipe")
	}
}
