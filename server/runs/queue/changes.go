package queue

import (
	"fmt"

	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
)

// Change sets a hyperparameter of the run in progress from its next step on.
func (q *Queue) Change(id, key string, value float64) error {
	c := train.Change{Key: key, Value: value}
	if err := c.Validate(); err != nil {
		return failure.New(failure.Usage, failure.Sentence(err.Error()), "")
	}
	q.mu.Lock()
	j := q.training
	q.mu.Unlock()
	if j == nil || j.id != id {
		return failure.New(failure.Conflict, "The run does not train now", "Only a running run can be changed")
	}
	return j.accept(c)
}

// accept takes a change for the next step, or says why it cannot be made.
func (j *job) accept(c train.Change) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.sealed {
		return failure.New(failure.Conflict, "The run is at its end, and takes no change any more", "Resume it first, if it was paused or stopped")
	}
	if j.eta.StepsPerEpoch > 0 { // else it has not begun
		if err := c.TooLate(j.doc.Step, j.eta.StepsPerEpoch); err != nil {
			return failure.New(failure.Usage, failure.Sentence(err.Error()), "")
		}
	}
	if len(j.doc.Changes)+len(j.changes) >= train.MaxChanges {
		return failure.New(failure.Conflict, fmt.Sprintf("The run has had %d changes: it can take no more", train.MaxChanges), "")
	}
	select {
	case j.changes <- c:
		return nil
	default:
		return failure.New(failure.Busy, "Too many changes wait for the next step", "")
	}
}

// betweenSteps makes the changes that were asked for, and ends the run if it
// was told to.
func (j *job) betweenSteps(q *Queue, run engine.Run) error {
	j.makeChanges(q, run, false)
	if j.endsAs() != "" {
		return train.ErrStopped
	}
	return nil
}

// makeChanges makes the changes that were asked for. A run that was told to end, or
// is done after its last step (atEnd), accepts no more from then on: none that was
// accepted is lost.
func (j *job) makeChanges(q *Queue, run engine.Run, atEnd bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for {
		select {
		case c := <-j.changes:
			if err := run.Change(c.Key, c.Value); err != nil {
				q.Store.Log.Printf("Run %s: %v", j.id, err)
				continue
			}
			j.doc.Changes = run.State().Changes
			continue
		default:
		}
		j.sealed = j.sealed || j.endState != "" || atEnd && run.Done()
		return
	}
}

// seal has the run accept no changes any more.
func (j *job) seal() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sealed = true
}
