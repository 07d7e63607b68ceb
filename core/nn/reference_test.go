package nn

import (
	"os"
	"path/filepath"
	"testing"

	"atelier/core/fashion"
	"atelier/scripts/reference"
)

// fashionImages returns n training images from first on.
func fashionImages(t testing.TB, first, n int) (images []byte, labels []uint8) {
	t.Helper()
	dir := filepath.Join(reference.Dir(t), "fashion-mnist")
	open := func(name string) *os.File {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Skipf("the data set is missing: %v", err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	images, err := fashion.ReadImages(open("train-images-idx3-ubyte.gz"), 60000)
	if err != nil {
		t.Fatal(err)
	}
	labels, err = fashion.ReadLabels(open("train-labels-idx1-ubyte.gz"), 60000)
	if err != nil {
		t.Fatal(err)
	}
	return images[first*fashion.Area : (first+n)*fashion.Area], labels[first : first+n]
}
