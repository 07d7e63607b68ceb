//go:build js && wasm

package main

import (
	"errors"
	"slices"

	"github.com/hack-pad/safejs"

	"atelier/core/checkpoint"
	"atelier/core/nn"
	"atelier/core/optim"
	"atelier/core/train"
)

// helper is a worker's part in another worker's run.
type helper struct {
	s       *session
	rank    int
	lead    *peer
	arrived chan struct{}
	trainer *train.Trainer
	joint   joint
	term    int
}

// help makes this worker a helper of the leader at the other end of the port.
func (s *session) help(v safejs.Value) (result, error) {
	rank, err := number(v, "rank")
	if err != nil {
		return result{}, err
	}
	port, err := v.Get("port")
	if err != nil {
		return result{}, err
	}
	h := &helper{s: s, rank: int(rank), arrived: make(chan struct{}, 1)}
	if h.lead, err = newPeer(s.page, port, h.arrived); err != nil {
		return result{}, err
	}
	go h.serve()
	return result{}, nil
}

// next waits for the leader's next word.
func (h *helper) next() heard {
	for len(h.lead.words) == 0 {
		<-h.arrived
	}
	w := h.lead.words[0]
	h.lead.words = h.lead.words[1:]
	return w
}

// abandoned reports, and takes note of, the leader's word to give up.
func (h *helper) abandoned(term int) bool {
	i := slices.IndexFunc(h.lead.words, func(w heard) bool { return w.Say == "abandon" && w.Term == term })
	if i >= 0 {
		h.lead.words = slices.Delete(h.lead.words, i, i+1)
	}
	return i >= 0
}

// serve follows the leader's words while no step is under way.
func (h *helper) serve() {
	for {
		w := h.next()
		switch w.Say {
		case "start", "bench":
			if err := h.start(w); err != nil {
				die(err)
			}
			if w.Say == "bench" {
				h.bench(w.Term)
			}
		case "again":
			h.train(w.Term)
		default:
			if w.Say == "share" {
				h.term = w.Term
				h.joint.renew(w.Term)
			}
			if err := h.obey(w); err != nil {
				die(err)
			}
		}
	}
}

// start joins a run.
func (h *helper) start(w heard) error {
	spec, err := nn.ByName(w.Config.Model)
	if err != nil {
		return err
	}
	if w.shared.IsUndefined() {
		h.joint = &starHelper{h: h, world: w.World}
	} else {
		memory, err := openSharedMemory(h.s.page, spec, w.shared, w.World)
		if err != nil {
			return err
		}
		h.joint = &sharedExchange{sharedMemory: memory, rank: h.rank, wait: h.s.breath.take}
	}
	opt := train.Options{Exchange: h.joint, Rank: h.rank, Yield: h.yield}
	if w.Say == "bench" {
		h.trainer, err = train.NewBench(w.Config.Model, w.Config.Batch, opt)
		return err
	}
	if h.s.train == nil {
		return refuse("no_data", "a helper got no images")
	}
	data := train.Data{Images: h.s.train, Kind: w.Kind}
	if w.bytes == nil {
		h.trainer, err = train.New(*w.Config, data, opt)
		return err
	}
	f, err := checkpoint.Decode(w.bytes, checkpoint.Own())
	if err != nil {
		return err
	}
	h.trainer, err = train.Resume(f, data, opt)
	return err
}

// train runs until the run ends or the leader gives up.
func (h *helper) train(term int) {
	h.term = term
	h.joint.renew(term)
	endStep(h.trainer.Run(train.Hooks{Clock: seconds, AfterStep: h.between}))
}

// endStep takes note of why a helper's part ended. Divergence and the leader's
// stop are for the leader to tell. Anything else leaves the leader waiting in a
// meeting that nobody comes to: the program ends, and the page begins anew.
func endStep(err error) {
	var diverged *optim.DivergedError
	if err == nil || errors.Is(err, errAbandoned) || errors.As(err, &diverged) {
		return
	}
	die(err)
}

// bench takes steps until the leader has enough.
func (h *helper) bench(term int) {
	h.term = term
	h.joint.renew(term)
	for {
		_, err := h.trainer.Step()
		if err == nil {
			err = h.between()
		}
		if err != nil {
			endStep(err)
			return
		}
	}
}

// yield lets the worker hear its messages.
func (h *helper) yield() error {
	if h.s.breath.due(slice) {
		if err := h.s.breath.take(); err != nil {
			return err
		}
	}
	if h.abandoned(h.term) {
		return errAbandoned
	}
	return nil
}

// between follows the leader's words between two steps until it says go.
func (h *helper) between() error {
	for {
		w := h.next()
		if w.Term != h.term {
			continue
		}
		switch w.Say {
		case "go":
			return nil
		case "abandon":
			return errAbandoned
		}
		if err := h.obey(w); err != nil {
			return err
		}
	}
}

// obey does what a word asks between steps.
func (h *helper) obey(w heard) error {
	switch w.Say {
	case "change":
		return h.trainer.Change(w.Key, w.Value)
	case "share":
		return h.trainer.Share()
	}
	return nil
}
