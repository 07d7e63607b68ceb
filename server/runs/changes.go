package runs

import (
	"fmt"

	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
)

// Change sets a hyperparameter of the run in progress from its next step on.
func (m *Manager) Change(id, key string, value float64) error {
	c := train.Change{Key: key, Value: value}
	if err := c.Validate(); err != nil {
		return failure.New(failure.Usage, failure.Sentence(err.Error()), "")
	}
	m.mu.Lock()
	a := m.current
	m.mu.Unlock()
	if a == nil || a.id != id {
		return failure.New(failure.Conflict, "The run does not train now", "Only a running run can be changed")
	}
	return a.request(c)
}

// request accepts a change for the next step, or says why it cannot be made.
func (a *active) request(c train.Change) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.shut {
		return failure.New(failure.Conflict, "The run is at its end, and takes no change any more", "Resume it first, if it was paused or stopped")
	}
	if a.pace.perEpoch > 0 { // else it begins
		if err := c.TooLate(a.doc.Step, a.pace.perEpoch); err != nil {
			return failure.New(failure.Usage, failure.Sentence(err.Error()), "")
		}
	}
	if len(a.doc.Changes)+len(a.ask) >= train.MaxChanges {
		return failure.New(failure.Conflict, fmt.Sprintf("The run has had %d changes: it can take no more", train.MaxChanges), "")
	}
	select {
	case a.ask <- c:
		return nil
	default:
		return failure.New(failure.Busy, "Too many changes wait for the next step", "")
	}
}

// betweenSteps makes the changes that were asked for, and ends the run if it
// was told to.
func (a *active) betweenSteps(m *Manager, run engine.Run) error {
	a.take(m, run, false)
	if a.told() != "" {
		return train.ErrStopped
	}
	return nil
}

// take makes the changes that were asked for. A run that was told to end, or
// whose end has come, takes no more from then on: none that was accepted is lost.
func (a *active) take(m *Manager, run engine.Run, closing bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for {
		select {
		case c := <-a.ask:
			if err := run.Change(c.Key, c.Value); err != nil {
				m.Log.Printf("Run %s: %v", a.id, err)
				continue
			}
			a.doc.Changes = run.State().Changes
			continue
		default:
		}
		a.shut = a.shut || a.as != "" || closing && run.Done()
		return
	}
}
