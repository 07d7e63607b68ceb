package runs

import (
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"atelier/core/fashion"
	"atelier/core/train"
	"atelier/server/durable"
	"atelier/server/engine"
	"atelier/server/failure"
)

// MaxQueue is how many runs may wait.
const MaxQueue = 16

// Manager trains the runs of a folder, one at a time. What is not being
// trained or waiting here lives on disk alone, where a terminal may train it.
type Manager struct {
	Root   string
	Engine func(choice string) (engine.Engine, string, error)
	Data   func() *fashion.Dataset
	Log    *log.Logger
	Every  time.Duration // between checkpoints; 0: SaveEvery

	open    func(path string) (*Folder, error) // nil: OpenFolder; tests put faults under it
	taking  sync.Mutex                         // held while a hand-over is taken in
	mu      sync.Mutex
	queue   []*active
	current *active
	all     *Hub // the events of all runs
	wake    chan struct{}
	closing chan struct{} // closed when the server stops
	done    chan struct{} // closed when the worker has ended

	owed struct { // what could not be written, by the runs' names
		sync.Mutex
		runs map[string]unwritten
	}
}

// active is a run that waits here or trains.
type active struct {
	id   string
	hub  *Hub
	all  *Hub // the manager's
	ask  chan train.Change
	ends chan struct{} // closed when it is not active any more

	mu   sync.Mutex
	doc  Document
	pace pace
	stop chan struct{} // closed when it was told to end
	as   string        // the state to end in: paused, stopped or interrupted
	shut bool          // it takes no changes any more
}

// Start finds the runs of the folder, puts those that were interrupted back
// into the queue, saying so, and begins to train.
func (m *Manager) Start() error {
	m.wake, m.closing, m.done = make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	m.all = NewHub()
	if err := os.MkdirAll(m.Root, 0o755); err != nil {
		return failure.Wrap(err, "folder", "The folder of runs cannot be made", "Name another with -runs DIR")
	}
	docs, err := m.onDisk()
	if err != nil {
		return err
	}
	slices.SortFunc(docs, func(a, b Document) int { return a.Created.Compare(b.Created) })
	for _, d := range docs {
		untested := d.State == Done && d.Best != nil && d.Result != nil && d.Result.Test == nil // stopped before its test
		if d.Owner != ByServer || d.State != Running && d.State != Interrupted && d.State != Queued && !untested {
			continue
		}
		if d.State == Running || d.State == Interrupted {
			m.Log.Printf("Run %s was interrupted at step %d of %d: going on with it.", d.ID, d.Step, d.Steps)
		}
		m.queue = append(m.queue, m.newActive(d))
	}
	go m.work()
	go m.keepWriting()
	m.Wake()
	return nil
}

// Wake makes the worker look at the queue again: say, when the data has come.
func (m *Manager) Wake() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// stopTime is how long Stop waits for the run in progress to save itself.
const stopTime = 8 * time.Second

// Stop tells the run in progress to save itself and waits for it.
func (m *Manager) Stop() {
	close(m.closing)
	m.mu.Lock()
	if m.current != nil {
		m.current.end(Interrupted)
	}
	for _, a := range m.queue {
		a.hub.Close()
	}
	m.mu.Unlock()
	select {
	case <-m.done:
	case <-time.After(stopTime):
		m.Log.Printf("The run in progress did not stop within %v: its last checkpoint is kept.", stopTime)
	}
	m.writeDown()
	m.all.Close()
}

func (m *Manager) newActive(d Document) *active {
	d.State = Queued
	return &active{id: d.ID, hub: NewHub(), all: m.all, ask: make(chan train.Change, 8), ends: make(chan struct{}), stop: make(chan struct{}), doc: d}
}

// end tells a run to end in a state; the first call counts.
func (a *active) end(state string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.as == "" {
		a.as = state
		close(a.stop)
	}
}

// told is the state that the run was told to end in; empty where it was not.
func (a *active) told() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.as
}

