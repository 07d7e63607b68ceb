package runs

import (
	"errors"
	"fmt"
	"time"

	"atelier/core/optim"
	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
)

// SaveEvery is the time from one checkpoint to the next. A power cut may cost a
// minute: this, the step or the part of a validation that is going on then, and
// the save itself.
const SaveEvery = 45 * time.Second

// Conductor trains a run and saves it: at every epoch, every minute, validations
// included, and at the end, however that comes. Where a save fails, say because the disk is
// full, the run goes on: the last good checkpoint stays, and the next try comes.
type Conductor struct {
	Run      engine.Run
	Folder   *Folder
	Document *Document
	Emit     func(train.Event) // told what happens; may be nil
	// BetweenSteps is called after each step; it may change the run, and its
	// error ends it. It may be nil.
	BetweenSteps func() error
	// Closing is called when the run has come to its end, before that is saved:
	// it may put the end off once more by changing the run. It may be nil.
	Closing func()
	Every   time.Duration            // 0: SaveEvery
	Saved   func()                   // called after each save; may be nil
	Unsaved func(f *failure.Failure) // called after each save that failed; may be nil

	tried     time.Time // when a save was last tried
	epochDone bool      // since then
	now       func() time.Time
	began     time.Time
	before    float64 // seconds of the run before this Conduct
}

// Conduct trains until the end or until something stops it, and returns the
// last event: done, or interrupted. Its error is nil in both cases; it is not
// nil where the run failed, and then the last good checkpoint stays.
func (c *Conductor) Conduct() (train.Event, error) {
	if c.Every == 0 {
		c.Every = SaveEvery
	}
	if c.now == nil {
		c.now = time.Now
	}
	c.began, c.before = c.now(), c.Document.Seconds
	// A run that goes on has a checkpoint to fall back to, and need not be saved at once.
	if err := c.save(Running); err != nil && !(c.Folder.holdsRun() && c.unsaved(err)) {
		return train.Event{}, c.fail(err)
	}
	var last train.Event // the newest epoch
	hooks := train.Hooks{
		Clock: func() float64 { return c.now().Sub(c.began).Seconds() },
		Emit: func(e train.Event) {
			if e.Event == train.EventEpoch {
				last, c.epochDone = e, true
			}
			c.emit(e)
		},
		AfterStep:  c.afterStep,
		Validating: c.validating,
	}
	err := guarded(func() error { return c.train(hooks) })
	switch {
	case err == nil:
		return c.finish(last)
	case engine.Stopped(err):
		return c.interrupted()
	}
	return train.Event{}, c.fail(err)
}

// train runs until the end that the run has when no change comes any more: one
// of the number of epochs may come while the last of them is validated.
func (c *Conductor) train(hooks train.Hooks) error {
	for {
		if err := c.Run.Run(hooks); err != nil {
			return err
		}
		if c.Closing != nil {
			c.Closing()
		}
		if c.Run.Done() {
			return nil
		}
	}
}

// afterStep saves the run where it is time to.
func (c *Conductor) afterStep() error {
	if c.due() && !c.Run.Done() {
		if err := c.save(Running); err != nil && !c.unsaved(err) {
			return err
		}
	}
	if c.BetweenSteps != nil {
		return c.BetweenSteps()
	}
	return nil
}

// validating saves the run before a validation and within it, where it is time
// to: it may take longer than a minute.
func (c *Conductor) validating() error {
	if c.due() {
		if err := c.save(Running); err != nil && !c.unsaved(err) {
			return err
		}
	}
	return nil
}

// due says whether a checkpoint is to be written now.
func (c *Conductor) due() bool { return c.epochDone || c.now().Sub(c.tried) >= c.Every }

