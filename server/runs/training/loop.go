package training

import (
	"errors"
	"fmt"
	"time"

	"atelier/core/optim"
	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
	"atelier/server/runs"
)

// SaveEvery is the time from one checkpoint to the next. A power cut may cost a
// minute: this, the step or the part of a validation that is going on then, and
// the save itself.
const SaveEvery = 45 * time.Second

// Loop trains a run and saves it: at every epoch, every minute, validations
// included, and at the end, however that comes. Where a save fails, say because
// the disk is full, the run goes on: the last good checkpoint stays, and the
// next try comes. Any of its functions may be nil.
type Loop struct {
	Run      engine.Run
	Folder   *runs.Folder
	Document *runs.Document
	Every    time.Duration // from one save to the next; 0: SaveEvery

	OnEvent func(train.Event)
	// BetweenSteps is called after each step; it may change the run, and its
	// error ends it.
	BetweenSteps func() error
	// BeforeEnd is called when the run has come to its end, before that is saved:
	// it may put the end off by changing the run.
	BeforeEnd   func()
	OnSave      func()
	OnSaveError func(f *failure.Failure)

	tried      time.Time // when a save was last tried
	epochEnded bool      // since then
	now        func() time.Time
	began      time.Time
	before     float64 // seconds that the run had trained before
}

// Train trains until the end or until something stops it, and returns the
// last event: done, or interrupted. Its error is nil in both cases; it is not
// nil where the run failed, and then the last good checkpoint stays.
func (l *Loop) Train() (train.Event, error) {
	if l.Every == 0 {
		l.Every = SaveEvery
	}
	if l.now == nil {
		l.now = time.Now
	}
	l.began, l.before = l.now(), l.Document.Seconds
	// A run that goes on has a checkpoint to fall back to, and need not be saved at once.
	if err := l.save(runs.Running); err != nil && !(l.Folder.HasCheckpoint() && l.goesOn(err)) {
		return train.Event{}, l.fail(err)
	}
	var last train.Event // the newest epoch
	hooks := train.Hooks{
		Clock: func() float64 { return l.now().Sub(l.began).Seconds() },
		Emit: func(e train.Event) {
			if e.Event == train.EventEpoch {
				last, l.epochEnded = e, true
			}
			l.emit(e)
		},
		AfterStep:  l.afterStep,
		Validating: l.saveIfDue,
	}
	err := engine.Recovered(func() error { return l.toTheEnd(hooks) })
	switch {
	case err == nil:
		return l.finish(last)
	case engine.Stopped(err):
		return l.interrupted()
	}
	return train.Event{}, l.fail(err)
}

// toTheEnd trains until the run is done, and no change has put its end off: more
// epochs may be asked for while the last one is validated.
func (l *Loop) toTheEnd(hooks train.Hooks) error {
	for {
		if err := l.Run.Run(hooks); err != nil {
			return err
		}
		if l.BeforeEnd != nil {
			l.BeforeEnd()
		}
		if l.Run.Done() {
			return nil
		}
	}
}

func (l *Loop) afterStep() error {
	if !l.Run.Done() { // its end is saved by finish
		if err := l.saveIfDue(); err != nil {
			return err
		}
	}
	if l.BetweenSteps != nil {
		return l.BetweenSteps()
	}
	return nil
}

// saveIfDue saves the run after an epoch, and where the last save is long ago. It
// is called within validations too: they may take longer than a minute.
func (l *Loop) saveIfDue() error {
	if !l.epochEnded && l.now().Sub(l.tried) < l.Every {
		return nil
	}
	if err := l.save(runs.Running); err != nil && !l.goesOn(err) {
		return err
	}
	return nil
}

// goesOn tells that a save failed, and says whether the run goes on all the same:
// it cannot where the run itself is what cannot be saved.
func (l *Loop) goesOn(err error) bool {
	if !failure.Is(err, failure.Save) {
		return false
	}
	l.Document.Warning = failure.Of(err)
	if l.OnSaveError != nil {
		l.OnSaveError(l.Document.Warning)
	}
	return true
}

