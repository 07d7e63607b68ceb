package train

import (
	"errors"
	"math"

	"atelier/core/fashion"
	"atelier/core/infer"
	"atelier/core/nn"
	"atelier/core/optim"
)

// Engine computes a run's steps in the core's place, on a GPU say. The run
// stays the Trainer's: batches, schedule, changes, history, the best weights,
// files. So a saved run goes on with the core or with any Engine. An Engine
// adds in its own order, so its bits are its own. One that fails takes the steps
// since the last Store along.
type Engine interface {
	// Load takes over the run's tensors before the first step.
	Load(Tensors) error
	// Step trains on the batch of s.Step. Where the loss, or a running statistic
	// after the step, is not a number, or the loss is beyond optim.HopelessLoss, nothing
	// changes; it returns that loss, or optim.ErrRunningAverage where only a statistic
	// is none.
	Step(s EngineStep) (loss float64, correct int, err error)
	// Store copies the tensors back; training may go on after it.
	Store(Tensors) error
	// Logits answers n normalised images [n][784] with logits [n][10], by the
	// tensors of net. While net.Version stays, they are the same.
	Logits(net *nn.Net, images []float32) ([]float32, error)
}

// Tensors are a run's tensors, the Trainer's own memory. AvgParams and AvgStats,
// the moving averages, are nil where the recipe keeps none.
type Tensors struct {
	Net                 *nn.Net
	M, V                []float32 // Adam's moments, as Net.Params
	AvgParams, AvgStats []float32
	Steps               int // done
}

// EngineStep is a step to compute.
type EngineStep struct {
	Step           int // done before it
	Last           int // where the run ends: a batch beyond is never asked for
	Seed           uint32
	LR             float64
	WeightDecay    float64
	LabelSmoothing float64
	Dropout        float64 // a factor on the network's own rates
	EMA            float64 // decay of the averages
	// Batches makes the batch of any step. It may be used by one goroutine beside
	// the one that trains, so that the next batch is ready in time; for more, Fork it.
	Batches *Batches
}

// engineState is where the run's tensors are while an Engine computes the steps:
//
//	!loaded           in the Trainer alone
//	loaded, !ahead    in both, the same
//	loaded, ahead     in the Engine, steps further: syncEngine brings them back
type engineState struct{ loaded, ahead bool }

func (t *Trainer) tensors() Tensors {
	x := Tensors{Net: t.Net, M: t.adam.M, V: t.adam.V, Steps: t.state.Step}
	if t.ema != nil {
		x.AvgParams, x.AvgStats = t.ema.params, t.ema.stats
	}
	return x
}

// engineStep is the engine's part of Step.
func (t *Trainer) engineStep(r *StepResult) error {
	if !t.engine.loaded {
		if err := t.opt.Engine.Load(t.tensors()); err != nil {
			return err
		}
		t.engine.loaded = true
	}
	loss, correct, err := t.opt.Engine.Step(EngineStep{
		Step: t.state.Step, Last: t.TotalSteps(), Seed: t.state.Config.Seed, LR: r.LR,
		WeightDecay: t.recipe.WeightDecay, LabelSmoothing: t.recipe.LabelSmoothing,
		Dropout: t.recipe.Dropout, EMA: t.recipe.EMA, Batches: t.batches,
	})
	if errors.Is(err, optim.ErrRunningAverage) {
		return &optim.DivergedError{Step: t.state.Step + 1, LR: r.LR, What: optim.RunningAverage, Value: math.NaN()}
	}
	if err != nil {
		return err
	}
	if err := optim.CheckLoss(t.state.Step+1, "the loss", loss, r.LR); err != nil {
		return err
	}
	r.Loss, r.Correct = loss, correct
	for i := range t.Net.Counts {
		t.Net.Counts[i]++
	}
	t.engine.ahead = true
	return nil
}

// syncEngine brings the tensors up to date where an engine is ahead of them.
func (t *Trainer) syncEngine() error {
	if !t.engine.ahead {
		return nil
	}
	if err := t.opt.Engine.Store(t.tensors()); err != nil {
		return err
	}
	t.Net.Version++
	t.engine.ahead = false
	return nil
}

// engineBatch is how many images an engine answers at once, and divides the
// 6,000 and the 10,000. The last are filled up to it, since another number may
// cost a new compilation.
const engineBatch = 250

// enginePart is what an engine answers of q: all of it.
func (t *Trainer) enginePart(q infer.EvalRequest, over func() bool) infer.Part {
	size := min(engineBatch, q.Len())
	images := make([]float32, size*fashion.Area)
	forward := func(n int, image func(i int, dst []float32)) ([]float32, error) {
		if err := t.opt.Yield(); err != nil {
			return nil, err
		}
		for i := range n {
			image(i, images[i*fashion.Area:(i+1)*fashion.Area])
		}
		return t.opt.Engine.Logits(t.Net, images)
	}
	return infer.Part{
		EvalRequest: q, Spec: t.Net.Spec, Hi: q.Len(), Block: size, Most: size, Forward: forward, Over: over,
	}
}
