package queue

import (
	"os"
	"slices"
	"sync"
	"time"

	"atelier/core/fashion"
	"atelier/server/engine"
	"atelier/server/failure"
	"atelier/server/runs"
	"atelier/server/runs/events"
)

// MaxWaiting is how many runs may wait.
const MaxWaiting = 16

// Queue trains the runs of a store, one at a time. Set its fields, then call Start.
type Queue struct {
	Store  *runs.Store
	Engine func(choice string) (engine.Engine, string, error)
	Data   func() *fashion.Dataset // that new runs train on
	Every  time.Duration           // between saves; 0: training.SaveEvery

	handOvers sync.Mutex // held while a hand-over is taken in
	mu        sync.Mutex
	waiting   []*job
	training  *job          // nil: none
	events    *events.Hub   // of all runs
	wake      chan struct{} // has the worker look at waiting
	closing   chan struct{} // closed when the server stops
	done      chan struct{} // closed when the worker has ended
}

// Start queues the runs of the store that did not come to their end, logging those
// that were interrupted, and begins to train.
func (q *Queue) Start() error {
	q.wake, q.closing, q.done = make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	q.events = events.NewHub()
	if err := q.Store.Create(); err != nil {
		return err
	}
	docs, err := q.Store.List()
	if err != nil {
		return err
	}
	slices.SortFunc(docs, func(a, b runs.Document) int { return a.Created.Compare(b.Created) })
	for _, d := range docs {
		if !goesOn(&d) {
			continue
		}
		if d.State == runs.Running || d.State == runs.Interrupted {
			q.Store.Log.Printf("Run %s was interrupted at step %d of %d: going on with it.", d.ID, d.Step, d.Steps)
		}
		q.waiting = append(q.waiting, q.newJob(d))
	}
	go q.work()
	go q.writePending()
	q.Wake()
	return nil
}

// goesOn says whether a server that starts goes on with a run by itself.
func goesOn(d *runs.Document) bool {
	if d.Owner != runs.ByServer {
		return false
	}
	switch d.State {
	case runs.Queued, runs.Running, runs.Interrupted:
		return true
	case runs.Done: // stopped before its test
		return d.Best != nil && d.Result != nil && d.Result.Test == nil
	}
	return false
}

// Wake has the worker look at the queue again: say, when the data has come.
func (q *Queue) Wake() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// closeTimeout is how long Close waits for the run in progress to save itself.
const closeTimeout = 8 * time.Second

// Close tells the run in progress to save itself and waits for it. The next Start
// goes on with it.
func (q *Queue) Close() {
	close(q.closing)
	q.mu.Lock()
	if q.training != nil {
		q.training.endAs(runs.Interrupted)
	}
	for _, j := range q.waiting {
		j.events.Close()
	}
	q.mu.Unlock()
	select {
	case <-q.done:
	case <-time.After(closeTimeout):
		q.Store.Log.Printf("The run in progress did not stop within %v: its last checkpoint is kept.", closeTimeout)
	}
	q.writePendingNow()
	q.events.Close()
}

// find returns the job of a run that waits or trains; nil: there is none. The queue
// is locked.
func (q *Queue) find(id string) *job {
	if q.training != nil && q.training.id == id {
		return q.training
	}
	i := slices.IndexFunc(q.waiting, func(j *job) bool { return j.id == id })
	if i < 0 {
		return nil
	}
	return q.waiting[i]
}

// List returns all runs, the newest first.
func (q *Queue) List() ([]runs.Document, error) {
	docs, err := q.Store.List()
	if err != nil {
		return nil, err
	}
	q.mu.Lock()
	for i, d := range docs {
		if j := q.find(d.ID); j != nil {
			docs[i] = j.document()
		}
	}
	q.mu.Unlock()
	slices.SortFunc(docs, func(a, b runs.Document) int { return b.Created.Compare(a.Created) })
	return docs, nil
}

// Get returns one run.
func (q *Queue) Get(id string) (runs.Document, error) {
	q.mu.Lock()
	j := q.find(id)
	q.mu.Unlock()
	if j != nil {
		return j.document(), nil
	}
	return q.Store.Read(id)
}

// Training says whether a run trains now.
func (q *Queue) Training() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.training != nil
}

// Progress is the run that trains now, and how it goes.
type Progress struct {
	Run             runs.Document
	ImagesPerSecond float64 // 0: not known yet
	SecondsLeft     float64 // 0: not known yet
}

// Progress tells of the run that trains now; its zero value says that none does.
func (q *Queue) Progress() Progress {
	q.mu.Lock()
	j := q.training
	q.mu.Unlock()
	if j == nil {
		return Progress{}
	}
	return j.progress()
}

// roomForOne refuses what the queue cannot take. The queue is locked.
func (q *Queue) roomForOne() error {
	select {
	case <-q.closing:
		return failure.New(failure.Busy, "The server is stopping", "")
	default:
	}
	if len(q.waiting) >= MaxWaiting {
		return failure.New(failure.QueueFull, "16 runs wait already", "Stop one of them, or wait until one has ended")
	}
	return nil
}

// pendingDelay is the time between two tries to write what could not be written.
const pendingDelay = 2 * time.Second

// writePending tries again and again to write what could not be written, until
// the server stops.
func (q *Queue) writePending() {
	tick := time.NewTicker(pendingDelay)
	defer tick.Stop()
	for {
		select {
		case <-q.closing:
			return
		case <-tick.C:
			q.writePendingNow()
		}
	}
}

func (q *Queue) writePendingNow() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, d := range q.Store.WritePending(func(id string) bool { return q.find(id) != nil }) {
		_ = q.events.Publish(events.Tagged{Run: d.ID, Event: events.NewState(d.State, d.Error)})
	}
}

// OpenFile opens one of a run's files for reading; modified is when it was written.
func (q *Queue) OpenFile(id, name string) (file *os.File, modified time.Time, err error) {
	if _, err := q.Get(id); err != nil {
		return nil, time.Time{}, err
	}
	return q.Store.OpenFile(id, name)
}
