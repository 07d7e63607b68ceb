//go:build js && wasm

package main

import (
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/hack-pad/safejs"

	"atelier/core/optim"
	"atelier/core/train"
)

// run is a run and how it is steered. While it is paused its goroutine is gone
// and no step is under way: the state stands as after the last step told.
type run struct {
	trainer *train.Trainer
	workers int
	going   bool // its goroutine exists

	paused   bool
	stop     bool
	replaced bool // its end is not told
	over     bool // its end was told
	left     int  // steps until it pauses by itself; 0: none
	errand   []errand
	ended    chan struct{} // closed when the goroutine is gone
	settled  chan struct{} // closed when a pause has taken effect or is over; nil: nobody waits
	still    sync.Mutex    // held by what is done while no goroutine may start
}

// errand is something to be done between two steps.
type errand struct {
	do   func() error
	done chan error
}

// errPaused ends the goroutine of a run that pauses. The step under way is
// given up, and done again when the run goes on: a pause acts within a slice,
// however long a step takes.
var errPaused = errors.New("paused")

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
	if err := s.crew.begin(word{Say: "start", Config: &whole, Kind: s.kind}, nil); err != nil {
		return result{}, err
	}
	if err := s.launch(s.run); err != nil {
		return result{}, err
	}
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
	s.run = &run{trainer: t, workers: s.crew.size()}
	if s.crew != nil {
		s.crew.run = s.run
	}
	s.bare, s.fineTuned = nil, nil
}

// launch starts the run's goroutine, if the run is to go on and has steps to do.
func (s *session) launch(r *run) error {
	r.settle()
	r.still.Lock()
	defer r.still.Unlock()
	if r.going || r.paused || r.replaced || r.trainer.Complete() {
		return nil
	}
	if err := s.crew.say(word{Say: "again"}); err != nil {
		return err
	}
	// The run's weights move on, without what was fine-tuned beside it.
	s.fineTuned = nil
	r.going, r.stop, r.over = true, false, false
	r.ended = make(chan struct{})
	go s.follow(r)
	return nil
}

// follow is the run's goroutine.
func (s *session) follow(r *run) {
	for {
		err := r.trainer.Run(train.Hooks{Clock: seconds, Emit: func(e train.Event) { s.page.emit(e) }, AfterStep: s.between})
		r.still.Lock()
		r.going = false
		if err != nil {
			s.crew.abandon()
		}
		// The pause that gave up the step may be over already.
		if errors.Is(err, errPaused) && r.leaving() == nil {
			if err = s.crew.say(word{Say: "again"}); err == nil {
				r.going = true
				r.still.Unlock()
				continue
			}
		}
		s.tellEnd(r, err)
		close(r.ended)
		r.settle()
		for _, e := range r.errand {
			e.done <- e.do()
		}
		r.errand = nil
		r.still.Unlock()
		return
	}
}

var began = time.Now()

// seconds is the worker's clock: the monotonic one, which in a browser counts
// microseconds where the calendar's counts milliseconds.
func seconds() float64 { return time.Since(began).Seconds() }

// tellEnd reports how the run's goroutine ended, as the last thing that it
// tells: whoever reads "paused" sees a run that stands.
func (s *session) tellEnd(r *run, err error) {
	var diverged *optim.DivergedError
	switch {
	case r.replaced:
		return
	case errors.Is(err, errPaused):
		s.page.emit(map[string]string{"event": "status", "status": "paused"})
		return
	case err == nil:
		s.page.emit(s.lastEvent(r, train.EventDone))
	case errors.Is(err, train.ErrStopped):
		// The end's fingerprint takes a moment: whoever pressed Stop need not wait for it.
		s.page.emit(map[string]string{"event": "status", "status": "stopped"})
		s.page.emit(s.lastEvent(r, train.EventInterrupted))
	case errors.As(err, &diverged):
		s.page.emit(map[string]any{"event": "failed", "code": "diverged", "message": diverged.Error()})
	default:
		s.page.emit(map[string]any{"event": "failed", "code": "run", "message": err.Error()})
	}
	r.over = true
}

func (s *session) lastEvent(r *run, name string) train.Event {
	return r.trainer.LastEvent(name, train.Summary{Engine: "core", Device: "WebAssembly", Workers: r.workers})
}

// leaving reports why the run's goroutine is to end, nil where it is not.
func (r *run) leaving() error {
	switch {
	case r.stop:
		return train.ErrStopped
	case r.paused:
		return errPaused
	}
	return nil
}

// yield is called by all long work of a run.
func (s *session) yield() error {
	if s.breath.due(slice) {
		if err := s.breath.take(); err != nil {
			return err
		}
	}
	if r := s.run; r != nil && r.going {
		return r.leaving()
	}
	return nil
}

// between is called between two steps.
func (s *session) between() error {
	r := s.run
	if r.left > 0 {
		if r.left--; r.left == 0 {
			r.paused = true
		}
	}
	for len(r.errand) > 0 {
		e := r.errand[0]
		r.errand = slices.Delete(r.errand, 0, 1)
		e.done <- e.do()
	}
	if err := r.leaving(); err != nil {
		return err
	}
	return s.crew.say(word{Say: "go"})
}

// nudge wakes whoever waits at a channel of one place.
func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// betweenSteps does f between two steps of the run, or at once if it stands.
func (r *run) betweenSteps(f func() error) error {
	r.still.Lock()
	if !r.going {
		defer r.still.Unlock()
		return f()
	}
	e := errand{do: f, done: make(chan error, 1)}
	r.errand = append(r.errand, e)
	r.still.Unlock()
	return <-e.done
}

// stand waits until a run that pauses stands still, or goes on.
func (r *run) stand() {
	if !r.going {
		return
	}
	if r.settled == nil {
		r.settled = make(chan struct{})
	}
	<-r.settled
}

// settle lets go of who waits in stand.
func (r *run) settle() {
	if r.settled != nil {
		close(r.settled)
		r.settled = nil
	}
}

// giveWay ends the run without a word to the page: something takes its place.
func (s *session) giveWay() {
	if s.run == nil {
		return
	}
	s.run.replaced = true
	s.end()
	// What is done with it while it stands ends too.
	s.crew.poke()
	s.run.still.Lock()
	defer s.run.still.Unlock()
}

// end gives up the run's goroutine, if it has one.
func (s *session) end() {
	if s.run == nil || !s.run.going {
		return
	}
	s.run.stop = true
	s.crew.poke()
	<-s.run.ended
}
