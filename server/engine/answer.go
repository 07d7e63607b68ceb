package engine

import (
	"atelier/core/kernel"
	"atelier/core/metrics"
	"atelier/core/nn"
	"atelier/core/train"
)

// judgeBatch is how many images a worker looks at at a time.
const judgeBatch = 64

// Judge returns a network that only answers, on the core with so many workers
// (0: one a processor). It gives up when stopped is closed.
func Judge(net *nn.Net, workers int, stopped <-chan struct{}) *train.Judge {
	return train.NewJudge(net, Core(workers).Workers(), judgeBatch, kernel.Winograd, stopYield(stopped))
}

// Test evaluates weights on all of images: what `eval` prints and a finished
// run notes.
func Test(j *train.Judge, weights string, images train.Images, mirror bool, progress func(done int)) (*metrics.Evaluation, error) {
	index := make([]int32, images.Len())
	for i := range index {
		index[i] = int32(i)
	}
	a, err := j.Evaluate(train.Question{Images: images, Index: index, Mirror: mirror, Progress: progress})
	if err != nil {
		return nil, err
	}
	var confusion metrics.Confusion
	for i, class := range a.Class {
		confusion.Add(images.Label(i), class)
	}
	return metrics.NewEvaluation(j.Net.Spec.Name, weights, &confusion, a.MeanLoss()), nil
}
