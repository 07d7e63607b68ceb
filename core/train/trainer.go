package train

import (
	"errors"
	"math"
	"sync"

	"atelier/core/fashion"
	"atelier/core/infer"
	"atelier/core/kernel"
	"atelier/core/nn"
	"atelier/core/optim"
)

// Options say how a run is computed. None of them changes a number of it.
type Options struct {
	// Workers is the number of goroutines that share a step; 0 is 1.
	Workers int
	// Algorithm chooses the convolution.
	Algorithm kernel.Algorithm
	// Exchange joins this Trainer, as worker Rank, with Trainers of the same
	// run elsewhere; nil where there are none.
	Exchange Exchange
	Rank     int
	// Engine computes the steps instead of the core; nil is the core. It needs
	// Data that several goroutines may read. Workers, Algorithm and Exchange are then
	// without effect, and Yield is called between a validation's batches only.
	Engine Engine
	// Yield is called every few milliseconds of work; its error gives up the
	// step, whose work is lost and can be done again. The workers call it at the
	// same time. Nil is no interruption.
	Yield func() error
}

// Trainer is a run: a network, its optimiser and all that a step needs. Its
// state is a function of (config, changes, step) alone.
type Trainer struct {
	Net    *nn.Net
	state  State
	recipe Recipe // with the config's choices and the changes so far
	adam   *optim.Adam
	ema    *average // nil without

	data       Data
	trainSet   []int32
	valSet     []int32
	batches    *Batches
	validation *validation // in progress
	spent      float64     // seconds of the epoch in calls of Run that have ended
	seen       int         // images, likewise

	opt      Options
	exchange Exchange
	group    *Group // the Exchange of local workers; nil when joined from outside
	workers  []*worker
	engine   engineState // with Options.Engine
}

// average is the moving average of the weights and running statistics.
type average struct{ params, stats []float32 }

// worker is one worker's memory.
type worker struct {
	rank   int
	pass   *nn.Pass
	eval   *infer.Worker // answers with the pass's memory
	ctx    nn.Context
	grads  [][]float32
	labels []uint8
	pixels []float32
	rows   []float64
}

// New starts a run at step 0 with PyTorch's initial weights for its seed.
func New(cfg Config, data Data, opt Options) (*Trainer, error) {
	cfg, err := cfg.Complete()
	if err != nil {
		return nil, err
	}
	t, err := newTrainer(cfg, data, opt)
	if err != nil {
		return nil, err
	}
	t.startWorkers()
	t.Net.Init(cfg.Seed)
	if t.ema != nil {
		copy(t.ema.params, t.Net.Params)
		copy(t.ema.stats, t.Net.Stats)
	}
	return t, nil
}

func newTrainer(cfg Config, data Data, opt Options) (*Trainer, error) {
	spec, err := network(cfg.Model)
	if err != nil {
		return nil, err
	}
	recipe, err := RecipeOf(cfg)
	if err != nil {
		return nil, err
	}
	net := nn.NewNet(spec)
	t := &Trainer{
		Net: net, recipe: recipe, data: data, opt: opt,
		state: State{Config: cfg, Data: data.Kind, Plateau: optim.PlateauState{Scale: 1}},
		adam:  optim.NewAdam(len(net.Params)),
	}
	if t.opt.Yield == nil {
		t.opt.Yield = func() error { return nil }
	}
	if recipe.EMA > 0 {
		t.ema = &average{make([]float32, len(net.Params)), make([]float32, len(net.Stats))}
	}
	t.trainSet, t.valSet = fashion.Split(data.Len())
	if len(t.trainSet) == 0 {
		return nil, errors.New("there are no training images")
	}
	if cfg.Limit > 0 && cfg.Limit < len(t.trainSet) {
		t.trainSet = t.trainSet[:cfg.Limit]
	}
	t.batches = newBatches(cfg, recipe, spec, data, t.trainSet)
	return t, nil
}

// startWorkers gives the local workers their memory.
func (t *Trainer) startWorkers() {
	if t.opt.Engine != nil {
		return
	}
	world, first, count := 1, 0, 1
	switch {
	case t.opt.Exchange != nil:
		t.exchange, world, first = t.opt.Exchange, t.opt.Exchange.World(), t.opt.Rank
	default:
		world = max(1, t.opt.Workers)
		count = world
		t.group = NewGroup(world)
		t.exchange = t.group
	}
	shards := nn.ShardCount(t.state.Config.Batch)
	capacity := (shards + world - 1) / world * kernel.Leaf
	for rank := first; rank < first+count; rank++ {
		t.workers = append(t.workers, t.newWorker(rank, capacity))
	}
}

func (t *Trainer) newWorker(rank, capacity int) *worker {
	pass := nn.NewPass(t.Net, capacity, t.opt.Algorithm)
	w := &worker{
		rank: rank, pass: pass, eval: infer.NewWorker(pass, t.opt.Yield),
		labels: make([]uint8, capacity),
		pixels: make([]float32, fashion.Area),
	}
	w.ctx.Yield = t.opt.Yield
	w.ctx.Meet = func(rows []float64, width int) error {
		return t.exchange.AllGatherRows(w.rank, rows, width, w.ctx.Range)
	}
	return w
}

