package train

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"atelier/core/checkpoint"
	"atelier/core/fashion"
	"atelier/core/nn"
	"atelier/core/sample"
	"atelier/core/smallnets"
	"atelier/scripts/reference"
)

// small are the networks of most tests: hundreds of steps take a moment.
var small = smallnets.Specs

func init() {
	real := network
	network = func(name string) (nn.Spec, error) {
		if s, ok := small[name]; ok {
			return s, nil
		}
		return real(name)
	}
	recipes["small-dropout"], recipes["small-bn"] = recipes["model1"], recipes["model2"]
}

// smallData has 315 training images, so that batches of 37 leave a last one of
// 19, and 35 validation images.
func smallData() Data { return Data{Images: sample.Synthetic(350), Kind: "synthetic"} }

// smallConfig has 9 steps an epoch.
func smallConfig(model, recipe string) Config {
	return Config{Model: model, Recipe: recipe, Batch: 37, Seed: 7, Epochs: 30}
}

func begin(t testing.TB, cfg Config, data Data, opt Options) *Trainer {
	t.Helper()
	tr, err := New(cfg, data, opt)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func step(t testing.TB, tr *Trainer) StepResult {
	t.Helper()
	r, err := tr.Step()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// saved is the whole run as a file's bytes.
func saved(t testing.TB, tr *Trainer) []byte {
	t.Helper()
	f, err := tr.Save()
	if err != nil {
		t.Fatal(err)
	}
	b, err := checkpoint.Encode(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// reload is the run in a file's bytes, in a new Trainer.
func reload(t testing.TB, b []byte, data Data, opt Options) *Trainer {
	t.Helper()
	f, err := checkpoint.Decode(b, checkpoint.Own())
	if err != nil {
		t.Fatal(err)
	}
	tr, err := Resume(f, data, opt)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

var readReal = sync.OnceValues(func() (*fashion.Images, error) {
	read := func(name string, f func(file *os.File) ([]byte, error)) ([]byte, error) {
		file, err := os.Open(filepath.Join(realDir, name))
		if err != nil {
			return nil, err
		}
		defer file.Close()
		return f(file)
	}
	pixels, err := read("train-images-idx3-ubyte.gz", func(f *os.File) ([]byte, error) { return fashion.ReadImages(f, 60000) })
	if err != nil {
		return nil, err
	}
	labels, err := read("train-labels-idx1-ubyte.gz", func(f *os.File) ([]byte, error) { return fashion.ReadLabels(f, 60000) })
	return &fashion.Images{Pixels: pixels, Labels: labels}, err
})

var realDir string

// realData is Fashion-MNIST's training file.
func realData(t testing.TB) Data {
	t.Helper()
	realDir = filepath.Join(reference.Dir(t), "fashion-mnist")
	if _, err := os.Stat(realDir); err != nil {
		t.Skipf("the data set is missing: %v", err)
	}
	images, err := readReal()
	if err != nil {
		t.Fatal(err)
	}
	return Data{Images: images, Kind: fashion.KindReal}
}
