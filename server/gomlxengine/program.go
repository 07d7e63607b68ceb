package gomlxengine

import (
	"fmt"

	"github.com/gomlx/gomlx/backends"
	. "github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"
)

// maxGraphs bounds how many batch sizes one program is built for: the whole
// batch, the last short one of an epoch, and a few asked for by hand.
const maxGraphs = 8

// programs are a network's compiled graphs on one backend. They are pure
// functions: the state goes in and the new state comes out, in the fixed order
// of the network's tensors.
type programs struct {
	net       *Network
	opt       Optimizer
	smoothing float64
	portable  bool

	train    *Exec // params, buffers, m, v, hyper, rng, images, labels -> params, buffers, m, v, stats
	logits   *Exec // params, buffers, images -> logits
	gradient *Exec // params, buffers, images, labels -> loss, logits, gradients, buffers
	apply    *Exec // params, m, v, gradients, hyper -> params, m, v
	traced   int   // graphs built so far: training that never enters a graph leaves it 0
}

func newPrograms(b backends.Backend, net *Network, opt Optimizer, smoothing float64, portable bool) (*programs, error) {
	p := &programs{net: net, opt: opt, smoothing: smoothing, portable: portable}
	for _, x := range []struct {
		name string
		exec **Exec
		fn   func([]*Node) []*Node
	}{
		{"train", &p.train, p.buildTrain}, {"logits", &p.logits, p.buildLogits},
		{"gradient", &p.gradient, p.buildGradient}, {"apply", &p.apply, p.buildApply},
	} {
		e, err := NewExec(b, x.fn)
		if err != nil {
			return nil, fmt.Errorf("prepare the %s graph of %s: %w", x.name, net.Name, err)
		}
		*x.exec = e.WithName(net.Name + "." + x.name).SetMaxCache(maxGraphs)
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

func (p *programs) buildTrain(all []*Node) []*Node {
	in := inputs{all}
	params, buffers := in.take(len(p.net.Params)), in.take(len(p.net.Buffers))
	m, v := in.take(len(params)), in.take(len(params))
	hyper, rng, images, labels := in.one(), in.one(), in.one(), in.one()

	b, end := p.builder(params, buffers, true)
	defer end()
	b.rng = rng
	logits := p.net.forward(b, images)
	losses := crossEntropy(logits, labels, p.smoothing)
	gradients := Gradient(ReduceAllMean(losses), params...)
	params, m, v = p.update(params, gradients, m, v, hyper)
	stats := Stack([]*Node{ReduceAllSum(losses), correct(logits, labels)}, 0)
	return concat(params, b.buffers(), m, v, []*Node{stats})
}

func (p *programs) buildLogits(all []*Node) []*Node {
	in := inputs{all}
	params, buffers := in.take(len(p.net.Params)), in.take(len(p.net.Buffers))
	b, end := p.builder(params, buffers, false)
	defer end()
	return []*Node{p.net.forward(b, in.one())}
}

// buildGradient trains without dropout: it is what the reference numbers are of.
func (p *programs) buildGradient(all []*Node) []*Node {
	in := inputs{all}
	params, buffers := in.take(len(p.net.Params)), in.take(len(p.net.Buffers))
	images, labels := in.one(), in.one()
	b, end := p.builder(params, buffers, true)
	defer end()
	logits := p.net.forward(b, images)
	loss := ReduceAllMean(crossEntropy(logits, labels, p.smoothing))
	return concat([]*Node{loss, logits}, Gradient(loss, params...), b.buffers())
}

func (p *programs) buildApply(all []*Node) []*Node {
	in := inputs{all}
	n := len(p.net.Params)
	params, m, v, gradients := in.take(n), in.take(n), in.take(n), in.take(n)
	params, m, v = p.update(params, gradients, m, v, in.one())
	return concat(params, m, v)
}

func (p *programs) update(params, gradients, m, v []*Node, hyper *Node) (params2, m2, v2 []*Node) {
	n := len(params)
	params2, m2, v2 = make([]*Node, n), make([]*Node, n), make([]*Node, n)
	for i, t := range p.net.Params {
		params2[i], m2[i], v2[i] = p.opt.update(t, params[i], gradients[i], m[i], v[i], hyper)
	}
	return params2, m2, v2
}

func concat(lists ...[]*Node) []*Node {
	var all []*Node
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
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
