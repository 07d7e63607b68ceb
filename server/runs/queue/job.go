package queue

import (
	"context"
	"sync"
	"time"

	"atelier/core/train"
	"atelier/server/failure"
	"atelier/server/runs"
	"atelier/server/runs/eta"
	"atelier/server/runs/events"
)

// job is a run that waits here or trains.
type job struct {
	id        string
	events    *events.Hub
	allEvents *events.Hub       // the queue's
	changes   chan train.Change // asked for, and not made yet
	left      chan struct{}     // closed when the job has left the queue

	mu       sync.Mutex
	doc      runs.Document
	eta      eta.Estimator
	stop     chan struct{} // closed when the run was told to end
	endState string        // the state to end in: paused, stopped or interrupted; "": go on
	sealed   bool          // it takes no changes any more
}

// newJob makes a job of a run, queued.
func (q *Queue) newJob(d runs.Document) *job {
	d.State = runs.Queued
	return &job{
		id: d.ID, events: events.NewHub(), allEvents: q.events, changes: make(chan train.Change, 8),
		left: make(chan struct{}), stop: make(chan struct{}), doc: d,
	}
}

// endAs tells a run to end in a state; the first call counts.
func (j *job) endAs(state string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.endState == "" {
		j.endState = state
		close(j.stop)
	}
}

// endsAs is the state that the run was told to end in; empty where it was not.
func (j *job) endsAs() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.endState
}

// ending says whether the run does not go on, although it is still here: it was
// told to end, or has failed and is being written.
func (j *job) ending() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.endState != "" || j.doc.State == runs.Failed
}

// waitTimeout is how long a request waits for a run to save itself.
const waitTimeout = 10 * time.Second

// waitUntilLeft waits for a run that is ending to leave the queue.
func (j *job) waitUntilLeft(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, waitTimeout)
	defer cancel()
	select {
	case <-j.left:
		return nil
	case <-ctx.Done():
		return failure.New(failure.Busy, "The run has not finished its step yet; it will end after it", "Ask again in a moment")
	}
}

// document returns a copy of the run's document.
func (j *job) document() runs.Document {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.doc
}

// setDocument makes doc what readers of the API see.
func (j *job) setDocument(doc runs.Document) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.doc = doc
}

// setWarning notes what the run goes on in spite of.
func (j *job) setWarning(f *failure.Failure) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.doc.Warning = f
}

// observe notes where the run is between two saves.
func (j *job) observe(e train.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.eta.Observe(e)
	if e.Event == train.EventStep || e.Event == train.EventValidating {
		j.doc.State, j.doc.Step, j.doc.Steps = runs.Running, e.Step, e.Steps
	}
}

func (j *job) progress() Progress {
	j.mu.Lock()
	defer j.mu.Unlock()
	return Progress{j.doc, j.eta.ImagesPerSecond(), j.eta.SecondsLeft(j.doc.Step, j.doc.Steps)}
}

// publish tells the run's readers, and those of all runs.
func (j *job) publish(event any) {
	_ = j.events.Publish(event)
	_ = j.allEvents.Publish(events.Tagged{Run: j.id, Event: event})
}
