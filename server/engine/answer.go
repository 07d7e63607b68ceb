package engine

import (
	"atelier/core/infer"
	"atelier/core/kernel"
	"atelier/core/metrics"
	"atelier/core/nn"
)

// predictBatch is how many images a worker looks at at a time.
const predictBatch = 64

// Predictor returns a network that only answers, on the core with so many workers
// (0: one a processor). It gives up when stopped is closed.
func Predictor(net *nn.Net, workers int, stopped <-chan struct{}) *infer.Predictor {
	return infer.NewPredictor(net, Core(workers).Workers(), predictBatch, kernel.Winograd, stopYield(stopped))
}

// Test evaluates weights on all of images: what `eval` prints and a finished
// run notes.
func Test(p *infer.Predictor, weights string, images infer.Images, mirror bool, progress func(done int)) (*metrics.Evaluation, error) {
	r, err := p.Evaluate(infer.EvalRequest{Images: images, Mirror: mirror, Progress: progress})
	if err != nil {
		return nil, err
	}
	return r.Evaluation(p.Net.Spec.Name, weights), nil
}
