package nn

import (
	"fmt"
	"slices"

	"atelier/core/checkpoint"
)

// Param is one trainable tensor: a view into the network's flat arena.
type Param struct {
	Name  string
	Shape []int
	Off   int  // of its first element in the arena
	Decay bool // a weight rather than a bias or a normalisation's scale
	Data  []float32
}

// Net is a network's state: every parameter in one flat arena, so that the
// optimiser and the exchange between workers are flat loops, and every running
// statistic in another.
type Net struct {
	Spec    Spec
	Params  []float32
	Stats   []float32
	Counts  []int64
	Version int // grows with every change of the arenas, so that packed copies know they are stale

	params []Param
	order  []entry // in state_dict order
}

// entry is one tensor of the state_dict.
type entry struct {
	name  string
	shape []int
	kind  entryKind
	off   int
	len   int
	decay bool
	fan   int // inputs of one output, for the initialisation; 0 where it is constant
	value float32
}

type entryKind uint8

const (
	parameter entryKind = iota
	statistic
	counter
)

// declaration collects the tensors of the layers.
type declaration struct {
	entries []entry
	length  int // of the parameter arena
	stats   int
	counts  int
}

func (d *declaration) add(e entry) {
	e.len = 1
	for _, n := range e.shape {
		e.len *= n
	}
	switch e.kind {
	case parameter:
		e.off, d.length = d.length, d.length+e.len
	case statistic:
		e.off, d.stats = d.stats, d.stats+e.len
	case counter:
		e.off, d.counts = d.counts, d.counts+1
	}
	d.entries = append(d.entries, e)
}

// weight declares a weight whose outputs have fan inputs each.
func (d *declaration) weight(name string, fan int, shape ...int) {
	d.add(entry{name: name, shape: shape, fan: fan, decay: true})
}

func (d *declaration) bias(name string, fan, n int) {
	d.add(entry{name: name, shape: []int{n}, fan: fan})
}

func (d *declaration) constant(name string, n int, value float32) {
	d.add(entry{name: name, shape: []int{n}, value: value})
}

func (d *declaration) statistic(name string, n int, value float32) {
	d.add(entry{name: name, shape: []int{n}, kind: statistic, value: value})
}

func (d *declaration) counter(name string) {
	d.add(entry{name: name, shape: []int{}, kind: counter})
}

// NewNet returns a network with all parameters zero: Init or LoadStateDict
// comes next.
func NewNet(spec Spec) *Net {
	var d declaration
	for _, l := range spec.Layers {
		l.declare(&d)
	}
	n := &Net{
		Spec:   spec,
		Params: make([]float32, d.length),
		Stats:  make([]float32, d.stats),
		Counts: make([]int64, d.counts),
		order:  d.entries,
	}
	for _, e := range n.order {
		if e.kind == parameter {
			n.params = append(n.params, Param{
				Name: e.name, Shape: slices.Clone(e.shape), Off: e.off, Decay: e.decay,
				Data: n.Params[e.off : e.off+e.len : e.off+e.len],
			})
		}
	}
	return n
}

// Parameters lists the trainable tensors in state_dict order.
func (n *Net) Parameters() []Param { return n.params }

// param returns the named parameter; the layers name their own.
func (n *Net) param(name string) Param {
	for _, p := range n.params {
		if p.Name == name {
			return p
		}
	}
	panic("nn: no parameter " + name)
}

func (n *Net) buffer(name string) entry {
	for _, e := range n.order {
		if e.name == name && e.kind != parameter {
			return e
		}
	}
	panic("nn: no buffer " + name)
}

// StateDict returns copies of all tensors with PyTorch's names, shapes and
// order.
func (n *Net) StateDict() []checkpoint.Tensor {
	out := n.View(n.Params, n.Stats)
	for i := range out {
		out[i].F32 = slices.Clone(out[i].F32)
	}
	return out
}

// View is StateDict without the copies, of arenas laid out as Params and Stats
// are: the tensors change as the arenas do.
func (n *Net) View(params, stats []float32) []checkpoint.Tensor {
	out := make([]checkpoint.Tensor, 0, len(n.order))
	for _, e := range n.order {
		t := checkpoint.Tensor{Name: e.name, DType: "F32", Shape: slices.Clone(e.shape)}
		switch e.kind {
		case parameter:
			t.F32 = params[e.off : e.off+e.len]
		case statistic:
			t.F32 = stats[e.off : e.off+e.len]
		case counter:
			t.DType, t.I64 = "I64", []int64{n.Counts[e.off]}
		}
		out = append(out, t)
	}
	return out
}

// LoadStateDict sets all tensors. Every tensor of the network must be there
// with its shape, and none besides; otherwise nothing changes and the error
// names the tensor.
func (n *Net) LoadStateDict(tensors []checkpoint.Tensor) error {
	byName := make(map[string]checkpoint.Tensor, len(tensors))
	for _, t := range tensors {
		byName[t.Name] = t
	}
	for _, e := range n.order {
		t, ok := byName[e.name]
		if !ok {
			return fmt.Errorf("%s needs a tensor %q, which the file lacks", n.Spec.Name, e.name)
		}
		if !slices.Equal(t.Shape, e.shape) {
			return fmt.Errorf("tensor %q has shape %v, but %s needs %v", e.name, t.Shape, n.Spec.Name, e.shape)
		}
		if e.kind == counter && len(t.I64) != 1 || e.kind != counter && len(t.F32) != e.len {
			return fmt.Errorf("tensor %q holds %s numbers, which %s cannot use there", e.name, t.DType, n.Spec.Name)
		}
		delete(byName, e.name)
	}
	for name := range byName {
		return fmt.Errorf("the file holds a tensor %q, which %s does not have", name, n.Spec.Name)
	}
	for _, t := range tensors {
		n.set(t)
	}
	n.Version++
	return nil
}

func (n *Net) set(t checkpoint.Tensor) {
	for _, e := range n.order {
		if e.name != t.Name {
			continue
		}
		switch e.kind {
		case parameter:
			copy(n.Params[e.off:e.off+e.len], t.F32)
		case statistic:
			copy(n.Stats[e.off:e.off+e.len], t.F32)
		case counter:
			n.Counts[e.off] = t.I64[0]
		}
	}
}

// WeightsSHA256 is the run's fingerprint: the hash of all tensors of the
// state_dict, little-endian, ordered by name.
func (n *Net) WeightsSHA256() string { return checkpoint.WeightsSHA256(n.StateDict()) }
