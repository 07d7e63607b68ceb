package runs

import (
	"errors"
	"fmt"
	"time"

	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
)

// SaveEvery is the longest time between two checkpoints: what a power cut may
// cost.
const SaveEvery = time.Minute

// Conductor trains a run and saves it: at every epoch, every minute, and at
// the end, however that comes.
type Conductor struct {
	Run      engine.Run
	Folder   *Folder
	Document *Document
	Emit     func(train.Event) // told what happens; may be nil
	// BetweenSteps is called after each step; it may change the run, and its
	// error ends it. It may be nil.
	BetweenSteps func() error
	Every        time.Duration // 0: SaveEvery
	Saved        func()        // called after each save; may be nil
}

// Conduct trains until the end or until something stops it, and returns the
// last event: done, or interrupted. Its error is nil in both cases; it is not
// nil where the run failed, and then the last good checkpoint stays.
func (c *Conductor) Conduct() (train.Event, error) {
	every := c.Every
	if every == 0 {
		every = SaveEvery
	}
	began, before := time.Now(), c.Document.Seconds
	elapsed := func() { c.Document.Seconds = before + time.Since(began).Seconds() }
	if err := c.save(Running); err != nil {
		return train.Event{}, err
	}
	saved := time.Now()
	var last train.Event // the newest epoch
	epochDone := false
	err := guarded(func() error {
		return c.Run.Run(train.Hooks{
			Clock: engine.Clock(),
			Emit: func(e train.Event) {
				if e.Event == train.EventEpoch {
					last, epochDone = e, true
				}
				c.emit(e)
			},
			AfterStep: func() error {
				if (epochDone || time.Since(saved) >= every) && !c.Run.Done() {
					elapsed()
					if err := c.save(Running); err != nil {
						return err
					}
					saved, epochDone = time.Now(), false
				}
				if c.BetweenSteps != nil {
					return c.BetweenSteps()
				}
				return nil
			},
		})
	})
	elapsed()
	switch {
	case err == nil:
		return c.finish(last)
	case engine.Stopped(err):
		return c.interrupted()
	}
	return train.Event{}, c.fail(err)
}

// guarded turns a panic of an engine into an error: the run fails, the server
// lives.
func guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the engine panicked: %v", p)
		}
	}()
	return f()
}

func (c *Conductor) save(state string) error {
	c.Document.State = state
	if err := c.Folder.SaveRun(c.Run, c.Document); err != nil {
		return failure.Wrap(err, "save", "The run could not be saved", "Is the disk full? The last good checkpoint is kept")
	}
	if c.Saved != nil {
		c.Saved()
	}
	return nil
}

func (c *Conductor) emit(e train.Event) {
	if c.Emit != nil {
		c.Emit(e)
	}
}

// finish saves a run that came to its end.
func (c *Conductor) finish(last train.Event) (train.Event, error) {
	sha := c.Run.WeightsSHA256()
	c.Document.Result = &Result{WeightsSHA256: sha}
	if err := c.save(Done); err != nil {
		return train.Event{}, err
	}
	e := c.final(train.EventDone)
	if last.Event != "" {
		e.ImagesPerSecond = last.ImagesPerSecond
	}
	c.emit(e)
	return e, nil
}

// interrupted saves a run that was stopped on the way.
func (c *Conductor) interrupted() (train.Event, error) {
	if err := c.save(Interrupted); err != nil {
		return train.Event{}, err
	}
	e := c.final(train.EventInterrupted)
	c.emit(e)
	return e, nil
}

// final is the last event of a run: the figures of its newest epoch, where
// there are any, and the summary.
func (c *Conductor) final(name string) train.Event {
	env := c.Document.Environment
	return c.Run.LastEvent(name, train.Summary{Engine: env.Engine, Device: env.Device, Workers: env.Workers, Out: c.Folder.Path})
}

// fail notes why the run ended. Its last good checkpoint stays as it is.
func (c *Conductor) fail(err error) error {
	var diverged *train.DivergedError
	var f *failure.Failure
	switch {
	case errors.As(err, &diverged):
		f = failure.Wrap(err, "diverged", "Training diverged: the loss is no longer a number", fmt.Sprintf("Step %d was at a learning rate of %g; try a smaller one", diverged.Step, diverged.LR))
	case errors.As(err, &f):
	default:
		f = failure.Wrap(err, "engine", "The run failed in its engine", "The last checkpoint is kept; the cause is in the log")
	}
	c.Document.State, c.Document.Error = Failed, f
	if e := c.Folder.SaveDocument(c.Document); e != nil {
		return errors.Join(f, e)
	}
	return f
}
