package gomlxengine

import (
	"errors"
	"fmt"

	. "github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"
)

// Engine trains one network on one device. Its state lives on the device
// between steps. It is not safe for concurrent use: all calls come from the
// goroutine that trains; only a Feed works beside it.
type Engine struct {
	device   *Device
	net      *Network
	programs *programs

	params, buffers, m, v []*tensors.Tensor // on the device; nil without a state
	step                  int64
}

// State is all that a network's training depends on besides its configuration:
// weights, running statistics, Adam's moments and the number of steps taken.
// The tensors are those of Network.Params (Params, M, V) and Network.Buffers, in
// that order; M and V may be nil at step 0.
type State struct {
	Params, Buffers, M, V []Tensor
	Step                  int64
}

// ErrNoState is returned where a call needs weights and none are loaded, or a
// failed step took them along.
var ErrNoState = errors.New("the engine holds no weights: load a state first (a step that fails on the device loses them)")

// NewEngine prepares the network's graphs; they are compiled at first use, once
// for each batch size.
func (d *Device) NewEngine(net *Network, opt Optimizer, smoothing float64) (*Engine, error) {
	p, err := newPrograms(d.backend, net, opt, smoothing, d.portable)
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

// LoadState puts a copy of the state on the device.
func (e *Engine) LoadState(s State) error {
	m, v := s.M, s.V
	if m == nil && v == nil && s.Step == 0 {
		m, v = zeros(e.net.Params), zeros(e.net.Params)
	}
	e.drop()
	for _, c := range []struct {
		what      string
		want, got []Tensor
		to        *[]*tensors.Tensor
	}{
		{"parameter", e.net.Params, s.Params, &e.params}, {"running statistic", e.net.Buffers, s.Buffers, &e.buffers},
		{"first moment", e.net.Params, m, &e.m}, {"second moment", e.net.Params, v, &e.v},
	} {
		err := matches(c.what, c.want, c.got)
		if err == nil {
			*c.to, err = e.upload(c.got)
		}
		if err != nil {
			e.drop()
			return fmt.Errorf("load a state of %s: %w", e.net.Name, err)
		}
	}
	e.step = s.Step
	return nil
}

// Snapshot copies the state from the device.
func (e *Engine) Snapshot() (State, error) {
	if e.params == nil {
		return State{}, ErrNoState
	}
	s := State{Step: e.step}
	for _, c := range []struct {
		to   *[]Tensor
		like []Tensor
		from []*tensors.Tensor
	}{{&s.Params, e.net.Params, e.params}, {&s.Buffers, e.net.Buffers, e.buffers}, {&s.M, e.net.Params, e.m}, {&s.V, e.net.Params, e.v}} {
		got, err := download(c.like, c.from)
		if err != nil {
			return State{}, err
		}
		*c.to = got
	}
	return s, nil
}

// Batch is one training batch on its way to the device. Images are normalized
// and augmented, [n,1,28,28]; RNG seeds the dropout of this step.
type Batch struct {
	Images []float32
	Labels []int32
	RNG    [3]uint64
}

// pixels is the size of one image.
const pixels = 28 * 28

// Stats are what a training step found on its batch, before the update and with
// dropout on.
type Stats struct {
	Loss    float64 // mean over the batch
	Correct int
	Images  int
}

// TrainStep trains on one batch at the learning rate lr. A failed step loses
// the state on the device.
func (e *Engine) TrainStep(b Batch, lr float64) (Stats, error) {
	s, err := stage(b)
	if err != nil {
		return Stats{}, err
	}
	r, err := e.start(s, lr)
	if err != nil {
		return Stats{}, err
	}
	return r.stats()
}

// pending is a step whose numbers are still on the device.
type pending struct {
	out *tensors.Tensor
	n   int
}

func (p pending) stats() (Stats, error) {
	defer p.out.FinalizeAll()
	f, err := tensors.CopyFlatData[float32](p.out)
	if err != nil {
		return Stats{}, fmt.Errorf("read a step's loss: %w", err)
	}
	return Stats{Loss: float64(f[0]) / float64(p.n), Correct: int(f[1]), Images: p.n}, nil
}

// start runs a step on a staged batch and leaves its numbers on the device.
func (e *Engine) start(s *staged, lr float64) (pending, error) {
	if e.params == nil {
		return pending{}, ErrNoState
	}
	args, err := e.donate(e.params, e.buffers, e.m, e.v)
	e.forget() // donated: gone whatever happens next
	if err != nil {
		return pending{}, err
	}
	hyper := tensors.FromFlatDataAndDimensions(e.programs.opt.hyper(e.step+1, lr), hyperLen)
	args = append(args, hyper, s.rng, s.images, s.labels)
	out, err := run(e.programs.train, args)
	hyper.FinalizeAll()
	s.free()
	if err != nil {
		return pending{}, err
	}
	np, nb := len(e.net.Params), len(e.net.Buffers)
	e.params, out = out[:np:np], out[np:]
	e.buffers, out = out[:nb:nb], out[nb:]
	e.m, e.v = out[:np:np], out[np:2*np:2*np]
	e.step++
	return pending{out[2*np], s.n}, nil
}

// EvalStep returns the logits [n,10] of n images [n,1,28,28] in evaluation mode.
func (e *Engine) EvalStep(images []float32) ([]float32, error) {
	if e.params == nil {
		return nil, ErrNoState
	}
	x, err := imageTensor(images)
	if err != nil {
		return nil, err
	}
	defer x.FinalizeAll()
	out, err := run(e.programs.logits, append(asArgs(e.params, e.buffers), x))
	if err != nil {
		return nil, err
	}
	defer out[0].FinalizeAll()
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
	if e.params == nil {
		return Gradients{}, ErrNoState
	}
	s, err := stage(b)
	if err != nil {
		return Gradients{}, err
	}
	defer s.free()
	out, err := run(e.programs.gradient, append(asArgs(e.params, e.buffers), s.images, s.labels))
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

// Apply takes one optimizer step along the given gradients.
func (e *Engine) Apply(gradients []Tensor, lr float64) error {
	if e.params == nil {
		return ErrNoState
	}
	if err := matches("gradient", e.net.Params, gradients); err != nil {
		return err
	}
	g, err := e.upload(gradients)
	if err != nil {
		return err
	}
	defer finalize(g)
	hyper := tensors.FromFlatDataAndDimensions(e.programs.opt.hyper(e.step+1, lr), hyperLen)
	out, err := run(e.programs.apply, append(asArgs(e.params, e.m, e.v, g), hyper))
	if err != nil {
		return err
	}
	finalize(e.params, e.m, e.v)
	np := len(e.net.Params)
	e.params, e.m, e.v = out[:np:np], out[np:2*np:2*np], out[2*np:]
	e.step++
	return nil
}
