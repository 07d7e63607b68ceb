package durable

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
)

// FS is one folder, as far as saving needs it. Names have no slashes.
type FS interface {
	Create(name string) (File, error) // a new file, for this user only; an error if the name is taken
	Rename(from, to string) error     // replaces to
	Remove(name string) error
	Sync() error // makes the folder's names survive a power cut
	Names() ([]string, error)
	Read(name string, limit int64) ([]byte, error) // an error if the file is longer than limit
}

// File is an open new file.
type File interface {
	io.Writer
	Sync() error
	Close() error
}

// Folder is a real folder; no name or link leads out of it.
type Folder struct{ root *os.Root }

// OpenFolder opens the folder at path, making it if needed.
func OpenFolder(path string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return &Folder{root}, nil
}

// Sweep removes the temporary files of saves that were cut off. Nobody else may
// be saving in the folder.
func (f *Folder) Sweep() error { return sweep(f) }

// Close releases the folder.
func (f *Folder) Close() error { return f.root.Close() }

// Create implements FS.
func (f *Folder) Create(name string) (File, error) {
	return f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// Rename implements FS.
func (f *Folder) Rename(from, to string) error { return f.root.Rename(from, to) }

// Remove implements FS.
func (f *Folder) Remove(name string) error { return f.root.Remove(name) }

// Sync implements FS. Windows has no such call: NTFS journals names by itself.
func (f *Folder) Sync() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := f.root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Names implements FS.
func (f *Folder) Names() ([]string, error) {
	dir, err := f.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return dir.Readdirnames(-1)
}

// Read implements FS.
func (f *Folder) Read(name string, limit int64) ([]byte, error) { return ReadFrom(f.root, name, limit) }

// ReadFrom reads a plain file of at most limit bytes, never through a link
// that leads out of root.
func ReadFrom(root *os.Root, name string, limit int64) ([]byte, error) {
	file, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a plain file", name)
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("%s has %d bytes, more than %d", name, info.Size(), limit)
	}
	b := make([]byte, info.Size())
	if _, err := io.ReadFull(file, b); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return b, nil
}
