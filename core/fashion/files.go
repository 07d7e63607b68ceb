package fashion

import (
	"encoding/hex"
	"fmt"
	"io"

	"atelier/core/digest"
)

// File is one of the data set's four files.
type File struct {
	Name   string // without .gz
	Bytes  int64  // of the decompressed file
	SHA256 string // hex, of the decompressed bytes: gzip files of the same data differ
}

// Files are the four official files of Fashion-MNIST
// (github.com/zalandoresearch/fashion-mnist), in the order in which Dataset
// keeps their hashes.
var Files = [4]File{
	{"train-images-idx3-ubyte", ImageHeader + TrainingImages*Area, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
	{"train-labels-idx1-ubyte", labelHeader + TrainingImages, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
	{"t10k-images-idx3-ubyte", ImageHeader + 10000*Area, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
	{"t10k-labels-idx1-ubyte", labelHeader + 10000, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"},
}

func (f File) check(sum string) error {
	if sum != f.SHA256 {
		return fmt.Errorf("%s is not the official file: its SHA-256 is %s, not %s", f.Name, sum, f.SHA256)
	}
	return nil
}

// Load reads the four files, raw or gzip, each from the reader that open
// returns for its name, and checks that every image has a label. A data set of
// KindReal must be the official one to the byte; any other kind is taken as
// it is. Readers that can be closed are closed.
func Load(kind string, open func(name string) (io.Reader, error)) (*Dataset, error) {
	d := &Dataset{Kind: kind}
	parts := [4]struct {
		into *[]byte
		read func(io.Reader, int) ([]byte, error)
		head func(int) []byte
		unit int
	}{
		{&d.Train.Pixels, ReadImages, imageHead, Area},
		{&d.Train.Labels, ReadLabels, labelHead, 1},
		{&d.Test.Pixels, ReadImages, imageHead, Area},
		{&d.Test.Labels, ReadLabels, labelHead, 1},
	}
	for i, p := range parts {
		f := Files[i]
		body, err := readFile(f.Name, open, p.read)
		if err != nil {
			return nil, err
		}
		*p.into = body
		// The header is a function of the count, so these are the file's bytes.
		d.SHA256[i] = sum(p.head(len(body)/p.unit), body)
		if kind != KindReal {
			continue
		}
		if err := f.check(d.SHA256[i]); err != nil {
			return nil, err
		}
	}
	return d, d.check()
}

func readFile(name string, open func(string) (io.Reader, error), read func(io.Reader, int) ([]byte, error)) ([]byte, error) {
	r, err := open(name)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", name, err)
	}
	if c, ok := r.(io.Closer); ok {
		defer c.Close()
	}
	body, err := read(r, MaxImages)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return body, nil
}

func (d *Dataset) check() error {
	for _, s := range []struct {
		name string
		set  *Images
	}{{"training", &d.Train}, {"test", &d.Test}} {
		if images, labels := len(s.set.Pixels)/Area, s.set.Len(); images != labels {
			return fmt.Errorf("the %s set has %d images but %d labels", s.name, images, labels)
		}
	}
	return nil
}

func sum(head, body []byte) string {
	h := digest.New()
	h.Write(head)
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// WriteFile writes the data set's file of that name, one of Files, as IDX.
func (d *Dataset) WriteFile(w io.Writer, name string) error {
	switch name {
	case Files[0].Name:
		return WriteImages(w, d.Train.Pixels)
	case Files[1].Name:
		return WriteLabels(w, d.Train.Labels)
	case Files[2].Name:
		return WriteImages(w, d.Test.Pixels)
	case Files[3].Name:
		return WriteLabels(w, d.Test.Labels)
	}
	return fmt.Errorf("the data set has no file %q", name)
}
