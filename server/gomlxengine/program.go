package gomlxengine

import (
	"fmt"

	. "github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"

	"atelier/core/optim"
)

// maxGraphs bounds how many batch sizes one program is built for: the whole
// batch, the last short one of an epoch, and a few asked for by hand.
const maxGraphs = 8

// programs are a network's compiled graphs on one backend. They are pure
// functions: the state goes in and the new state comes out, in the fixed order
// of state.all.
type programs struct {
	net      *Network
	plan     Plan
	portable bool

	train    *Exec // state, hyper, rng, images, labels -> state, stats; on all devices, the others on the first
	logits   *Exec // params, buffers, images -> logits
	gradient *Exec // params, buffers, images, labels -> loss, logits, gradients, buffers
	apply    *Exec // params, m, v, gradients, hyper -> params, m, v
	traced   int   // graphs built so far: training that never enters a graph leaves it 0
}

func newPrograms(d *Device, net *Network, plan Plan) (*programs, error) {
	p := &programs{net: net, plan: plan, portable: d.portable}
	for _, x := range []struct {
		name string
		exec **Exec
		fn   func([]*Node) []*Node
	}{
		{"train", &p.train, p.buildTrain}, {"logits", &p.logits, p.buildLogits},
		{"gradient", &p.gradient, p.buildGradient}, {"apply", &p.apply, p.buildApply},
	} {
		e, err := NewExec(d.backend, x.fn)
		if err != nil {
			return nil, fmt.Errorf("prepare the %s graph of %s: %w", x.name, net.Name, err)
		}
		*x.exec = e.WithName(net.Name + "." + x.name).SetMaxCache(maxGraphs)
	}
	if d.spread != nil {
		d.spread.configure(p.train, plan.tensors(net)+2) // the state, hyper and rng
	}
	return p, nil
}

// inputs hands out a graph's inputs in order.
type inputs struct{ left []*Node }

func (in *inputs) take(n int) []*Node {
	got := in.left[:n]
	in.left = in.left[n:]
	return got
}

func (in *inputs) one() *Node { return in.take(1)[0] }

// builder starts a graph with the network's tensors as given.
func (p *programs) builder(params, buffers []*Node, train bool) (b *builder, end func()) {
	p.traced++
	b = &builder{ops: stock{}, net: p.net, train: train, value: make(map[string]*Node)}
	if p.portable {
		b.ops = &portable{}
	}
	for i, t := range p.net.Params {
		b.value[t.Name] = params[i]
	}
	for i, t := range p.net.Buffers {
		b.value[t.Name] = buffers[i]
	}
	return b, b.ops.begin(params[0].Graph())
}

// buffers are the running statistics after the builder's forward pass.
func (b *builder) buffers() []*Node {
	out := make([]*Node, len(b.net.Buffers))
	for i, t := range b.net.Buffers {
		out[i] = b.get(t.Name)
	}
	return out
}

// buildTrain is a whole step. Where the run diverges the state comes back as it
// went in, so that its last good weights are kept.
func (p *programs) buildTrain(all []*Node) []*Node {
	in := inputs{all}
	old := takeState(&in, p.net, p.plan)
	s := scalars{in.one()}
	rng, images, labels := in.one(), in.one(), in.one()

	b, end := p.builder(old.params, old.buffers, true)
	defer end()
	b.rng, b.drop = rng, s.at(atDropout)
	logits := p.net.forward(b, images)
	losses := crossEntropy(logits, labels, s.at(atSmoothing))
	loss := ReduceAllSum(losses)

	gradients := Gradient(ReduceAllMean(losses), old.params...)
	next := p.update(old, gradients, s)
	next.buffers = b.buffers()
	if p.plan.Average {
		for i, x := range next.params {
			next.avgParams = append(next.avgParams, average(old.avgParams[i], x, s.at(atAverage)))
		}
		for i, x := range next.buffers {
			next.avgBuffers = append(next.avgBuffers, average(old.avgBuffers[i], x, s.at(atAverage)))
		}
	}
	good := reckonable(loss, images.Shape().Dimensions[0], next.buffers)
	was, is := old.all(), next.all()
	for i := range is {
		is[i] = Where(good, is[i], was[i])
	}
	taken := ConvertDType(good, loss.DType())
	return append(is, Stack([]*Node{loss, correct(logits, labels), taken}, 0))
}

// reckonable tells whether a step can be reckoned with, by core/train's rule: the
// loss, here the sum over n images, is a number not beyond HopelessLoss, and the
// running statistics after the step are numbers.
func reckonable(loss *Node, n int, buffers []*Node) *Node {
	limit := Scalar(loss.Graph(), loss.DType(), optim.HopelessLoss*float64(n))
	good := And(IsFinite(loss), LessOrEqual(loss, limit))
	for _, b := range buffers {
		finite := ReduceAllMin(ConvertDType(IsFinite(b), loss.DType()))
		good = And(good, GreaterThan(finite, ZerosLike(finite)))
	}
	return good
}

func (p *programs) buildLogits(all []*Node) []*Node {
	in := inputs{all}
	params, buffers := in.take(len(p.net.Params)), in.take(len(p.net.Buffers))
	b, end := p.builder(params, buffers, false)
	defer end()
	return []*Node{p.net.forward(b, in.one())}
}

// buildGradient is a pass without dropout and label smoothing: what the
// reference numbers are of.
func (p *programs) buildGradient(all []*Node) []*Node {
	in := inputs{all}
	params, buffers := in.take(len(p.net.Params)), in.take(len(p.net.Buffers))
	images, labels := in.one(), in.one()
	b, end := p.builder(params, buffers, true)
	defer end()
	logits := p.net.forward(b, images)
	loss := ReduceAllMean(crossEntropy(logits, labels, nil))
	out := append([]*Node{loss, logits}, Gradient(loss, params...)...)
	return append(out, b.buffers()...)
}

func (p *programs) buildApply(all []*Node) []*Node {
	in := inputs{all}
	n := len(p.net.Params)
	old := state[*Node]{params: in.take(n), m: in.take(n), v: in.take(n)}
	gradients := in.take(n)
	return p.update(old, gradients, scalars{in.one()}).all()
}

// update moves the weights and moments of s.
func (p *programs) update(s state[*Node], gradients []*Node, with scalars) (next state[*Node]) {
	for i, t := range p.net.Params {
		x, m, v := p.plan.adam(t, s.params[i], gradients[i], s.m[i], s.v[i], with)
		next.params, next.m, next.v = append(next.params, x), append(next.m, m), append(next.v, v)
	}
	return next
}

// run executes a program on the goroutine that owns the tensors. GoMLX panics
// where a graph is wrong and returns errors where a device fails: both come
// back as an error.
func run(e *Exec, args []any) (out []*tensors.Tensor, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("graph %s: %v", e.Name(), r)
		}
	}()
	out, err = e.Exec(args...)
	if err != nil {
		return nil, fmt.Errorf("graph %s: %w", e.Name(), err)
	}
	return out, nil
}
