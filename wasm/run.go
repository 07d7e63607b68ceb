//go:build js && wasm

package main

import (
	"errors"
	"slices"
	"time"

	"github.com/hack-pad/safejs"

	"atelier/core/train"
)

// run is a run and how it is steered.
type run struct {
	trainer *train.Trainer
	workers int
	going   bool // its goroutine exists

	paused   bool
	stop     bool
	replaced bool // its end is not told
	left     int  // steps until it pauses by itself; 0: none
	errand   []errand
	wake     chan struct{} // told of every change of the above
	ended    chan struct{} // closed when the goroutine is gone
}

// errand is something to be done between two steps.
type errand struct {
	do   func() error
	done chan error
}

// start begins a run from new weights.
func (s *session) start(v safejs.Value) (result, error) {
	if s.train == nil {
		return result{}, refuse("no_data", "the images have not arrived yet")
	}
	field, err := v.Get("config")
	if err != nil {
		return result{}, err
	}
	var cfg struct {
		train.Config
		Workers int `json:"workers"`
	}
	if err := s.page.fromJS(field, &cfg); err != nil {
		return result{}, refuse("config", "the config cannot be read: %v", err)
	}
	if cfg.Model != s.spec.Name {
		return result{}, refuse("config", "this worker holds %s, not %q", s.spec.Name, cfg.Model)
	}
	whole, err := cfg.Config.Complete()
	if err != nil {
		return result{}, refuse("config", "%v", err)
	}
	paused, err := truth(v, "paused")
	if err != nil {
		return result{}, err
	}
	s.giveWay()
	if err := s.crew.prepare(s.spec); err != nil {
		return result{}, err
	}
	t, err := train.New(whole, s.data(), s.options())
	if err != nil {
		return result{}, err
	}
	s.take(t)
	s.run.paused = paused
	if err := s.crew.begin(word{Config: &whole, Kind: s.kind}, nil); err != nil {
		return result{}, err
	}
	s.launch()
	return result{fields: map[string]any{"config": s.words(), "steps": t.TotalSteps(), "images": t.Images()}}, nil
}

// words is the config as the page knows it.
func (s *session) words() any {
	return struct {
		train.Config
		Workers int `json:"workers"`
	}{s.run.trainer.State().Config, s.run.workers}
}

func (s *session) data() train.Data { return train.Data{Images: s.train, Kind: s.kind} }

func (s *session) options() train.Options {
	o := train.Options{Yield: s.yield}
	if s.crew != nil {
		o.Exchange = s.crew.exchange
	}
	return o
}

// take makes t the session's run.
func (s *session) take(t *train.Trainer) {
	s.run = &run{trainer: t, workers: s.crew.size(), wake: make(chan struct{}, 1)}
	s.bare = nil
}

// launch starts the run's goroutine, if it has steps to do.
func (s *session) launch() {
	r := s.run
	if r.going || r.trainer.Complete() {
		return
	}
	r.going, r.stop = true, false
	r.ended = make(chan struct{})
	go func() {
		err := r.trainer.Run(train.Hooks{Clock: seconds, Emit: func(e train.Event) { s.page.emit(e) }, AfterStep: s.between})
		r.going = false
		if err != nil {
			s.crew.abandon()
		}
		for _, e := range r.errand {
			e.done <- e.do()
		}
		r.errand = nil
		s.tellEnd(r, err)
		close(r.ended)
	}()
}

// seconds is the run's clock.
func seconds() float64 { return float64(time.Now().UnixMicro()) / 1e6 }

// tellEnd reports how the run's goroutine ended.
func (s *session) tellEnd(r *run, err error) {
	var diverged *train.DivergedError
	switch {
	case r.replaced:
	case err == nil:
		s.page.emit(s.lastEvent(r, train.EventDone))
	case errors.Is(err, train.ErrStopped):
		s.page.emit(s.lastEvent(r, train.EventInterrupted))
	case errors.As(err, &diverged):
		s.page.emit(map[string]any{"event": "failed", "code": "diverged", "message": diverged.Error()})
	default:
		s.page.emit(map[string]any{"event": "failed", "code": "run", "message": err.Error()})
	}
}

func (s *session) lastEvent(r *run, name string) train.Event {
	return r.trainer.LastEvent(name, train.Summary{Engine: "core", Device: "WebAssembly", Workers: r.workers})
}

// yield is called by all long work.
func (s *session) yield() error {
	if s.breath.due() {
		if err := s.breath.take(); err != nil {
			return err
		}
	}
	r := s.run
	if r == nil || !r.going {
		return nil
	}
	// A paused run holds here, in the middle of a step, until something is to
	// be done between steps.
	for r.paused && !r.stop && len(r.errand) == 0 {
		<-r.wake
	}
	if r.stop {
		return train.ErrStopped
	}
	return nil
}

// between is called between two steps.
func (s *session) between() error {
	r := s.run
	if r.left > 0 {
		if r.left--; r.left == 0 {
			r.paused = true
			s.page.emit(map[string]string{"event": "status", "status": "paused"})
		}
	}
	for {
		if len(r.errand) > 0 {
			e := r.errand[0]
			r.errand = slices.Delete(r.errand, 0, 1)
			e.done <- e.do()
			continue
		}
		if r.stop {
			return train.ErrStopped
		}
		if !r.paused {
			return s.crew.say(word{Say: "go"})
		}
		<-r.wake
	}
}

// poke wakes a run that holds.
func (r *run) poke() { nudge(r.wake) }

// nudge wakes whoever waits at a channel of one place.
func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// betweenSteps does f between two steps of the run, or at once if it stands.
func (r *run) betweenSteps(f func() error) error {
	if !r.going {
		return f()
	}
	e := errand{do: f, done: make(chan error, 1)}
	r.errand = append(r.errand, e)
	r.poke()
	return <-e.done
}

// giveWay ends the run without a word to the page: something takes its place.
func (s *session) giveWay() {
	if s.run != nil {
		s.run.replaced = true
	}
	s.end()
}

// end gives up the run's goroutine, if it has one.
func (s *session) end() {
	if s.run == nil || !s.run.going {
		return
	}
	s.run.stop = true
	s.run.poke()
	s.crew.poke()
	<-s.run.ended
}
