package gomlxengine

import (
	"slices"
	"testing"

	"github.com/gomlx/gomlx/pkg/core/tensors"

	"atelier/core/nn"
	"atelier/core/train"
)

// TestFeedKeepsTheOrder: whoever makes a batch, it is the step's, and the feed
// ends with the run. A run's steps go over epochs, short last batches included.
func TestFeedKeepsTheOrder(t *testing.T) {
	d := portableDevice(t)
	data := firstImages(t, 42) // 37 to train on
	s := batchesOf(t, train.Config{Model: "model2", Recipe: "sketch", Seed: 3, Epochs: 4, Batch: 8}, data)
	s.Step = 3
	f, err := startFeed(d, s)
	if err != nil {
		t.Fatal(err)
	}
	defer f.stop()
	images, labels := make([]float32, 8*pixels), make([]uint8, 8)
	for step := s.Step; step < s.Last; step++ {
		n := s.Batches.Fill(step, images, labels)
		got, err := f.take()
		if err != nil || got == nil || got.n != n {
			t.Fatalf("step %d gives %+v and %v, want %d images", step, got, err, n)
		}
		if want := []int{8, 8, 8, 8, 5}[step%5]; n != want {
			t.Fatalf("step %d has %d images, want %d", step, n, want)
		}
		x := got.shares[0]
		if d := greatestDifference(tensors.MustCopyFlatData[float32](x.images), images[:n*pixels]); d != 0 {
			t.Errorf("the images of step %d are others", step)
		}
		for i, l := range tensors.MustCopyFlatData[int32](x.labels) {
			if l != int32(labels[i]) {
				t.Errorf("label %d of step %d is %d, want %d", i, step, l, labels[i])
			}
		}
		if key := dropoutKey(3, step); !slices.Equal(tensors.MustCopyFlatData[uint64](x.rng), key[:]) {
			t.Errorf("step %d has another key of dropout", step)
		}
		got.free()
	}
	if got, err := f.take(); got != nil || err != nil {
		t.Errorf("after the last step comes %+v (%v)", got, err)
	}
}

// batchesOf returns the first step of a run as the engine is asked for it.
func batchesOf(t testing.TB, cfg train.Config, data train.Data) train.EngineStep {
	t.Helper()
	var got train.EngineStep
	run, err := train.New(cfg, data, train.Options{Engine: asking{&got}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := run.Step(); err != nil {
		t.Fatal(err)
	}
	return got
}

// asking is an engine that only remembers the step it was asked for.
type asking struct{ step *train.EngineStep }

func (asking) Load(train.Tensors) error  { return nil }
func (asking) Store(train.Tensors) error { return nil }
func (a asking) Step(s train.EngineStep) (float64, int, error) {
	*a.step = s
	return 1, 0, nil
}
func (asking) Logits(*nn.Net, []float32) ([]float32, error) { return nil, nil }
