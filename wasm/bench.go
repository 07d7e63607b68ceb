//go:build js && wasm

package main

import (
	"fmt"
	"runtime"
	"slices"

	"github.com/hack-pad/safejs"

	"atelier/core/infer"
	"atelier/core/kernel"
	"atelier/core/nn"
	"atelier/core/sample"
	"atelier/core/train"
)

// benchWords reads what both benchmarks take.
func benchWords(v safejs.Value) (model string, batch, steps int, err error) {
	m, err := number(v, "model")
	if err != nil {
		return
	}
	b, err := number(v, "batch")
	if err != nil {
		return
	}
	n, err := number(v, "steps")
	if err != nil {
		return
	}
	if m != 1 && m != 2 || b < 1 || b > train.MaxBatch || n < 1 || n > 1e6 {
		err = refuse("bench", "a benchmark takes model 1 or 2, batch 1 to %d and steps from 1, not %g, %g and %g", train.MaxBatch, m, b, n)
	}
	return fmt.Sprintf("model%d", int(m)), int(b), int(n), err
}

// benchmarkTrain measures the trainer's own step on synthetic data. The
// session's run is not touched.
func (s *session) benchmarkTrain(v safejs.Value) (result, error) {
	model, batch, steps, err := benchWords(v)
	if err != nil {
		return result{}, err
	}
	// The browser compiles a function again, faster, while it runs: the first steps
	// measure that, so they are taken by a run of their own.
	if _, _, err := s.benchSteps(model, batch, min(steps, warmUp)); err != nil {
		return result{}, err
	}
	runtime.GC() // that run's memory, before the next one asks for as much
	t, times, err := s.benchSteps(model, batch, steps)
	if err != nil {
		return result{}, err
	}
	losses := make([]float64, steps)
	ms := make([]float64, steps)
	for i, step := range times {
		ms[i], losses[i] = 1000*step.seconds, step.loss
	}
	middle := median(ms)
	return result{fields: map[string]any{
		"medianMs": middle, "minMs": slices.Min(ms), "imagesPerSecond": 1000 * float64(batch) / middle,
		"losses": losses, "weightsSha256": t.Net.WeightsSHA256(), "batch": batch, "n": steps,
	}}, nil
}

// warmUp is how many steps a benchmark takes before those that it measures.
const warmUp = 3

type benchStep struct{ seconds, loss float64 }

// benchSteps makes a run to be measured and takes its steps.
func (s *session) benchSteps(model string, batch, steps int) (*train.Trainer, []benchStep, error) {
	t, err := s.newBench(model, batch)
	if err != nil {
		return nil, nil, err
	}
	defer s.crew.abandon()
	took := make([]benchStep, steps)
	for i := range steps {
		from := seconds()
		if i > 0 {
			if err := s.crew.say(word{Say: "go"}); err != nil {
				return nil, nil, err
			}
		}
		r, err := t.Step()
		if err != nil {
			return nil, nil, err
		}
		took[i] = benchStep{seconds() - from, r.Loss}
	}
	return t, took, nil
}

// newBench makes the run to be measured, with the helpers of the crew if there
// is one.
func (s *session) newBench(model string, batch int) (*train.Trainer, error) {
	spec, err := nn.ByName(model)
	if err != nil {
		return nil, err
	}
	if err := s.crew.prepare(spec); err != nil {
		return nil, err
	}
	opt := train.Options{Yield: s.breathe}
	if s.crew != nil {
		opt.Exchange = s.crew.exchange
	}
	t, err := train.NewBench(model, batch, opt)
	if err != nil {
		return nil, err
	}
	cfg := t.State().Config
	return t, s.crew.begin(word{Say: "bench", Config: &cfg}, nil)
}

// benchmarkInfer measures answers alone.
func (s *session) benchmarkInfer(v safejs.Value) (result, error) {
	model, batch, steps, err := benchWords(v)
	if err != nil {
		return result{}, err
	}
	spec, err := nn.ByName(model)
	if err != nil {
		return result{}, err
	}
	net := nn.NewNet(spec)
	net.Init(train.DefaultSeed)
	j := infer.NewPredictor(net, 1, batch, kernel.Winograd, s.breathe)
	data := sample.Synthetic(batch)
	times := make([]float64, steps)
	for i := -warmUp; i < steps; i++ {
		from := seconds()
		if _, err := j.Evaluate(infer.EvalRequest{Images: data}); err != nil {
			return result{}, err
		}
		if i >= 0 {
			times[i] = seconds() - from
		}
	}
	ms := 1000 * median(times)
	return result{fields: map[string]any{"medianMs": ms, "minMs": 1000 * slices.Min(times), "imagesPerSecond": 1000 * float64(batch) / ms}}, nil
}

// breathe is a yield that no pause holds.
func (s *session) breathe() error {
	if s.breath.due(slice) {
		return s.breath.take()
	}
	return nil
}

// breatheOften is breathe for work that nobody waits for at once.
func (s *session) breatheOften() error {
	if s.breath.due(shortSlice) {
		return s.breath.take()
	}
	return nil
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	if n := len(x); n%2 == 0 {
		return (x[n/2-1] + x[n/2]) / 2
	}
	return x[len(x)/2]
}
