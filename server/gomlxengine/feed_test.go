package gomlxengine

import (
	"testing"

	"atelier/core/nn"
	"atelier/core/train"
)

// BenchmarkFeed measures what the goroutine beside the training can feed: the
// batches of a recipe, made and sent. A GPU wants 30,000 images a second.
func BenchmarkFeed(b *testing.B) {
	d := portableDevice(b)
	data := firstImages(b, 60000)
	for _, c := range []struct{ model, recipe string }{
		{"model1", "report"}, {"model2", "report"}, {"model2", "best"}, {"model2", "sketch"},
	} {
		b.Run(c.model+" "+c.recipe, func(b *testing.B) {
			cfg := train.Config{Model: c.model, Recipe: c.recipe, Seed: 42}
			s := batchesOf(b, cfg, data)
			s.Last = 1 << 30
			f, err := startFeed(d, s)
			if err != nil {
				b.Fatal(err)
			}
			defer f.stop()
			b.ResetTimer()
			for range b.N {
				x, err := f.take()
				if err != nil {
					b.Fatal(err)
				}
				x.free()
			}
			b.ReportMetric(float64(b.N*s.Batches.Size())/b.Elapsed().Seconds(), "images/s")
		})
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