// unsaved tells that a save failed, and says whether the run can go on all the
// same: it cannot where the run itself is what cannot be saved.
func (c *Conductor) unsaved(err error) bool {
	if !failure.Is(err, codeSave) {
		return false
	}
	c.Document.Warning = failure.Of(err)
	if c.Unsaved != nil {
		c.Unsaved(c.Document.Warning)
	}
	return true
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

// codeSave is the failure of a save that the disk is to blame for.
const codeSave = "save"

func (c *Conductor) save(state string) error {
	c.tried, c.epochDone = c.now(), false
	d := c.Document
	d.State, d.Warning, d.Seconds = state, nil, c.seconds()
	if err := c.Folder.SaveRun(c.Run, d); err != nil {
		return err
	}
	if c.Saved != nil {
		c.Saved()
	}
	return nil
}

// seconds is how long the run has trained, all its parts together.
func (c *Conductor) seconds() float64 { return c.before + c.now().Sub(c.began).Seconds() }

func (c *Conductor) emit(e train.Event) {
	if c.Emit != nil {
		c.Emit(e)
	}
}

// retryEnd is how soon a run that has ended is tried to be saved again.
const retryEnd = 2 * time.Second

// finish saves a run that came to its end: for as long as it takes, since all
// of the run's work is in it, or until somebody gives up.
func (c *Conductor) finish(last train.Event) (train.Event, error) {
	sha := c.Run.WeightsSHA256()
	c.Document.Result = &Result{WeightsSHA256: sha}
	for {
		err := c.save(Done)
		if err == nil {
			break
		}
		c.Document.State = Running
		if !c.unsaved(err) || c.BetweenSteps == nil {
			return train.Event{}, c.fail(err)
		}
		if c.BetweenSteps() != nil {
			c.Document.Result = nil
			return train.Event{}, c.leave(err)
		}
		time.Sleep(retryEnd)
	}
	e := c.final(train.EventDone)
	if last.Event != "" {
		e.ImagesPerSecond = last.ImagesPerSecond
	}
	c.emit(e)
	return e, nil
}

// interrupted saves a run that was stopped on the way, maybe in the middle of a
// step, which is given up: what was asked for meanwhile is saved with it.
func (c *Conductor) interrupted() (train.Event, error) {
	if c.BetweenSteps != nil {
		_ = c.BetweenSteps() // it is known that the run ends
	}
	if err := c.save(Interrupted); err != nil {
		return train.Event{}, c.leave(err)
	}
	e := c.final(train.EventInterrupted)
	c.emit(e)
	return e, nil
}

// leave ends a run that was told to end and cannot be saved once more. Where the
// disk is to blame it stays interrupted, and goes on from the checkpoint before.
func (c *Conductor) leave(err error) error {
	if !failure.Is(err, codeSave) || !c.Folder.holdsRun() {
		return c.fail(err)
	}
	c.Document.State, c.Document.Warning = Interrupted, failure.Of(err)
	if e := c.Folder.SaveDocument(c.Document); e != nil {
		return errors.Join(err, e)
	}
	return err
}

// final is the last event of a run: the figures of its newest epoch, where
// there are any, and the summary.
func (c *Conductor) final(name string) train.Event {
	env := c.Document.Environment
	return c.Run.LastEvent(name, train.Summary{Engine: env.Engine, Device: env.Device, Workers: env.Workers, Out: c.Folder.Path})
}

// fail notes why the run ended. Its last good checkpoint stays as it is.
func (c *Conductor) fail(err error) error {
	var diverged *optim.DivergedError
	var f *failure.Failure
	switch {
	case errors.As(err, &diverged):
		f = failure.Wrap(err, "diverged", fmt.Sprintf("Training diverged at step %d: %s", diverged.Step, diverged.Reason()),
			fmt.Sprintf("The learning rate was %g: try a smaller one. The last good checkpoint is kept", diverged.LR))
	case errors.As(err, &f):
	default:
		f = failure.Wrap(err, "engine", "The run failed in its engine", "The last checkpoint is kept; the cause is in the log")
	}
	c.Document.State, c.Document.Error, c.Document.Seconds = Failed, f, c.seconds()
	if e := c.Folder.SaveDocument(c.Document); e != nil {
		return errors.Join(f, e)
	}
	return f
}
