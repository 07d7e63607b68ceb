package queue

import (
	"atelier/server/runs"
	"atelier/server/runs/events"
)

// Events subscribes to a run's events. For a run at rest the stream is closed
// at once.
func (q *Queue) Events(id string, after uint64) (doc runs.Document, missed []events.Message, now uint64, r *events.Reader, err error) {
	q.mu.Lock()
	j := q.find(id)
	q.mu.Unlock()
	if j == nil {
		doc, err = q.Store.Read(id)
		hub := events.NewHub()
		hub.Close()
		_, now, r = hub.Subscribe(0)
		return doc, nil, now, r, err
	}
	missed, now, r = j.events.Subscribe(after)
	return j.document(), missed, now, r, nil
}

// AllEvents subscribes to the events of all runs, each as an events.Tagged: a
// browser opens six connections to a server at most, so that a page with a stream
// for each run would soon stand still. docs are the runs as they are now.
func (q *Queue) AllEvents(after uint64) (docs []runs.Document, missed []events.Message, now uint64, r *events.Reader, err error) {
	missed, now, r = q.events.Subscribe(after)
	if docs, err = q.List(); err != nil {
		r.Close()
	}
	return docs, missed, now, r, err
}
