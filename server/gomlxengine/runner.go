package gomlxengine

import (
	"fmt"
	"slices"

	"github.com/gomlx/gomlx/pkg/core/tensors"

	"atelier/core/nn"
	"atelier/core/optim"
	"atelier/core/train"
)

// Runner computes the steps of one run of core/train on a device: give it to
// train.New or train.Resume as Options.Engine.
type Runner struct {
	device *Device
	engine *Engine
	feed   *feed

	judged        *nn.Net // whose weights are on the device for answers
	version       int     // of these weights
	judge         []*tensors.Tensor
	stepsComputed int
}

var _ train.Engine = (*Runner)(nil)

// NewRunner prepares a run of cfg.
func (d *Device) NewRunner(cfg train.Config) (*Runner, error) {
	cfg, err := cfg.Complete()
	if err != nil {
		return nil, err
	}
	recipe, err := train.RecipeFor(cfg.Recipe, cfg.Model)
	if err != nil {
		return nil, err
	}
	spec, err := nn.ByName(cfg.Model)
	if err != nil {
		return nil, err
	}
	e, err := d.NewEngine(NetworkOf(spec), Plan{DecayAll: recipe.DecayAll, Average: recipe.EMA > 0})
	if err != nil {
		return nil, err
	}
	return &Runner{device: d, engine: e}, nil
}

// Graphs is how many graphs the run has built.
func (r *Runner) Graphs() int { return r.engine.Graphs() }

// Steps is the number of steps that the device has computed.
func (r *Runner) Steps() int { return r.stepsComputed }

// Close frees what the run holds on the device. Store comes first where its
// weights are wanted.
func (r *Runner) Close() {
	r.stopFeed()
	finalize(r.judge)
	r.judge, r.judged = nil, nil
	r.engine.Close()
}

func (r *Runner) stopFeed() {
	if r.feed != nil {
		r.feed.stop()
		r.feed = nil
	}
}

// Load is train.Engine's.
func (r *Runner) Load(x train.Tensors) error {
	r.stopFeed()
	net := r.engine.net
	if x.Net.Spec.Name != net.Name {
		return fmt.Errorf("a runner of %s is given %s", net.Name, x.Net.Spec.Name)
	}
	for i, p := range x.Net.Parameters() {
		if i >= len(net.Params) || net.Params[i].Name != p.Name || !slices.Equal(net.Params[i].Shape, p.Shape) {
			return fmt.Errorf("the graph of %s has no parameter %s %v in place %d", net.Name, p.Name, p.Shape, i)
		}
	}
	s := State{
		Params: cut(net.Params, x.Net.Params), Buffers: cut(net.Buffers, x.Net.Stats),
		M: cut(net.Params, x.M), V: cut(net.Params, x.V), Step: int64(x.Steps),
	}
	if r.engine.programs.plan.Average {
		s.AvgParams, s.AvgBuffers = cut(net.Params, x.AvgParams), cut(net.Buffers, x.AvgStats)
	}
	return r.engine.LoadState(s)
}

// Store is train.Engine's.
func (r *Runner) Store(x train.Tensors) error {
	s, err := r.engine.Snapshot()
	if err != nil {
		return err
	}
	join(x.Net.Params, s.Params)
	join(x.Net.Stats, s.Buffers)
	join(x.M, s.M)
	join(x.V, s.V)
	join(x.AvgParams, s.AvgParams)
	join(x.AvgStats, s.AvgBuffers)
	return nil
}

// cut views an arena as the tensors of like, one after the other.
func cut(like []Tensor, arena []float32) []Tensor {
	out := slices.Clone(like)
	for i := range out {
		n := min(out[i].Len(), len(arena)) // too short an arena shows in the tensor's length
		out[i].Data, arena = arena[:n], arena[n:]
	}
	return out
}

func join(arena []float32, from []Tensor) {
	for _, t := range from {
		arena = arena[copy(arena, t.Data):]
	}
}

// Step is train.Engine's.
func (r *Runner) Step(s train.EngineStep) (loss float64, correct int, err error) {
	batch, err := r.batch(s)
	if err != nil {
		return 0, 0, err
	}
	got, err := r.engine.trainStaged(batch, Hyper{
		LR: s.LR, WeightDecay: s.WeightDecay, Smoothing: s.LabelSmoothing, Dropout: s.Dropout, Average: s.EMA,
	})
	if err != nil {
		return 0, 0, err
	}
	if !got.Taken && got.Loss <= optim.HopelessLoss {
		return 0, 0, optim.ErrRunningAverage
	}
	r.stepsComputed++
	return got.Loss, got.Correct, nil
}

// batch takes the step's batch from the feed, which is started anew where it
// stands elsewhere: at first, after a step that is done again, and where the
// run was lengthened.
func (r *Runner) batch(s train.EngineStep) (*staged, error) {
	if r.feed != nil && r.feed.next == s.Step {
		if b, err := r.feed.take(); b != nil || err != nil {
			return b, err
		}
	}
	r.stopFeed()
	if r.device.spread != nil {
		if err := r.device.spread.fits(s.Batches.Size(), s.Batches.Last()); err != nil {
			return nil, err
		}
	}
	f, err := startFeed(r.device, s)
	if err != nil {
		return nil, err
	}
	r.feed = f
	b, err := r.feed.take()
	if b == nil && err == nil {
		err = fmt.Errorf("step %d is after the run's end at %d", s.Step+1, s.Last)
	}
	return b, err
}

// Logits is train.Engine's.
func (r *Runner) Logits(net *nn.Net, images []float32) ([]float32, error) {
	np := len(r.engine.net.Params)
	if r.judged != net || r.version != net.Version {
		finalize(r.judge)
		r.judged = nil
		params, err := r.engine.upload(cut(r.engine.net.Params, net.Params), 0)
		if err != nil {
			return nil, err
		}
		buffers, err := r.engine.upload(cut(r.engine.net.Buffers, net.Stats), 0)
		if err != nil {
			return nil, err
		}
		r.judge, r.judged, r.version = append(params, buffers...), net, net.Version
	}
	return r.engine.evaluate(r.judge[:np], r.judge[np:], images)
}
