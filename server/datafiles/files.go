// Package datafiles keeps the four files of Fashion-MNIST on disk: where they
// are, whether they are the real ones, and how to get them.
package datafiles

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"atelier/core/fashion"
	"atelier/server/failure"
)

// File is one of the four, known by the hash of its decompressed bytes: mirrors
// may compress as they like.
type File = fashion.File

// Folder says where the data set lives: the flag, else $FASHION_MNIST_DIR,
// else the user's cache folder. It does not have to exist yet.
func Folder(flag string, getenv func(string) string) (string, error) {
	if flag != "" {
		return flag, nil
	}
	if dir := getenv("FASHION_MNIST_DIR"); dir != "" {
		return dir, nil
	}
	return Cache(getenv)
}

// Cache is the folder of our own, whose files nobody else writes.
func Cache(getenv func(string) string) (string, error) {
	if dir := getenv("XDG_CACHE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "atelier", "fashion-mnist"), nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", failure.Wrap(err, failure.NoData, "There is no cache folder to keep Fashion-MNIST in",
			"Name a folder with -data DIR")
	}
	return filepath.Join(dir, "atelier", "fashion-mnist"), nil
}

// errMissing is the state of a folder that lacks a file, as against one that
// holds a wrong one.
var errMissing = errors.New("not there")

var errNoFile = errors.New("is no plain file")

// Read returns the decompressed bytes of f from dir, from NAME.gz or NAME,
// after checking their hash. Its error is that of NAME.gz where there is one.
func Read(dir string, f File) ([]byte, error) {
	var wrong error
	for _, name := range []string{f.Name + ".gz", f.Name} {
		b, err := readVerified(filepath.Join(dir, name), f)
		if err == nil {
			return b, nil
		}
		if wrong == nil && !errors.Is(err, os.ErrNotExist) {
			wrong = fmt.Errorf("%s: %w", name, err)
		}
	}
	if wrong != nil {
		return nil, wrong
	}
	return nil, fmt.Errorf("%s.gz: %w", f.Name, errMissing)
}

// readVerified reads one file, plain or gzip, never more than one byte past
// the size it must have.
func readVerified(path string, f File) ([]byte, error) {
	// To open a named pipe waits for whoever writes to it.
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return nil, cmp.Or(err, errNoFile)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var r io.Reader = bufio.NewReaderSize(file, 1<<16)
	if head, _ := r.(*bufio.Reader).Peek(2); len(head) == 2 && head[0] == 0x1f && head[1] == 0x8b {
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("not a gzip file: %w", err)
		}
		r = z
	}
	buf := bytes.NewBuffer(make([]byte, 0, f.Bytes+bytes.MinRead))
	n, err := buf.ReadFrom(io.LimitReader(r, f.Bytes+1))
	switch {
	case n > f.Bytes:
		return nil, fmt.Errorf("holds more than %d bytes", f.Bytes)
	case err != nil:
		return nil, fmt.Errorf("cannot be read beyond byte %d: %w", n, err)
	case n < f.Bytes:
		return nil, fmt.Errorf("ends after %d bytes of %d", n, f.Bytes)
	}
	b := buf.Bytes()
	sum := sha256.Sum256(b)
	if got := hex.EncodeToString(sum[:]); got != f.SHA256 {
		return nil, fmt.Errorf("SHA-256 of its contents is %s, and Fashion-MNIST's is %s", got, f.SHA256)
	}
	return b, nil
}
