package gomlxengine

import (
	"fmt"

	. "github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"
)

// Engine trains one network on one device. Its state lives on the device
// between steps. It is not safe for concurrent use: all calls come from the
// goroutine that trains.
type Engine struct {
	device   *Device
	net      *Network
	programs *programs

	states []state[*tensors.Tensor] // the same on each device; nil: none
	step   int64
}

// NewEngine prepares the network's graphs; they are compiled at first use, once
// for each batch size.
func (d *Device) NewEngine(net *Network, plan Plan) (*Engine, error) {
	p, err := newPrograms(d, net, plan)
	if err != nil {
		return nil, err
	}
	return &Engine{device: d, net: net, programs: p}, nil
}

// Close frees the graphs and the state on the device.
func (e *Engine) Close() {
	e.drop()
	for _, x := range []*Exec{e.programs.train, e.programs.logits, e.programs.gradient, e.programs.apply} {
		x.Finalize()
	}
}

// Graphs is how many graphs were built so far.
func (e *Engine) Graphs() int { return e.programs.traced }

// Steps is the number of optimizer steps of the state.
func (e *Engine) Steps() int64 { return e.step }

// Batch is one training batch. Images are normalized and augmented,
// [n,1,28,28]; RNG seeds the dropout of this step.
type Batch struct {
	Images []float32
	Labels []int32
	RNG    [3]uint64
}

// pixels is the size of one image.
const pixels = 28 * 28

// Stats are what a training step found on its batch, before the update and with
// dropout on. Where the loss, or a running statistic after it, is no number, or
// the loss is beyond optim.HopelessLoss, the step changed nothing.
type Stats struct {
	Loss    float64 // mean over the batch
	Correct int
	Images  int
	Taken   bool // the step changed the state
}

// TrainStep trains on one batch. A step that fails on the device loses the
// state there.
func (e *Engine) TrainStep(b Batch, h Hyper) (Stats, error) {
	s, err := stage(b, e.device.Shares())
	if err != nil {
		return Stats{}, err
	}
	return e.trainStaged(s, h)
}

func (e *Engine) trainStaged(s *staged, h Hyper) (Stats, error) {
	defer s.free()
	if e.states == nil {
		return Stats{}, ErrNoState
	}
	args, free, err := e.trainArgs(s, h)
	defer free()
	if err != nil {
		return Stats{}, err
	}
	out, err := run(e.programs.train, args)
	if err != nil {
		return Stats{}, err
	}
	// A device's results come after those of the device before it.
	per := len(out) / len(s.shares)
	for i := range s.shares {
		last := (i+1)*per - 1
		e.states = append(e.states, takeState(&outputs{out[i*per : last]}, e.net, e.programs.plan))
		defer finalize(out[last : last+1])
	}
	found, err := tensors.CopyFlatData[float32](out[per-1])
	if err != nil {
		return Stats{}, fmt.Errorf("read a step's loss: %w", err)
	}
	got := Stats{Loss: float64(found[0]) / float64(s.n), Correct: int(found[1]), Images: s.n, Taken: found[2] != 0}
	if got.Taken {
		e.step++
	}
	return got, nil
}

// trainArgs are the inputs of a step, device by device. The states are donated:
// gone whatever happens next. free frees what the step does not take.
func (e *Engine) trainArgs(s *staged, h Hyper) (args []any, free func(), err error) {
	states := e.states
	e.states = nil
	var hypers []*tensors.Tensor
	free = func() { finalize(hypers) }
	for i, x := range s.shares {
		donated, err := e.donate(states[i].all(), i)
		if err != nil {
			return nil, free, err
		}
		hyper := tensors.FromFlatDataAndDimensions(h.vector(e.step+1), hyperLen)
		hypers = append(hypers, hyper)
		args = append(append(args, donated...), hyper, x.rng, x.images, x.labels)
	}
	return args, free, nil
}

// outputs hands out a graph's results in order.
type outputs struct{ left []*tensors.Tensor }

func (o *outputs) take(n int) []*tensors.Tensor {
	got := o.left[:n:n]
	o.left = o.left[n:]
	return got
}

// EvalStep returns the logits [n,10] of n images [n,1,28,28] in evaluation mode.
func (e *Engine) EvalStep(images []float32) ([]float32, error) {
	if e.states == nil {
		return nil, ErrNoState
	}
	return e.evaluate(e.states[0].params, e.states[0].buffers, images)
}

// evaluate is EvalStep with weights that need not be those of the state.
func (e *Engine) evaluate(params, buffers []*tensors.Tensor, images []float32) ([]float32, error) {
	x, err := imageTensor(images)
	if err != nil {
		return nil, err
	}
	defer x.FinalizeAll()
	out, err := run(e.programs.logits, append(asArgs(params, buffers), x))
	if err != nil {
		return nil, err
	}
	defer finalize(out)
	return tensors.CopyFlatData[float32](out[0])
}

// Gradients is one pass in training mode without dropout and without a step.
type Gradients struct {
	Loss    float64
	Logits  []float32 // [n,10]
	Params  []Tensor  // gradients, in the order of Network.Params
	Buffers []Tensor  // running statistics after the pass
}

// Gradient computes loss and gradients on a batch; the state stays as it is.
func (e *Engine) Gradient(b Batch) (Gradients, error) {
	if e.states == nil {
		return Gradients{}, ErrNoState
	}
	s, err := stage(b, 1)
	if err != nil {
		return Gradients{}, err
	}
	defer s.free()
	out, err := run(e.programs.gradient, append(asArgs(e.states[0].params, e.states[0].buffers), s.shares[0].images, s.shares[0].labels))
	if err != nil {
		return Gradients{}, err
	}
	defer finalize(out)
	g := Gradients{Loss: float64(tensors.ToScalar[float32](out[0]))}
	if g.Logits, err = tensors.CopyFlatData[float32](out[1]); err != nil {
		return Gradients{}, err
	}
	np := len(e.net.Params)
	if g.Params, err = download(e.net.Params, out[2:2+np]); err != nil {
		return Gradients{}, err
	}
	g.Buffers, err = download(e.net.Buffers, out[2+np:])
	return g, err
}

// Apply takes one optimizer step along the given gradients, on one device.
func (e *Engine) Apply(gradients []Tensor, h Hyper) error {
	if e.states == nil {
		return ErrNoState
	}
	if err := matches("gradient", e.net.Params, gradients); err != nil {
		return err
	}
	if len(e.states) > 1 {
		return fmt.Errorf("one optimizer step alone is taken on one device, not on %d", len(e.states))
	}
	g, err := e.upload(gradients, 0)
	if err != nil {
		return err
	}
	defer finalize(g)
	hyper := tensors.FromFlatDataAndDimensions(h.vector(e.step+1), hyperLen)
	defer hyper.FinalizeAll()
	st := &e.states[0]
	out, err := run(e.programs.apply, append(asArgs(st.params, st.m, st.v, g), hyper))
	if err != nil {
		return err
	}
	finalize(st.params, st.m, st.v)
	o, np := &outputs{out}, len(e.net.Params)
	st.params, st.m, st.v = o.take(np), o.take(np), o.take(np)
	e.step++
	return nil
}