func (l *Loop) save(state string) error {
	l.tried, l.epochEnded = l.now(), false
	d := l.Document
	d.State, d.Warning, d.Seconds = state, nil, l.seconds()
	if err := l.Folder.SaveRun(l.Run, d); err != nil {
		return err
	}
	if l.OnSave != nil {
		l.OnSave()
	}
	return nil
}

// seconds is how long the run has trained, all its parts together.
func (l *Loop) seconds() float64 { return l.before + l.now().Sub(l.began).Seconds() }

func (l *Loop) emit(e train.Event) {
	if l.OnEvent != nil {
		l.OnEvent(e)
	}
}

// retryDelay is the time between two tries to save a run that is done.
const retryDelay = 2 * time.Second

// finish saves a run that is done. It tries until that succeeds, since all of the
// run's work is in it, or until the run is told to end.
func (l *Loop) finish(last train.Event) (train.Event, error) {
	sha := l.Run.WeightsSHA256()
	l.Document.Result = &runs.Result{WeightsSHA256: sha}
	for {
		err := l.save(runs.Done)
		if err == nil {
			break
		}
		l.Document.State = runs.Running
		if !l.goesOn(err) || l.BetweenSteps == nil {
			return train.Event{}, l.fail(err)
		}
		if l.BetweenSteps() != nil {
			l.Document.Result = nil
			return train.Event{}, l.endUnsaved(err)
		}
		time.Sleep(retryDelay)
	}
	e := l.lastEvent(train.EventDone)
	if last.Event != "" {
		e.ImagesPerSecond = last.ImagesPerSecond
	}
	l.emit(e)
	return e, nil
}

// interrupted saves a run that was told to end on the way, maybe in the middle of
// a step, whose work is given up. Changes asked for meanwhile are saved with it.
func (l *Loop) interrupted() (train.Event, error) {
	if l.BetweenSteps != nil {
		_ = l.BetweenSteps() // the run ends whatever it says
	}
	if err := l.save(runs.Interrupted); err != nil {
		return train.Event{}, l.endUnsaved(err)
	}
	e := l.lastEvent(train.EventInterrupted)
	l.emit(e)
	return e, nil
}

// endUnsaved ends a run that was told to end and cannot be saved. Where the disk
// is to blame it is interrupted, and can go on from the checkpoint before.
func (l *Loop) endUnsaved(err error) error {
	if !failure.Is(err, failure.Save) || !l.Folder.HasCheckpoint() {
		return l.fail(err)
	}
	l.Document.State, l.Document.Warning = runs.Interrupted, failure.Of(err)
	if e := l.Folder.SaveDocument(l.Document); e != nil {
		return errors.Join(err, e)
	}
	return err
}

// lastEvent is done or interrupted, with the figures of the newest epoch, where
// there is one, and the summary.
func (l *Loop) lastEvent(name string) train.Event {
	env := l.Document.Environment
	return l.Run.LastEvent(name, train.Summary{Engine: env.Engine, Device: env.Device, Workers: env.Workers, Out: l.Folder.Path})
}

// fail notes why the run ended. Its last good checkpoint stays as it is.
func (l *Loop) fail(err error) error {
	var diverged *optim.DivergedError
	var f *failure.Failure
	switch {
	case errors.As(err, &diverged):
		f = failure.Wrap(err, failure.Diverged, fmt.Sprintf("Training diverged at step %d: %s", diverged.Step, diverged.Reason()),
			fmt.Sprintf("The learning rate was %g: try a smaller one. The last good checkpoint is kept", diverged.LR))
	case errors.As(err, &f):
	default:
		f = failure.Wrap(err, failure.Engine, "The run failed in its engine", "The last checkpoint is kept; the cause is in the log")
	}
	l.Document.State, l.Document.Error, l.Document.Seconds = runs.Failed, f, l.seconds()
	if e := l.Folder.SaveDocument(l.Document); e != nil {
		return errors.Join(f, e)
	}
	return f
}
