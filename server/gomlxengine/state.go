package gomlxengine

import (
	"errors"
	"fmt"

	"github.com/gomlx/gomlx/pkg/core/tensors"
)

// State is all that a network's training depends on besides its configuration
// and data. The tensors are those of Network.Params and Network.Buffers, in that
// order. M and V, Adam's moments, may be nil at step 0, and the averages are nil
// where the plan keeps none.
type State struct {
	Params, Buffers, M, V []Tensor
	AvgParams, AvgBuffers []Tensor
	Step                  int64 // optimizer steps taken
}

// ErrNoState is returned where a call needs weights and none are loaded, or a
// failed step took them along.
var ErrNoState = errors.New("the engine holds no weights: load a state first (a step that fails on the device loses them)")

// state is a State's tensors as T: nodes of a graph, or tensors on the device.
type state[T any] struct {
	params, buffers, m, v []T
	avgParams, avgBuffers []T
}

// all lists the tensors in the order in which graphs take and return them.
func (s state[T]) all() []T {
	var all []T
	for _, l := range [][]T{s.params, s.buffers, s.m, s.v, s.avgParams, s.avgBuffers} {
		all = append(all, l...)
	}
	return all
}

// takeState takes a state from a graph's inputs, or from its outputs.
func takeState[T any](in interface{ take(n int) []T }, net *Network, plan Plan) (s state[T]) {
	np, nb := len(net.Params), len(net.Buffers)
	s.params, s.buffers = in.take(np), in.take(nb)
	s.m, s.v = in.take(np), in.take(np)
	if plan.Average {
		s.avgParams, s.avgBuffers = in.take(np), in.take(nb)
	}
	return s
}

// part is one list of a State with what belongs in it.
type part struct {
	what   string
	want   []Tensor
	host   *[]Tensor
	device *[]*tensors.Tensor
}

// parts pairs s with what device i holds of it.
func (e *Engine) parts(s *State, i int) []part {
	d := &e.states[i]
	parts := []part{
		{"parameter", e.net.Params, &s.Params, &d.params},
		{"running statistic", e.net.Buffers, &s.Buffers, &d.buffers},
		{"first moment", e.net.Params, &s.M, &d.m},
		{"second moment", e.net.Params, &s.V, &d.v},
	}
	if e.programs.plan.Average {
		parts = append(parts,
			part{"averaged parameter", e.net.Params, &s.AvgParams, &d.avgParams},
			part{"averaged running statistic", e.net.Buffers, &s.AvgBuffers, &d.avgBuffers})
	}
	return parts
}

// LoadState puts a copy of the state on each device.
func (e *Engine) LoadState(s State) error {
	if s.M == nil && s.V == nil && s.Step == 0 {
		s.M, s.V = zeros(e.net.Params), zeros(e.net.Params)
	}
	e.drop()
	e.states = make([]state[*tensors.Tensor], e.device.Shares())
	for i := range e.states {
		for _, p := range e.parts(&s, i) {
			err := matches(p.what, p.want, *p.host)
			if err == nil {
				*p.device, err = e.upload(*p.host, i)
			}
			if err != nil {
				e.drop()
				return fmt.Errorf("load a state of %s: %w", e.net.Name, err)
			}
		}
	}
	e.step = s.Step
	return nil
}

// Snapshot copies the state from the device; several have the same.
func (e *Engine) Snapshot() (State, error) {
	if e.states == nil {
		return State{}, ErrNoState
	}
	s := State{Step: e.step}
	for _, p := range e.parts(&s, 0) {
		got, err := download(p.want, *p.device)
		if err != nil {
			return State{}, err
		}
		*p.host = got
	}
	return s, nil
}

// drop frees the state on the devices.
func (e *Engine) drop() {
	for _, s := range e.states {
		finalize(s.all())
	}
	e.states = nil
}
