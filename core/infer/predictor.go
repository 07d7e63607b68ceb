package infer

import (
	"fmt"
	"sync"

	"atelier/core/kernel"
	"atelier/core/metrics"
	"atelier/core/nn"
)

// Predictor is a network that answers and never trains, with memory for some
// workers. One call may be under way at a time.
type Predictor struct {
	Net     *nn.Net
	workers []*Worker
}

// NewPredictor gives a network workers goroutines that look at batch images at
// a time each. Every few milliseconds of work each calls yield, at the same time
// as the others; its error gives the answer up. Nil is no interruption.
func NewPredictor(net *nn.Net, workers, batch int, alg kernel.Algorithm, yield func() error) *Predictor {
	p := &Predictor{Net: net}
	capacity := nn.ShardCount(batch) * kernel.Leaf
	for range max(1, workers) {
		p.workers = append(p.workers, NewWorker(nn.NewPass(net, capacity, alg), yield))
	}
	return p
}

// Evaluate answers q.
func (p *Predictor) Evaluate(q EvalRequest) (*EvalResult, error) {
	rows := NewInProgress(q.Len())
	world := len(p.workers)
	if world == 1 {
		if err := rows.Complete(p.workers[0].Part(q, 0, 1)); err != nil {
			return nil, err
		}
		return rows.Result(q), nil
	}
	errs := make([]error, world)
	var wg sync.WaitGroup
	for rank, w := range p.workers {
		part := w.Part(q, rank, world)
		if rank > 0 {
			part.Progress = nil
		}
		wg.Go(func() { errs[rank] = Guarded(rank, func() error { return rows.Complete(part) }) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return rows.Result(q), nil
}

// Guarded turns a panic of one worker into an error: it fails the work at hand,
// not the program.
func Guarded(rank int, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("worker %d panicked: %v", rank, p)
		}
	}()
	return f()
}

// Predict returns the probabilities of the ten classes for one image of 784
// pixels.
func (p *Predictor) Predict(pixels []byte) (probs [nn.Labels]float32, err error) {
	logits, err := p.logits(pixels)
	if err != nil {
		return probs, err
	}
	kernel.Softmax(probs[:], logits, 1)
	return probs, nil
}

// PredictAt is Predict, and beside the probabilities those at a temperature:
// see Calibration.
func (p *Predictor) PredictAt(pixels []byte, temperature float64) (probs, tempered [nn.Labels]float32, err error) {
	logits, err := p.logits(pixels)
	if err != nil {
		return probs, tempered, err
	}
	kernel.Softmax(probs[:], logits, 1)
	metrics.Tempered(&tempered, logits, temperature)
	return probs, tempered, nil
}

// Class is the class that the network names an image.
func (p *Predictor) Class(pixels []byte) (int, error) {
	logits, err := p.logits(pixels)
	if err != nil {
		return 0, err
	}
	return metrics.Argmax(logits), nil
}

// Outputs are a network's last two layers for some images. They live until it
// looks at others.
type Outputs struct {
	Logits   []float32 // [images][10]
	Features []float32 // [images][Width], of the layer before the last
	Width    int
}

// Outputs looks at n images at once, no more than the predictor's batch; image
// returns the 784 pixels of each.
func (p *Predictor) Outputs(n int, image func(i int) []byte) (Outputs, error) {
	w := p.workers[0]
	if n < 1 || n > w.pass.Capacity {
		return Outputs{}, fmt.Errorf("%d images cannot be looked at at once: 1 to %d can", n, w.pass.Capacity)
	}
	logits, err := w.Logits(n, func(i int, dst []float32) { Input(dst, image(i), p.Net.Spec, false) })
	if err != nil {
		return Outputs{}, err
	}
	width, features := w.pass.Features(&w.ctx)
	return Outputs{logits, features, width}, nil
}

// Activations runs the network on one image of 784 pixels and returns what the
// named layer makes of it: [C][H][W], or [C] where the layer is flat.
func (p *Predictor) Activations(pixels []byte, layer string) (nn.Shape, []float32, error) {
	if _, err := p.logits(pixels); err != nil {
		return nn.Shape{}, nil, err
	}
	return p.workers[0].pass.Activation(layer)
}

func (p *Predictor) logits(pixels []byte) ([]float32, error) {
	out, err := p.Outputs(1, func(int) []byte { return pixels })
	return out.Logits, err
}
