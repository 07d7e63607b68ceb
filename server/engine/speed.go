package engine

import (
	"slices"
	"sync"
	"time"

	"atelier/core/infer"
	"atelier/core/kernel"
	"atelier/core/nn"
	"atelier/core/sample"
	"atelier/core/train"
)

// TrainFLOP counts the multiplications and additions of training on one image
// with direct convolutions: forward, gradient of the weights, and gradient of
// the input for all layers but the first.
func TrainFLOP(s nn.Spec) float64 {
	flop := 0
	for i, l := range s.Layers {
		flop += 2 * l.FLOP()
		if i > 0 {
			flop += l.FLOP()
		}
	}
	return float64(flop)
}

// ScalarPeak measures what this machine's processors can do at best without
// vector instructions, in GFLOP/s, all workers together: chains of float32
// multiplications and additions that never leave the registers. (Go has no
// portable vector instructions, so this is the ceiling of direct arithmetic.)
func ScalarPeak(workers int) float64 {
	const rounds = 1 << 22
	best := 0.0
	for range 5 {
		var wg sync.WaitGroup
		began := time.Now()
		for range workers {
			wg.Go(func() { chains(rounds) })
		}
		wg.Wait()
		best = max(best, float64(workers)*rounds*2*10/time.Since(began).Seconds()/1e9)
	}
	return best
}

// sink keeps the compiler from removing the work.
var sink sync.Map

// chains runs ten independent chains of multiply and add.
func chains(rounds int) {
	a, b, c, d, e := float32(1), float32(2), float32(3), float32(4), float32(5)
	f, g, h, i, j := float32(6), float32(7), float32(8), float32(9), float32(10)
	m, p := float32(.9999), float32(.0001)
	for range rounds {
		a = float32(a*m) + p
		b = float32(b*m) + p
		c = float32(c*m) + p
		d = float32(d*m) + p
		e = float32(e*m) + p
		f = float32(f*m) + p
		g = float32(g*m) + p
		h = float32(h*m) + p
		i = float32(i*m) + p
		j = float32(j*m) + p
	}
	sink.Store("chains", a+b+c+d+e+f+g+h+i+j)
}

// InferenceSpeed measures answers in batches, in images per second with all
// workers, and one image alone on one worker, the median in milliseconds.
func InferenceSpeed(net *nn.Net, workers, batch int, stopped <-chan struct{}) (perSecond, singleMS float64, err error) {
	images := sample.Synthetic(max(256, 2*batch))
	all := infer.NewPredictor(net, workers, (batch+workers-1)/workers, kernel.Winograd, stopYield(stopped))
	began := time.Now()
	if _, err := all.Evaluate(infer.EvalRequest{Images: images}); err != nil {
		return 0, 0, err
	}
	perSecond = float64(images.Len()) / time.Since(began).Seconds()
	single := infer.NewPredictor(net, 1, 1, kernel.Winograd, stopYield(stopped))
	var ms []float64
	for i := range 21 {
		began := time.Now()
		if _, err := single.Predict(images.At(i)); err != nil {
			return 0, 0, err
		}
		if i > 0 { // the first warms up
			ms = append(ms, float64(time.Since(began).Microseconds())/1e3)
		}
	}
	slices.Sort(ms)
	return perSecond, ms[len(ms)/2], nil
}

// stopYield gives work up when stopped is closed.
func stopYield(stopped <-chan struct{}) func() error {
	return func() error {
		select {
		case <-stopped:
			return train.ErrStopped
		default:
			return nil
		}
	}
}

// TrainingSpeed measures a few steps of a model on the core with a worker a
// processor, in images per second.
func TrainingSpeed(model string, stopped <-chan struct{}) (float64, error) {
	const batch, steps = 64, 3
	t, err := train.NewBench(model, batch, train.Options{Workers: Core(0).Workers(), Yield: stopYield(stopped)})
	if err != nil {
		return 0, err
	}
	if _, err := t.Step(); err != nil { // warms up
		return 0, err
	}
	began := time.Now()
	for range steps {
		if _, err := t.Step(); err != nil {
			return 0, err
		}
	}
	return batch * steps / time.Since(began).Seconds(), nil
}
