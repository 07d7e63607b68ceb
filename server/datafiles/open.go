package datafiles

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"

	"atelier/core/fashion"
	"atelier/server/failure"
)

// Open reads Fashion-MNIST from dir, every file verified.
func Open(dir string) (*fashion.Dataset, error) {
	d, err := fashion.Load(fashion.KindReal, func(name string) (io.Reader, error) {
		i := slices.IndexFunc(fashion.Files[:], func(f File) bool { return f.Name == name })
		b, err := Read(dir, fashion.Files[i])
		return bytes.NewReader(b), err
	})
	if err != nil {
		return nil, failure.Wrap(err, failure.NoData, "Fashion-MNIST cannot be read from its folder",
			"`atelier data` downloads and verifies it; -data DIR names another folder")
	}
	return d, nil
}

// Complete says whether dir has a file for each of the four. Whether they are
// the right ones, Open finds out.
func Complete(dir string) bool {
	for _, f := range fashion.Files {
		_, packed := os.Stat(filepath.Join(dir, f.Name+".gz"))
		_, plain := os.Stat(filepath.Join(dir, f.Name))
		if packed != nil && plain != nil {
			return false
		}
	}
	return true
}
