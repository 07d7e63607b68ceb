package queue

import (
	"sync"

	"atelier/core/fashion"
	"atelier/core/sample"
	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
	"atelier/server/runs"
	"atelier/server/runs/events"
	"atelier/server/runs/training"
)

// work trains one run after the other until the server stops.
func (q *Queue) work() {
	defer close(q.done)
	for {
		j := q.next()
		if j == nil {
			select {
			case <-q.closing:
				return
			case <-q.wake:
			}
			continue
		}
		q.trainJob(j)
		q.mu.Lock()
		q.training = nil
		q.mu.Unlock()
		j.events.Close()
		close(j.left)
	}
}

// next takes the first run whose data is there; nil: there is none now.
func (q *Queue) next() *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case <-q.closing:
		return nil
	default:
	}
	for i, j := range q.waiting {
		if q.dataset(j.doc.Environment.Data) == nil {
			continue // waits for the download
		}
		q.waiting = append(q.waiting[:i:i], q.waiting[i+1:]...)
		q.training = j
		return j
	}
	return nil
}

// drawn is the sample of those runs that were begun on it. It can always be made.
var drawn = sync.OnceValue(sample.Dataset)

// dataset is what a run of such data trains on, whatever there is for new runs;
// nil while the real one is not there.
func (q *Queue) dataset(kind string) *fashion.Dataset {
	set := q.Data()
	switch kind {
	case "", set.Kind:
		return set
	case fashion.KindDrawn:
		return drawn()
	}
	return nil
}

// trainJob trains a run until it ends or is told to, and leaves its state on disk.
func (q *Queue) trainJob(j *job) {
	err := engine.Recovered(func() error { return q.train(j) })
	if err == nil {
		return
	}
	j.seal()
	q.endUnsaved(j, err)
}

// endUnsaved ends a run that could not be saved at its end, or has failed. One
// that was told to end can go on from the checkpoint before, where there is one.
func (q *Queue) endUnsaved(j *job, err error) {
	doc, state := j.document(), j.endsAs()
	if state != "" && failure.Is(err, failure.Save) && doc.State != runs.Failed {
		q.Store.Log.Printf("Run %s was not saved at its end: %v", j.id, err)
		doc.State = state
	} else {
		q.Store.Log.Printf("Run %s failed: %v", j.id, err)
		doc.State, doc.Error = runs.Failed, failure.Of(err)
	}
	j.setDocument(q.Store.WriteOrKeep(doc))
	j.publish(events.NewState(doc.State, doc.Error))
}

// engineFor is the engine that a run asks for. One that was begun on the core
// by "the fastest" goes on there: on another its bits would change.
func engineFor(d *runs.Document) string {
	if (d.Asked == "" || d.Asked == "auto") && d.Environment.Engine == "core" {
		return "core"
	}
	return d.Asked
}

// train opens the run's folder, begins or resumes the run, trains it, and tests it
// where it is done.
func (q *Queue) train(j *job) error {
	folder, err := q.Store.Open(j.id)
	if err != nil {
		return err
	}
	defer folder.Close()
	doc := j.document()
	eng, note, err := q.Engine(engineFor(&doc))
	if err != nil {
		return err
	}
	if note != "" {
		q.Store.Log.Printf("Run %s: on %s: %s (%s)", j.id, eng.Name(), eng.Device(), note)
	}
	set := q.dataset(doc.Environment.Data)
	run, err := q.begin(j, folder, eng, doc.Config, set)
	if err != nil {
		return err
	}
	defer run.Close()
	doc.Environment = runs.NewEnvironment(eng, set.Kind)
	j.begun(doc, run, set)
	loop := q.loop(j, folder, &doc, run)
	last, err := loop.Train()
	if err != nil {
		j.setDocument(doc)
		return err
	}
	if last.Event == train.EventDone {
		if err := training.Test(folder, &doc, set, j.stop); err != nil && !engine.Stopped(err) {
			q.Store.Log.Printf("Run %s: its test failed: %v", j.id, err) // which takes nothing from the run
		}
	} else {
		doc.State = j.endsAs()
	}
	return q.writeEnd(j, folder, &doc)
}

// begin makes the run, or goes on from its newest whole checkpoint.
func (q *Queue) begin(j *job, folder *runs.Folder, eng engine.Engine, cfg train.Config, set *fashion.Dataset) (engine.Run, error) {
	data := train.Data{Images: &set.Train, Kind: set.Kind}
	file, from, err := folder.Checkpoint()
	if failure.Is(err, failure.NotFound) {
		return eng.New(cfg, data, engine.Yield(j.stop))
	}
	if err != nil {
		return nil, err
	}
	if from != runs.LastFile {
		q.Store.Log.Printf("Run %s: %s is damaged or missing; going on from %s.", j.id, runs.LastFile, from)
	}
	run, err := eng.Resume(file, data, engine.Yield(j.stop))
	if err != nil {
		return nil, failure.Wrap(err, failure.BadFile, "The run cannot go on from its checkpoint", "")
	}
	return run, nil
}

// begun tells that the run trains.
func (j *job) begun(doc runs.Document, run engine.Run, set *fashion.Dataset) {
	j.mu.Lock()
	j.eta.StepsPerEpoch, j.eta.Images = run.StepsPerEpoch(), run.Images()
	j.eta.Predictions = set.Train.Len() / 10 // as the split has it
	// The document first: who subscribes after the event is told by the document.
	doc.State = runs.Running
	j.doc = doc
	j.mu.Unlock()
	j.publish(events.NewState(runs.Running, nil))
}

// loop is the training loop of a job. It writes to doc, of which readers get copies.
func (q *Queue) loop(j *job, folder *runs.Folder, doc *runs.Document, run engine.Run) *training.Loop {
	return &training.Loop{
		Run: run, Folder: folder, Document: doc, Every: q.Every,
		BetweenSteps: func() error { return j.betweenSteps(q, run) },
		BeforeEnd:    func() { j.makeChanges(q, run, true) },
		OnSave:       func() { j.setDocument(*doc) },
		OnSaveError: func(f *failure.Failure) {
			q.Store.Log.Printf("Run %s goes on and is not saved: %v", j.id, f)
			j.setWarning(f)
			j.publish(events.NewUnsaved(run.State().Step, f))
		},
		OnEvent: func(e train.Event) {
			j.observe(e)
			if e.Summary != nil {
				e.Out = j.id // readers see no path
			}
			j.publish(e)
		},
	}
}

// writeEnd writes how a run ended. One that is done is on disk as such already: what
// may be missing there is its test, which the next start makes up for.
func (q *Queue) writeEnd(j *job, folder *runs.Folder, doc *runs.Document) error {
	if err := q.Store.Write(folder, doc, nil); err != nil {
		if doc.State != runs.Done {
			return err
		}
		q.Store.Log.Printf("Run %s is done, and its test could not be noted: %v", j.id, err)
		q.Store.Keep(*doc)
	}
	j.setDocument(*doc)
	j.publish(events.NewState(doc.State, nil))
	return nil
}
