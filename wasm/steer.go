//go:build js && wasm

package main

import (
	"runtime"

	"github.com/hack-pad/safejs"

	"atelier/core/checkpoint"
	"atelier/core/train"
)

// The commands that steer a run.

func (s *session) theRun() (*run, error) {
	if s.run == nil {
		return nil, refuse("no_run", "there is no run: press Train first")
	}
	return s.run, nil
}

// pause answers when the run stands still and has told all that it tells.
func (s *session) pause(safejs.Value) (result, error) {
	r, err := s.theRun()
	if err != nil {
		return result{}, err
	}
	r.paused, r.left = true, 0
	s.crew.poke()
	r.stand()
	return result{}, nil
}

func (s *session) resume(safejs.Value) (result, error) {
	r, err := s.theRun()
	if err != nil {
		return result{}, err
	}
	if r.trainer.Complete() {
		return result{}, complete(r)
	}
	r.paused, r.left = false, 0
	return result{}, s.launch(r)
}

// complete refuses to go on with a run that has nothing left to do.
func complete(r *run) error {
	return refuse("complete", "the run has taken all of its %d steps", r.trainer.TotalSteps())
}

func (s *session) step(v safejs.Value) (result, error) {
	r, err := s.theRun()
	if err != nil {
		return result{}, err
	}
	n, err := number(v, "n")
	if err != nil {
		return result{}, err
	}
	if n < 1 || n > 1e6 {
		return result{}, refuse("command", "n must be 1 to 1,000,000 steps, not %g", n)
	}
	if r.trainer.Complete() {
		return result{}, complete(r)
	}
	r.left, r.paused = int(n), false
	return result{}, s.launch(r)
}

func (s *session) stop(safejs.Value) (result, error) {
	r, err := s.theRun()
	if err != nil {
		return result{}, err
	}
	s.end()
	// The goroutine of a paused run has left without an end.
	if !r.over && !r.trainer.Complete() {
		s.tellEnd(r, train.ErrStopped)
	}
	return result{}, nil
}

func (s *session) reset(safejs.Value) (result, error) {
	s.giveWay()
	s.run, s.bare, s.fineTuned, s.judges = nil, nil, nil, judges{}
	return result{}, nil
}

func (s *session) change(v safejs.Value) (result, error) {
	r, err := s.theRun()
	if err != nil {
		return result{}, err
	}
	key, err := text(v, "key")
	if err != nil {
		return result{}, err
	}
	value, err := number(v, "value")
	if err != nil {
		return result{}, err
	}
	var step int
	err = r.betweenSteps(func() error {
		step = r.trainer.State().Step
		if err := r.trainer.Change(key, value); err != nil {
			return refuse("change", "%v", err)
		}
		return s.crew.say(word{Say: "change", Key: key, Value: value})
	})
	return result{fields: map[string]int{"step": step}}, err
}

func (s *session) fingerprint(safejs.Value) (result, error) {
	if alone := s.alone(s.fineTuned); alone != nil {
		return result{fields: map[string]any{"weights_sha256": alone.WeightsSHA256(), "step": 0}}, nil
	}
	r, err := s.theRun()
	if err != nil {
		return result{}, err
	}
	var fields map[string]any
	err = r.betweenSteps(func() error {
		fields = map[string]any{"weights_sha256": r.trainer.Net.WeightsSHA256(), "step": r.trainer.State().Step}
		return nil
	})
	return result{fields: fields}, err
}

// errGone refuses to save a run in whose place another is by now: the crew is
// that one's, and would mistake the words for its own.
var errGone = refuse("replaced", "the run was replaced while it was being saved")

// save takes the run's state between two steps, and says which step it is of.
// The draft is the only copy: WebAssembly's memory never shrinks.
func (s *session) save(r *run) (d *checkpoint.Draft, step int, err error) {
	err = r.betweenSteps(func() error {
		if s.run != r || r.replaced {
			return errGone
		}
		if err := s.crew.say(word{Say: "share"}); err != nil {
			return err
		}
		if err := r.trainer.Share(); err != nil {
			return err
		}
		step = r.trainer.State().Step
		f, err := r.trainer.View()
		if err != nil {
			return err
		}
		d, err = checkpoint.Begin(f)
		return err
	})
	return d, step, err
}

func (s *session) state(safejs.Value) (result, error) {
	r, err := s.theRun()
	if err != nil {
		return result{}, err
	}
	// One save at a time, and the copy of the last one goes first.
	s.saving.Lock()
	defer s.saving.Unlock()
	runtime.GC()
	// Whoever goes on or stops meanwhile is heard: the run may move on once its state is taken.
	if err := s.breathe(); err != nil {
		return result{}, err
	}
	d, step, err := s.save(r)
	if err != nil {
		return result{}, err
	}
	b, err := d.Finish(func() error {
		if s.run != r {
			return errGone
		}
		return s.breathe()
	})
	if err != nil {
		return result{}, err
	}
	return result{fields: map[string]int{"step": step}, buffers: map[string][]byte{"bytes": b}}, nil
}
