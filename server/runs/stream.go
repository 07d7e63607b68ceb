package runs

import "atelier/server/failure"

// stateEvent tells readers that a run's state has changed.
type stateEvent struct {
	Event string           `json:"event"` // "state"
	State string           `json:"state"`
	Error *failure.Failure `json:"error,omitempty"`
}

// unsavedEvent tells readers that a run goes on although it could not be saved.
type unsavedEvent struct {
	Event string           `json:"event"` // "unsaved"
	Step  int              `json:"step"`
	Error *failure.Failure `json:"error"`
}

// Tagged is an event in the stream of all runs: whose it is, and what the
// run's own stream tells.
type Tagged struct {
	Run   string `json:"run"`
	Event any    `json:"event"`
}

// publish tells the run's readers, and those of all runs.
func (a *active) publish(v any) {
	_ = a.hub.Publish(v)
	_ = a.all.Publish(Tagged{a.id, v})
}

// Events subscribes to a run's events. For a run at rest the stream is closed
// at once.
func (m *Manager) Events(id string, after uint64) (doc Document, missed []Message, now uint64, r *Reader, err error) {
	m.mu.Lock()
	a := m.find(id)
	m.mu.Unlock()
	if a == nil {
		doc, err = m.read(id)
		hub := NewHub()
		hub.Close()
		_, now, r = hub.Subscribe(0)
		return doc, nil, now, r, err
	}
	missed, now, r = a.hub.Subscribe(after)
	return a.document(), missed, now, r, nil
}

// AllEvents subscribes to the events of all runs, each as a Tagged: a browser
// opens six connections to a server at most, so that a page with a stream for
// each run would soon stand still. docs are the runs as they are now.
func (m *Manager) AllEvents(after uint64) (docs []Document, missed []Message, now uint64, r *Reader, err error) {
	missed, now, r = m.all.Subscribe(after)
	if docs, err = m.List(); err != nil {
		r.Close()
	}
	return docs, missed, now, r, err
}
