package queue

import (
	"context"
	"slices"
	"time"

	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
	"atelier/server/runs"
	"atelier/server/runs/events"
)

// Order is what a person asks a new run to be.
type Order struct {
	Config train.Config
	Engine string // auto, core or gomlx
}

// Add puts a new run into the queue. It is on disk when Add returns.
func (q *Queue) Add(o Order) (runs.Document, error) {
	cfg, err := o.Config.Complete()
	if err != nil {
		return runs.Document{}, failure.New(failure.Usage, failure.Sentence(err.Error()), "")
	}
	if err := engine.Known(o.Engine); err != nil {
		return runs.Document{}, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if err := q.roomForOne(); err != nil {
		return runs.Document{}, err
	}
	now := time.Now()
	id, err := q.Store.FreeID(runs.NewID(cfg, now))
	if err != nil {
		return runs.Document{}, err
	}
	d := runs.Document{ID: id, Owner: runs.ByServer, Asked: o.Engine, Created: now.UTC(), Config: cfg, History: train.History{}}
	set := q.Data()
	d.Environment.Data, d.Images = set.Kind, runs.EpochImages(set, cfg)
	return q.enqueue(q.newJob(d), nil)
}

// enqueue writes the run's document, and a checkpoint if one came from outside,
// and lets the worker see it. What it refuses leaves the disk as it was. The
// queue is locked.
func (q *Queue) enqueue(j *job, checkpoint []byte) (runs.Document, error) {
	isNew := !q.Store.Has(j.id)
	folder, err := q.Store.Open(j.id)
	if err != nil {
		return runs.Document{}, err
	}
	err = q.Store.Write(folder, &j.doc, checkpoint)
	closeFolder := folder.Close
	if err != nil && isNew {
		closeFolder = folder.Discard
	}
	if e := closeFolder(); e != nil {
		q.Store.Log.Printf("Run %s: %v", j.id, e)
	}
	if err != nil {
		return runs.Document{}, err
	}
	q.waiting = append(q.waiting, j)
	j.publish(events.NewState(runs.Queued, nil))
	q.Wake()
	return j.document(), nil
}

// Resume puts a run that is not done back into the queue. One that is ending is
// waited for.
func (q *Queue) Resume(ctx context.Context, id string) (runs.Document, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for j := q.find(id); j != nil; j = q.find(id) {
		if !j.ending() {
			return j.document(), nil // it goes on already
		}
		q.mu.Unlock()
		err := j.waitUntilLeft(ctx)
		q.mu.Lock()
		if err != nil {
			return runs.Document{}, err
		}
	}
	d, err := q.Store.Read(id)
	if err != nil {
		return runs.Document{}, err
	}
	if d.State == runs.Done {
		return runs.Document{}, failure.New(failure.Conflict, "The run is done", "Begin a new one, or extend it with atelier train -resume")
	}
	if err := q.roomForOne(); err != nil {
		return runs.Document{}, err
	}
	d.Owner, d.Error, d.Warning = runs.ByServer, nil, nil
	return q.enqueue(q.newJob(d), nil)
}

// Pause ends a run's training, saved, until Resume goes on with it. It returns
// when the run has been saved, or says that this takes longer.
func (q *Queue) Pause(ctx context.Context, id string) (runs.Document, error) {
	return q.end(ctx, id, runs.Paused)
}

// Stop is Pause for good, as far as the person is concerned: Resume goes on with a
// stopped run too.
func (q *Queue) Stop(ctx context.Context, id string) (runs.Document, error) {
	return q.end(ctx, id, runs.Stopped)
}

// end ends a run in a state, whether it waits, trains or rests.
func (q *Queue) end(ctx context.Context, id, state string) (runs.Document, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	j := q.find(id)
	if j == nil {
		return q.setState(id, state)
	}
	if j != q.training {
		return q.takeOut(j, state)
	}
	j.endAs(state)
	q.mu.Unlock()
	err := j.waitUntilLeft(ctx)
	q.mu.Lock()
	if err != nil {
		return runs.Document{}, err
	}
	if j := q.find(id); j != nil { // somebody goes on with it
		return j.document(), nil
	}
	return q.setState(id, state) // it may have been told to end in another state before
}

// takeOut takes a run that waits out of the queue once its state is on disk. The
// queue is locked.
func (q *Queue) takeOut(j *job, state string) (runs.Document, error) {
	d, err := q.setState(j.id, state)
	if err != nil {
		return runs.Document{}, err
	}
	q.waiting = slices.DeleteFunc(q.waiting, func(other *job) bool { return other == j })
	_ = j.events.Publish(events.NewState(d.State, nil))
	j.events.Close()
	return d, nil
}

// setState writes the state of a run that does not train here. The queue is
// locked, so that the run does not begin meanwhile.
func (q *Queue) setState(id, state string) (runs.Document, error) {
	d, err := q.Store.Read(id)
	if err != nil {
		return runs.Document{}, err
	}
	if d.State == runs.Done || d.State == runs.Failed || d.State == state {
		return d, nil
	}
	folder, err := q.Store.Open(id)
	if err != nil {
		return runs.Document{}, err // a terminal trains it
	}
	defer folder.Close()
	d.State = state
	if err := q.Store.Write(folder, &d, nil); err != nil {
		return runs.Document{}, err
	}
	_ = q.events.Publish(events.Tagged{Run: id, Event: events.NewState(state, nil)})
	return d, nil
}
