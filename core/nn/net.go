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

// entry is one tensor of the state_dict, in its place: a parameter in Params, a
// statistic in Stats, a counter in Counts.
type entry struct {
	Tensor
	off, len int
}

// NewNet returns a network with all parameters zero: Init or LoadStateDict
// comes next.
func NewNet(spec Spec) *Net {
	spec.placed()
	n := &Net{Spec: spec}
	var length [Counter + 1]int
	for _, l := range spec.Layers {
		for _, t := range l.Tensors() {
			e := entry{Tensor: t, off: length[t.Role], len: t.Len()}
			length[t.Role] += e.len
			n.order = append(n.order, e)
		}
	}
	n.Params = make([]float32, length[Parameter])
	n.Stats = make([]float32, length[Statistic])
	n.Counts = make([]int64, length[Counter])
	for _, e := range n.order {
		if e.Role == Parameter {
			n.params = append(n.params, Param{
				Name: e.Name, Shape: slices.Clone(e.Shape), Off: e.off, Decay: e.Decay,
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
		if e.Name == name && e.Role != Parameter {
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
		t := checkpoint.Tensor{Name: e.Name, DType: "F32", Shape: slices.Clone(e.Shape)}
		switch e.Role {
		case Parameter:
			t.F32 = params[e.off : e.off+e.len]
		case Statistic:
			t.F32 = stats[e.off : e.off+e.len]
		case Counter:
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
		t, ok := byName[e.Name]
		if !ok {
			return fmt.Errorf("%s needs a tensor %q, which the file lacks", n.Spec.Name, e.Name)
		}
		if !slices.Equal(t.Shape, e.Shape) {
			return fmt.Errorf("tensor %q has shape %v, but %s needs %v", e.Name, t.Shape, n.Spec.Name, e.Shape)
		}
		if e.Role == Counter && len(t.I64) != 1 || e.Role != Counter && len(t.F32) != e.len {
			return fmt.Errorf("tensor %q holds %s numbers, which %s cannot use there", e.Name, t.DType, n.Spec.Name)
		}
		delete(byName, e.Name)
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
		if e.Name != t.Name {
			continue
		}
		switch e.Role {
		case Parameter:
			copy(n.Params[e.off:e.off+e.len], t.F32)
		case Statistic:
			copy(n.Stats[e.off:e.off+e.len], t.F32)
		case Counter:
			n.Counts[e.off] = t.I64[0]
		}
	}
}

// WeightsSHA256 is the run's fingerprint: the hash of all tensors of the
// state_dict, little-endian, ordered by name.
func (n *Net) WeightsSHA256() string { return checkpoint.WeightsSHA256(n.StateDict()) }
