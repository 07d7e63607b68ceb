package durable

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

func folder(t *testing.T) (*Folder, string) {
	t.Helper()
	dir := t.TempDir()
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, dir
}

func TestKeepsFormerContents(t *testing.T) {
	f, dir := folder(t)
	for i := range 5 {
		if err := SaveKeeping(f, "last.safetensors", []byte{byte(i)}, 3); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []byte{4, 3, 2} {
		b, err := f.Read(Former("last.safetensors", i), 10)
		if err != nil || !bytes.Equal(b, []byte{want}) {
			t.Fatalf("former %d is %v (%v), want %d", i, b, err, want)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Fatalf("%d files (%v), want 3", len(entries), err)
	}
}

func TestLoadFallsBack(t *testing.T) {
	f, dir := folder(t)
	for _, b := range [][]byte{oldContent, newContent} {
		if err := SaveKeeping(f, "last.safetensors", b, 3); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "last.safetensors"), newContent[:10], 0o600); err != nil {
		t.Fatal(err)
	}
	b, from, err := Load(f, "last.safetensors", 3, 1<<20, whole)
	if err != nil || from != "last-1.safetensors" || !bytes.Equal(b, oldContent) {
		t.Fatalf("loaded %q from %q (%v)", b, from, err)
	}
	if _, _, err := Load(f, "absent", 3, 1<<20, whole); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("error %v, want not exist", err)
	}
}

func TestNamesCannotLeaveTheFolder(t *testing.T) {
	f, dir := folder(t)
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"link", "../secret", outside, "a\x00b", "."} {
		if b, err := f.Read(name, 10); err == nil {
			t.Errorf("read %q from %q", b, name)
		}
	}
	if err := Save(f, "../escaped", []byte("x")); err == nil {
		t.Error("saved outside the folder")
	}
}

func TestSweepRemovesUnfinishedFiles(t *testing.T) {
	f, dir := folder(t)
	stale := filepath.Join(dir, "last.safetensors"+temporary+"ABCDEFGH")
	if err := os.WriteFile(stale, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Sweep(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(stale); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("the unfinished file is still there (%v)", err)
	}
}

// full is a folder on a disk that has no room left.
type full struct{ *Folder }

func (full) Create(string) (File, error) { return os.OpenFile("/dev/full", os.O_WRONLY, 0) }

func TestFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full on this system")
	}
	f, _ := folder(t)
	if err := Save(f, "a", oldContent); err != nil {
		t.Fatal(err)
	}
	if err := Save(full{f}, "a", newContent); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("error %v, want no space left", err)
	}
	if b, err := f.Read("a", 1<<20); err != nil || !bytes.Equal(b, oldContent) {
		t.Fatalf("after the failed save: %q, %v", b, err)
	}
}

// TestKillDuringSaves kills a process that saves in a loop, again and again;
// what it leaves must be whole and no older than what it had reported saved.
// KILL_ROUNDS sets the number of rounds.
func TestKillDuringSaves(t *testing.T) {
	if dir := os.Getenv("DURABLE_CHILD"); dir != "" {
		saveForEver(dir)
	}
	rounds := 10
	if n, err := strconv.Atoi(os.Getenv("KILL_ROUNDS")); err == nil {
		rounds = n
	}
	dir := t.TempDir()
	for round := range rounds {
		child := exec.Command(os.Args[0], "-test.run=^TestKillDuringSaves$")
		child.Env = append(os.Environ(), "DURABLE_CHILD="+dir)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		// In the middle of a save, after one more in each round.
		reported := make([]byte, 1+round%7)
		if _, err := io.ReadFull(out, reported); err != nil {
			t.Fatal(err)
		}
		_ = child.Process.Kill()
		rest, _ := io.ReadAll(out) // what it reported before it was dead
		_ = child.Wait()
		reported = append(reported, rest...)
		last := reported[len(reported)-1]
		f, err := OpenFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Sweep(); err != nil {
			t.Fatal(err)
		}
		b, _, err := Load(f, "last", 3, 1<<20, func(b []byte) error {
			if len(b) != 1<<16 || !bytes.Equal(b, bytes.Repeat(b[:1], len(b))) {
				return errors.New("torn")
			}
			return nil
		})
		if err != nil || (b[0] != last && b[0] != last+1) {
			t.Fatalf("round %d: %v; loaded %v after %d was reported saved", round, err, b[:min(len(b), 1)], last)
		}
		f.Close()
	}
}

// saveForEver saves 64 KiB of one byte value after the other, and reports each
// value on stdout once it is saved.
func saveForEver(dir string) {
	f, err := OpenFolder(dir)
	if err != nil {
		os.Exit(3)
	}
	for i := 0; ; i++ {
		if SaveKeeping(f, "last", bytes.Repeat([]byte{byte(i)}, 1<<16), 3) != nil {
			os.Exit(3)
		}
		os.Stdout.Write([]byte{byte(i)})
	}
}
