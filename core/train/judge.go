package train

import (
	"fmt"
	"sync"

	"atelier/core/kernel"
	"atelier/core/metrics"
	"atelier/core/nn"
)

// Judge is a network that only answers: weights without a run.
type Judge struct {
	Net     *nn.Net
	workers []*worker
}

// NewJudge gives a network workers goroutines that look at batch images at a
// time each. yield is as in Options.
func NewJudge(net *nn.Net, workers, batch int, alg kernel.Algorithm, yield func() error) *Judge {
	if yield == nil {
		yield = func() error { return nil }
	}
	j := &Judge{Net: net}
	capacity := nn.ShardCount(batch) * kernel.Leaf
	for rank := range max(1, workers) {
		w := newWorker(net, rank, capacity, alg)
		w.ctx.Yield = yield
		j.workers = append(j.workers, w)
	}
	return j
}

// Evaluate answers q.
func (j *Judge) Evaluate(q Question) (*Answers, error) {
	shards := nn.ShardCount(len(q.Index))
	rows := make([]float64, shards*answerWidth*kernel.Leaf)
	errs := make([]error, len(j.workers))
	var wg sync.WaitGroup
	for i, w := range j.workers {
		part := q
		part.Progress = nil
		if i == 0 && q.Progress != nil {
			part.Progress = func(done int) { q.Progress(min(done*len(j.workers), len(q.Index))) }
		}
		own := nn.Share(shards, i, len(j.workers))
		if len(j.workers) == 1 {
			errs[0] = answer(w, part, own, rows, nil)
			break
		}
		wg.Go(func() {
			errs[i] = guarded(func(w *worker) error { return answer(w, part, own, rows, nil) }, w)
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return readAnswers(q, rows), nil
}

// Predict returns the probabilities of the ten classes for one image of 784
// pixels.
func (j *Judge) Predict(pixels []byte) (probs [nn.Labels]float32, err error) {
	logits, err := j.look(pixels)
	if err != nil {
		return probs, err
	}
	kernel.Softmax(probs[:], logits, 1)
	return probs, nil
}

// PredictAt is Predict, and beside the probabilities those at a temperature:
// see Calibration.
func (j *Judge) PredictAt(pixels []byte, temperature float64) (probs, tempered [nn.Labels]float32, err error) {
	logits, err := j.look(pixels)
	if err != nil {
		return probs, tempered, err
	}
	kernel.Softmax(probs[:], logits, 1)
	metrics.Tempered(&tempered, logits, temperature)
	return probs, tempered, nil
}

// Seen is what a network makes of some images, until it looks at others.
type Seen struct {
	Logits   []float32 // [images][10]
	Features []float32 // [images][Width], of the layer before the last
	Width    int
}

// See looks at n images at once, no more than the judge's batch; image returns
// the 784 pixels of each.
func (j *Judge) See(n int, image func(i int) []byte) (Seen, error) {
	w := j.workers[0]
	if n < 1 || n > w.pass.Capacity {
		return Seen{}, fmt.Errorf("%d images cannot be looked at at once: 1 to %d can", n, w.pass.Capacity)
	}
	c := &w.ctx
	c.Train, c.Batch, c.Range, c.Nodes = false, n, nn.Shards{Lo: 0, Hi: nn.ShardCount(n)}, nil
	for i := range n {
		plain(w.pixels, image(i), j.Net.Spec, false)
		w.pass.SetImage(i, w.pixels)
	}
	logits, err := w.pass.Forward(c)
	if err != nil {
		return Seen{}, err
	}
	width, features := w.pass.Features(c)
	return Seen{logits, features, width}, nil
}

// Activations runs the network on one image of 784 pixels and returns what the
// named layer makes of it: [C][H][W], or [C] where the layer is flat.
func (j *Judge) Activations(pixels []byte, layer string) (nn.Shape, []float32, error) {
	if _, err := j.look(pixels); err != nil {
		return nn.Shape{}, nil, err
	}
	return j.workers[0].pass.Activation(layer)
}

func (j *Judge) look(pixels []byte) ([]float32, error) {
	seen, err := j.See(1, func(int) []byte { return pixels })
	return seen.Logits, err
}
