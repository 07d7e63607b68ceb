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

// Batches makes the batches of a run, each a function of the run's config, its
// data and the step.
type Batches struct {
	pictures
	trainSet []int32
	size     int

	order   []int32
	ordered int // the epoch that order is of, counted from 1
}

func (t *Trainer) newBatches() *Batches {
	return &Batches{pictures: t.pictures(), trainSet: t.trainSet, size: t.state.Config.Batch, order: make([]int32, len(t.trainSet))}
}

// Fork returns Batches for another goroutine, which make the same.
func (b *Batches) Fork() *Batches {
	return &Batches{pictures: b.pictures, trainSet: b.trainSet, size: b.size, order: make([]int32, len(b.order))}
}

// Last is the number of images of an epoch's last batch.
func (b *Batches) Last() int { return (len(b.trainSet)-1)%b.size + 1 }

// Size is the number of images of a whole batch.
func (b *Batches) Size() int { return b.size }

// Fill writes the batch of a step, augmented and normalised: images [n][784]
// and labels [n]. It returns n, which is smaller in an epoch's last batch.
func (b *Batches) Fill(step int, images []float32, labels []uint8) int {
	perEpoch := (len(b.trainSet) + b.size - 1) / b.size
	epoch, lo := step/perEpoch, step%perEpoch*b.size
	if b.ordered != epoch+1 {
		fashion.OrderInto(b.order, b.seed, epoch)
		b.ordered = epoch + 1
	}
	batch := b.order[lo:min(lo+b.size, len(b.order))]
	for i, p := range batch {
		labels[i] = b.make(images[i*fashion.Area:(i+1)*fashion.Area], epoch, lo+i, int(b.trainSet[p]))
	}
	return len(batch)
}

// lent is what the Trainer remembers of its Engine.
type lent struct {
	batches *Batches
	loaded  bool // the engine has the tensors
	ahead   bool // and has changed them since
}

func (t *Trainer) tensors() Tensors {
	x := Tensors{Net: t.Net, M: t.adam.M, V: t.adam.V, Steps: t.state.Step}
	if t.ema != nil {
		x.AvgParams, x.AvgStats = t.ema.params, t.ema.stats
	}
	return x
}

// compute trains on the images lo..hi of the epoch's order, here or in an
// engine.
func (t *Trainer) compute(r *StepResult, epoch, lo, hi int) error {
	if t.opt.Engine != nil {
		return t.stepElsewhere(r)
	}
	t.shuffle(epoch)
	batch := t.order[lo:hi]
	return t.together(func(w *worker) error { return t.work(w, batch, epoch, lo, r) })
}

// stepElsewhere is the engine's part of Step.
func (t *Trainer) stepElsewhere(r *StepResult) error {
	if !t.lent.loaded {
		t.lent.batches = t.newBatches()
		if err := t.opt.Engine.Load(t.tensors()); err != nil {
			return err
		}
		t.lent.loaded = true
	}
	loss, correct, err := t.opt.Engine.Step(EngineStep{
		Step: t.state.Step, Last: t.TotalSteps(), Seed: t.state.Config.Seed, LR: r.LR,
		WeightDecay: t.recipe.WeightDecay, LabelSmoothing: t.recipe.LabelSmoothing,
		Dropout: t.recipe.Dropout, EMA: t.recipe.EMA, Batches: t.lent.batches,
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
	t.lent.ahead = true
	return nil
}

// recall brings the tensors up to date where an engine is ahead of them.
func (t *Trainer) recall() error {
	if !t.lent.ahead {
		return nil
	}
	if err := t.opt.Engine.Store(t.tensors()); err != nil {
		return err
	}
	t.Net.Version++
	t.lent.ahead = false
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
