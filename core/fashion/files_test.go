package fashion

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"atelier/scripts/reference"
)

func realDir(t testing.TB) string { return filepath.Join(reference.Dir(t), "fashion-mnist") }

// The real files have the pinned contents, and are read with the counts and
// first labels that are known of them.
func TestRealDataSet(t *testing.T) {
	dir := realDir(t)
	d, err := Load(KindReal, func(name string) (io.Reader, error) { return os.Open(filepath.Join(dir, name+".gz")) })
	if err != nil {
		t.Fatal(err)
	}
	if d.Train.Len() != 60000 || d.Test.Len() != 10000 {
		t.Errorf("%d training and %d test images, want 60000 and 10000", d.Train.Len(), d.Test.Len())
	}
	if d.Train.Labels[0] != 9 || d.Test.Labels[123] != 9 {
		t.Errorf("training image 0 is a %s and test image 123 a %s, want two ankle boots",
			Classes[d.Train.Labels[0]], Classes[d.Test.Labels[123]])
	}
	var perClass [10]int
	for _, l := range d.Test.Labels {
		perClass[l]++
	}
	for i, n := range perClass {
		if n != 1000 {
			t.Errorf("%d test images of %s, want 1000", n, Classes[i])
		}
	}
	for i, f := range Files {
		if d.SHA256[i] != f.SHA256 {
			t.Errorf("%s is remembered with another hash", f.Name)
		}
	}
}

// openParts gives Load files from memory.
func openParts(parts [4][]byte) func(string) (io.Reader, error) {
	return func(name string) (io.Reader, error) {
		for i, f := range Files {
			if f.Name == name {
				return bytes.NewReader(parts[i]), nil
			}
		}
		return nil, os.ErrNotExist
	}
}

func TestLoadRefuses(t *testing.T) {
	good := [4][]byte{idxImages(2, 1), idxLabels(1, 2), idxImages(1, 1), idxLabels(1)}
	tests := []struct {
		name string
		kind string
		at   int
		file []byte
		want string
	}{
		{"other data as real", KindReal, 0, good[0], "train-images-idx3-ubyte is not the official file"},
		{"more labels than images", KindDrawn, 1, idxLabels(1, 2, 3), "the training set has 2 images but 3 labels"},
		{"fewer test labels", KindDrawn, 2, idxImages(2, 0), "the test set has 2 images but 1 labels"},
		{"label 12", KindDrawn, 3, idxLabels(12), "t10k-labels-idx1-ubyte: label 0 is 12"},
		{"swapped files", KindDrawn, 2, idxLabels(1, 2, 3, 4, 5, 6, 7, 8, 9), "t10k-images-idx3-ubyte: this is not an IDX file of images"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			parts := good
			parts[tt.at] = tt.file
			_, err := Load(tt.kind, openParts(parts))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one that says %q", err, tt.want)
			}
		})
	}
	missing := func(string) (io.Reader, error) { return nil, os.ErrNotExist }
	if _, err := Load(KindDrawn, missing); err == nil || !strings.Contains(err.Error(), "opening train-images-idx3-ubyte") {
		t.Errorf("missing files: error %v", err)
	}
}

// What WriteFile writes, Load reads, with the hashes of the files.
func TestADatasetThroughFiles(t *testing.T) {
	images := func(n int) Images {
		im := Images{Pixels: make([]byte, n*Area), Labels: make([]byte, n)}
		for i := range im.Pixels {
			im.Pixels[i] = byte(i * 7)
		}
		for i := range im.Labels {
			im.Labels[i] = byte(i % 10)
		}
		return im
	}
	drawn := NewDataset(KindDrawn, images(40), images(15))
	var parts [4][]byte
	for i, f := range Files {
		var b bytes.Buffer
		if err := drawn.WriteFile(&b, f.Name); err != nil {
			t.Fatal(err)
		}
		parts[i] = b.Bytes()
	}
	back, err := Load(KindDrawn, openParts(parts))
	if err != nil {
		t.Fatal(err)
	}
	if back.SHA256 != drawn.SHA256 {
		t.Error("the data set has other hashes after its way through files")
	}
	if err := drawn.WriteFile(io.Discard, "../../etc/passwd"); err == nil {
		t.Error("a file of another name was written")
	}
}
