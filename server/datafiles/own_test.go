package datafiles

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"atelier/server/failure"
)

// held are the files of a folder as they are: links and folders too.
func held(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		switch e.Type() {
		case fs.ModeSymlink:
			to, err := os.Readlink(path)
			out[path] = "-> " + to
			return err
		case fs.ModeDir:
			out[path] = "a folder"
			return nil
		}
		b, err := os.ReadFile(path)
		out[path] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// idx are n images of 28 × 28 as an IDX file.
func idx(n uint32) []byte {
	var b bytes.Buffer
	for _, word := range []uint32{0x803, n, 28, 28} {
		_ = binary.Write(&b, binary.BigEndian, word)
	}
	b.Write(bytes.Repeat([]byte{7}, int(n)*28*28))
	return b.Bytes()
}

// TestAFileOfSomebodyElseIsNeverReplaced downloads into folders that hold
// something under the data set's names. What we did not write stays, and it is
// said what it is; a damaged file in our own cache is replaced.
func TestAFileOfSomebodyElseIsNeverReplaced(t *testing.T) {
	f, body := sample(t)
	name := f.Name + ".gz"
	write := func(name string, b []byte) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	link := func(to string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
				t.Skip(err)
			}
		}
	}
	elsewhere := filepath.Join(t.TempDir(), "elsewhere.gz")
	if err := os.WriteFile(elsewhere, zip(t, idx(10)), 0o644); err != nil {
		t.Fatal(err)
	}
	folder := func(t *testing.T, dir string) {
		if err := os.MkdirAll(filepath.Join(dir, name, "inside"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name      string
		put       func(t *testing.T, dir string)
		want      string // what a folder of somebody else is said to hold; empty: the download succeeds
		ownToo    bool   // our cache refuses it likewise
		different bool   // the download succeeds in a folder of somebody else
	}{
		{"another data set", write(name, zip(t, idx(300))), "sample-idx1-ubyte.gz holds another data set (300 images of 28 × 28)", false, false},
		{"another data set, not packed", write(f.Name, idx(300)), "sample-idx1-ubyte holds another data set (300 images of 28 × 28)", false, false},
		{"labels", write(name, zip(t, append([]byte{0, 0, 8, 1, 0, 0, 0, 3}, 1, 2, 3))), "sample-idx1-ubyte.gz holds another data set (3 labels)", false, false},
		{"a truncated file", write(name, body[:len(body)/2]), "sample-idx1-ubyte.gz is damaged", false, false},
		{"a truncated data set", write(name, zip(t, idx(300)[:5000])), "sample-idx1-ubyte.gz is damaged", false, false},
		{"an empty file", write(name, nil), "sample-idx1-ubyte.gz is empty", false, false},
		{"something else", write(name, []byte("notes of mine")), "sample-idx1-ubyte.gz is damaged", false, false},
		{"a folder", folder, "sample-idx1-ubyte.gz is no plain file", true, false},
		{"a link to another data set", link(elsewhere), "sample-idx1-ubyte.gz holds another data set (10 images of 28 × 28)", true, false},
		{"a link to nothing", link("nowhere"), "sample-idx1-ubyte.gz is a link that leads nowhere", true, false},
		{"a partial file of another program", write(name+".part", body[:1000]), "", false, true},
		{"a file beside it", write("notes.txt", []byte("mine")), "", false, true},
	} {
		for _, own := range []bool{false, true} {
			t.Run(tt.name+map[bool]string{true: " in our cache"}[own], func(t *testing.T) {
				asked := 0
				s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked++; honest(body)(w, r) }))
				defer s.Close()
				dir := t.TempDir()
				tt.put(t, dir)
				before := held(t, dir)
				d := Downloader{Files: []File{f}, Mirrors: []string{s.URL + "/"}, Own: own}
				err := d.Fetch(context.Background(), dir)
				after := held(t, dir)
				if tt.want == "" || own && !tt.ownToo {
					if _, e := Read(dir, f); err != nil || e != nil {
						t.Fatalf("%v, %v", err, e)
					}
				} else {
					if !errors.Is(err, ErrFolder) || !failure.Is(err, failure.NoData) || !strings.Contains(failure.Of(err).Message, tt.want) || asked > 0 {
						t.Errorf("%v after %d requests, want %q", err, asked, tt.want)
					}
					if !maps.Equal(before, after) {
						t.Errorf("the folder has changed")
					}
				}
				for name, was := range before {
					if now, ok := after[name]; (!ok || now != was) && (!own || tt.different || tt.ownToo) {
						t.Errorf("%s was replaced or removed", filepath.Base(name))
					}
				}
			})
		}
	}
}

// TestTheOneThatIsRightCounts: of a packed and a plain file, either may be damaged.
func TestTheOneThatIsRightCounts(t *testing.T) {
	f, body := sample(t)
	raw, err := os.ReadFile(func() string {
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, body, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, b := range map[string][]byte{f.Name + ".gz": zip(t, idx(3)), f.Name: raw} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Read(dir, f); err != nil {
		t.Errorf("beside another packed file: %v", err)
	}
	if b, err := pack(dir, f.Name, idx(5)); err != nil || bytes.Equal(b, zip(t, idx(3))) {
		t.Errorf("the other packed file is sent (%v)", err)
	}
}

// TestAFolderThatCannotBeWrittenToIsNamed is how the caller knows to take another.
func TestAFolderThatCannotBeWrittenToIsNamed(t *testing.T) {
	f, _ := sample(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	locked := t.TempDir()
	if err := os.Mkdir(filepath.Join(locked, ".download.lock"), 0o755); err != nil { // root may write anywhere else
		t.Fatal(err)
	}
	for name, dir := range map[string]string{"a file": file, "below a file": filepath.Join(file, "x"), "a folder for the lock": locked} {
		d := Downloader{Files: []File{f}, Mirrors: []string{"http://127.0.0.1:1/"}}
		if err := d.Fetch(context.Background(), dir); !errors.Is(err, ErrFolder) || !failure.Is(err, failure.NoData) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