// ending says whether the run does not go on, although it is still here: it was
// told to end, or has failed and is being written.
func (a *active) ending() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.as != "" || a.doc.State == Failed
}

// document returns a copy of the run's document.
func (a *active) document() Document {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.doc
}

// folder opens a run's folder, making it if needed, and locks it.
func (m *Manager) folder(id string) (*Folder, error) {
	open := m.open
	if open == nil {
		open = OpenFolder
	}
	return open(filepath.Join(m.Root, id))
}

// find returns an active run.
func (m *Manager) find(id string) *active {
	if m.current != nil && m.current.id == id {
		return m.current
	}
	i := slices.IndexFunc(m.queue, func(a *active) bool { return a.id == id })
	if i < 0 {
		return nil
	}
	return m.queue[i]
}

// List returns all runs, the newest first.
func (m *Manager) List() ([]Document, error) {
	docs, err := m.onDisk()
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	for i, d := range docs {
		if a := m.find(d.ID); a != nil {
			docs[i] = a.document()
		}
	}
	m.mu.Unlock()
	slices.SortFunc(docs, func(a, b Document) int { return b.Created.Compare(a.Created) })
	return docs, nil
}

// Get returns one run.
func (m *Manager) Get(id string) (Document, error) {
	m.mu.Lock()
	a := m.find(id)
	m.mu.Unlock()
	if a != nil {
		return a.document(), nil
	}
	return m.read(id)
}

// read returns the document of a run that does not train here: that on disk,
// unless more is known.
func (m *Manager) read(id string) (Document, error) {
	d, err := m.readDisk(id)
	return m.known(id, d, err)
}

func (m *Manager) readDisk(id string) (Document, error) {
	if !ValidID(id) {
		return Document{}, noRun(id)
	}
	root, err := os.OpenRoot(filepath.Join(m.Root, id))
	if err != nil {
		return Document{}, noRun(id)
	}
	defer root.Close()
	b, err := durable.ReadFrom(root, DocumentFile, MaxDocument)
	if errors.Is(err, fs.ErrNotExist) {
		return Document{}, noRun(id)
	}
	if err != nil {
		return Document{}, failure.Wrap(err, failure.BadFile, "run.json cannot be read", "")
	}
	d, err := parseDocument(b)
	if err != nil {
		return Document{}, err
	}
	d.ID = id
	return *d, nil
}

// noRun names the run only if its name could be one.
func noRun(id string) error {
	if !ValidID(id) {
		return failure.New(failure.NotFound, "There is no run of that name", "A run's name has lower-case letters, digits and hyphens")
	}
	return failure.New(failure.NotFound, fmt.Sprintf("There is no run %q", id), "GET /api/runs lists them")
}

// onDisk reads the documents of all runs; one that cannot be read is left out
// and logged.
func (m *Manager) onDisk() ([]Document, error) {
	entries, err := os.ReadDir(m.Root)
	if err != nil {
		return nil, failure.Wrap(err, "folder", "The folder of runs cannot be read", "")
	}
	docs := []Document{}
	for _, e := range entries {
		if !e.IsDir() || !ValidID(e.Name()) {
			continue
		}
		d, err := m.read(e.Name())
		switch {
		case failure.Is(err, failure.NotFound): // a folder without a run
		case err != nil:
			m.Log.Printf("Run %s: %v", e.Name(), err)
		default:
			docs = append(docs, d)
		}
	}
	return docs, nil
}

// freeID returns id, or id with a number if there is such a run.
func (m *Manager) freeID(id string) (string, error) {
	id = strings.ToLower(id)
	for i := 2; ; i++ {
		_, err := os.Stat(filepath.Join(m.Root, id))
		if errors.Is(err, fs.ErrNotExist) {
			return id, nil
		}
		if err != nil {
			return "", failure.Wrap(err, "folder", "The folder of runs cannot be read", "")
		}
		id = fmt.Sprintf("%s-%d", strings.TrimSuffix(id, fmt.Sprintf("-%d", i-1)), i)
	}
}

// Training says whether a run trains now.
func (m *Manager) Training() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.current != nil
}