// StepResult is what a step measured, before its update.
type StepResult struct {
	Step    int     // steps done, this one included
	Images  int     // in the batch
	Loss    float64 // mean over the batch
	Correct int
	LR      float64
}

// StepsPerEpoch counts the batches of an epoch, the smaller last one included.
func (t *Trainer) StepsPerEpoch() int { return t.batches.PerEpoch() }

// TotalSteps is where the run ends.
func (t *Trainer) TotalSteps() int {
	total := t.recipe.Epochs * t.StepsPerEpoch()
	if s := t.state.Config.Steps; s > 0 && s < total {
		return s
	}
	return total
}

// Done reports whether the run has ended.
func (t *Trainer) Done() bool { return t.state.Step >= t.TotalSteps() }

// Complete reports whether nothing is left to do, the last validation included.
func (t *Trainer) Complete() bool { return t.Done() && t.state.Epoch.Images == 0 }

// Images is the number of training images of an epoch.
func (t *Trainer) Images() int { return len(t.trainSet) }

// Recipe is the run's recipe, with the config's choices and the changes so far.
func (t *Trainer) Recipe() Recipe { return t.recipe }

// Epoch is the epoch of the next step, counted from 0.
func (t *Trainer) Epoch() int { return t.state.Step / t.StepsPerEpoch() }

// LR is the learning rate of the next step.
func (t *Trainer) LR() float64 {
	planned := t.recipe.Epochs * t.StepsPerEpoch()
	return float64(float64(t.recipe.LR*t.state.Plateau.Scale) * t.recipe.Schedule.Scale(t.state.Step, planned))
}

// Step trains on the next batch. On an error nothing has changed, and the step can
// be done again, unless it is an Exchange's, from ReduceScatter on.
func (t *Trainer) Step() (StepResult, error) {
	if t.Done() {
		return StepResult{}, errors.New("the run has ended")
	}
	t.applyChanges()
	batch := t.batches.At(t.state.Step)
	r := StepResult{Images: batch.Len(), LR: t.LR()}
	if err := t.compute(&r, batch); err != nil {
		return StepResult{}, err
	}
	t.state.Step++
	t.state.Epoch.add(r)
	r.Step = t.state.Step
	return r, nil
}

// compute trains on a batch, here or in an engine.
func (t *Trainer) compute(r *StepResult, batch Batch) error {
	if t.opt.Engine != nil {
		return t.engineStep(r)
	}
	return t.together(func(w *worker) error { return t.work(w, batch, r) })
}

// together runs f for every local worker at once. Where one fails, all give up.
func (t *Trainer) together(f func(w *worker) error) error {
	if len(t.workers) == 1 {
		return f(t.workers[0])
	}
	t.group.reset()
	errs := make([]error, len(t.workers))
	var wg sync.WaitGroup
	for i, w := range t.workers {
		wg.Go(func() {
			if errs[i] = infer.Guarded(w.rank, func() error { return f(w) }); errs[i] != nil {
				t.group.abandon()
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil && err != errAbandoned {
			return err
		}
	}
	return errors.Join(errs...)
}

// work is a worker's part of a step: forward, backward, exchange, update.
func (t *Trainer) work(w *worker, batch Batch, r *StepResult) error {
	c := &w.ctx
	t.share(w, batch.Len())
	c.Train, c.Seed = true, uint64(t.state.Config.Seed)
	c.Step = uint32(t.state.Step)
	c.DropoutScale = float32(t.recipe.Dropout)
	w.load(batch)
	losses, logits, err := w.pass.Loss(c, w.labels, float32(t.recipe.LabelSmoothing))
	if err != nil {
		return err
	}
	loss, correct, err := w.totals(c, losses, logits)
	if err != nil {
		return err
	}
	mean := loss / float64(batch.Len())
	if err := optim.CheckLoss(t.state.Step+1, "the loss", mean, r.LR); err != nil {
		return err
	}
	if !w.pass.Finite() {
		return &optim.DivergedError{Step: t.state.Step + 1, LR: r.LR, What: optim.RunningAverage, Value: math.NaN()}
	}
	if err := t.update(w, batch.Len(), r.LR); err != nil {
		return err
	}
	if w == t.workers[0] {
		r.Loss, r.Correct = mean, correct
		w.pass.Commit()
		if t.ema != nil {
			optim.Average(t.ema.stats, t.Net.Stats, 0, len(t.ema.stats), int64(t.state.Step+1), t.recipe.EMA)
		}
		t.Net.Version++
	}
	return nil
}

// share gives the worker its shards of a batch of n images and a gradient
// arena for each of its nodes.
func (t *Trainer) share(w *worker, n int) {
	c := &w.ctx
	shards := nn.ShardCount(n)
	c.Batch = n
	c.Range = nn.Share(shards, w.rank, t.exchange.World())
	c.Nodes = c.Range.Nodes(shards)
	for len(w.grads) < len(c.Nodes) {
		w.grads = append(w.grads, make([]float32, len(t.Net.Params)))
	}
	c.Grads = w.grads[:len(c.Nodes)]
}
