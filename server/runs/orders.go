package runs

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"atelier/core/checkpoint"
	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
)

// Order is what a person asks a new run to be.
type Order struct {
	Config train.Config
	Engine string // auto, core or gomlx
}

// Add puts a new run into the queue. It is on disk when Add returns.
func (m *Manager) Add(o Order) (Document, error) {
	cfg, err := o.Config.Complete()
	if err != nil {
		return Document{}, failure.New(failure.Usage, failure.Sentence(err.Error()), "")
	}
	if err := engine.Known(o.Engine); err != nil {
		return Document{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.room(); err != nil {
		return Document{}, err
	}
	now := time.Now()
	id, err := m.freeID(NewID(cfg, now))
	if err != nil {
		return Document{}, err
	}
	d := Document{ID: id, Owner: ByServer, Asked: o.Engine, Created: now.UTC(), Config: cfg, History: train.History{}}
	set := m.Data()
	d.Environment.Data, d.Images = set.Kind, epochImages(set, cfg)
	return m.enqueue(m.newActive(d), nil)
}

// room refuses what the queue cannot take.
func (m *Manager) room() error {
	select {
	case <-m.closing:
		return failure.New(failure.Busy, "The server is stopping", "")
	default:
	}
	if len(m.queue) >= MaxQueue {
		return failure.New(failure.QueueFull, "16 runs wait already", "Stop one of them, or wait until one has ended")
	}
	return nil
}

// enqueue writes the run's document, and a checkpoint if one came from outside,
// and lets the worker see it. What it refuses leaves the disk as it was. The
// manager is locked.
func (m *Manager) enqueue(a *active, last []byte) (Document, error) {
	_, err := os.Lstat(filepath.Join(m.Root, a.id))
	isNew := errors.Is(err, fs.ErrNotExist)
	folder, err := m.folder(a.id)
	if err != nil {
		return Document{}, err
	}
	err = m.write(folder, &a.doc, last)
	end := folder.Close
	if err != nil && isNew {
		end = folder.discard
	}
	if e := end(); e != nil {
		m.Log.Printf("Run %s: %v", a.id, e)
	}
	if err != nil {
		return Document{}, unwritable(err)
	}
	m.queue = append(m.queue, a)
	a.publish(stateEvent{Event: "state", State: Queued})
	m.Wake()
	return a.document(), nil
}

// unwritable is why a run's document is not on disk.
func unwritable(err error) error {
	if failure.Is(err, failure.TooLarge) {
		return err
	}
	return failure.Wrap(err, codeSave, "The run could not be written", "Is the disk full?")
}

// Resume puts a run that is not done back into the queue. One that is about to
// leave the worker is waited for.
func (m *Manager) Resume(ctx context.Context, id string) (Document, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for a := m.find(id); a != nil; a = m.find(id) {
		if !a.ending() {
			return a.document(), nil // it goes on already
		}
		m.mu.Unlock()
		err := a.await(ctx)
		m.mu.Lock()
		if err != nil {
			return Document{}, err
		}
	}
	d, err := m.read(id)
	if err != nil {
		return Document{}, err
	}
	if d.State == Done {
		return Document{}, failure.New(failure.Conflict, "The run is done", "Begin a new one, or extend it with atelier train -resume")
	}
	if err := m.room(); err != nil {
		return Document{}, err
	}
	d.Owner, d.Error, d.Warning = ByServer, nil, nil
	return m.enqueue(m.newActive(d), nil)
}

// Pause and Stop end a run's training, saved; Resume goes on with it in both
// cases. They return when it has been saved, or say that it takes longer.
func (m *Manager) Pause(ctx context.Context, id string) (Document, error) {
	return m.halt(ctx, id, Paused)
}

// Halt stops a run for good, as far as the person is concerned.
func (m *Manager) Halt(ctx context.Context, id string) (Document, error) {
	return m.halt(ctx, id, Stopped)
}

// haltTime is how long a request waits for a run to save itself.
const haltTime = 10 * time.Second

func (m *Manager) halt(ctx context.Context, id, state string) (Document, error) {
	m.mu.Lock()
	a := m.find(id)
	if a == nil {
		defer m.mu.Unlock()
		return m.settle(id, state)
	}
	if slices.Contains(m.queue, a) { // it has not begun: take it out
		defer m.mu.Unlock()
		return m.takeOut(a, state)
	}
	m.mu.Unlock()
	a.end(state)
	if err := a.await(ctx); err != nil {
		return Document{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if a := m.find(id); a != nil { // somebody goes on with it
		return a.document(), nil
	}
	return m.settle(id, state) // it may have been told to end in another state before
}

// takeOut takes a run out of the queue once its state is on disk. The manager is
// locked.
func (m *Manager) takeOut(a *active, state string) (Document, error) {
	d, err := m.settle(a.id, state)
	if err != nil {
		return Document{}, err
	}
	m.queue = slices.DeleteFunc(m.queue, func(b *active) bool { return b == a })
	_ = a.hub.Publish(stateEvent{Event: "state", State: d.State})
	a.hub.Close()
	return d, nil
}

// await waits for the end of a run that is ending.
func (a *active) await(ctx context.Context) error {
	wait, cancel := context.WithTimeout(ctx, haltTime)
	defer cancel()
	select {
	case <-a.ends:
		return nil
	case <-wait.Done():
		return failure.New(failure.Busy, "The run has not finished its step yet; it will end after it", "Ask again in a moment")
	}
}

// settle writes a state into the document of a run that does not train here.
// The manager is locked, so that the run does not begin meanwhile.
func (m *Manager) settle(id, state string) (Document, error) {
	d, err := m.read(id)
	if err != nil {
		return Document{}, err
	}
	if d.State == Done || d.State == Failed || d.State == state {
		return d, nil
	}
	folder, err := m.folder(id)
	if err != nil {
		return Document{}, err // a terminal trains it
	}
	defer folder.Close()
	d.State = state
	if err := m.write(folder, &d, nil); err != nil {
		return Document{}, unwritable(err)
	}
	_ = m.all.Publish(Tagged{id, stateEvent{Event: "state", State: state}})
	return d, nil
}

// takeOver is TakeOver for a checkpoint that has not come before.
func (m *Manager) takeOver(id string, b []byte, choice string) (Document, error) {
	if !ValidID(id) {
		return Document{}, failure.New(failure.Usage, "A run's name has lower-case letters, digits and hyphens, 64 at most", "")
	}
	file, err := DecodeRun(b)
	if err != nil {
		return Document{}, failure.Wrap(err, failure.BadFile, "The checkpoint was refused: "+err.Error(), "")
	}
	state, err := train.ReadState(file)
	if err != nil {
		return Document{}, failure.Wrap(err, failure.BadFile, "The checkpoint was refused: "+err.Error(), "")
	}
	if err := engine.Known(choice); err != nil {
		return Document{}, err
	}
	if choice == "" || choice == "auto" {
		choice = "core"
	}
	if err := m.fits(file, state.Data); err != nil {
		return Document{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.find(id) != nil {
		return Document{}, failure.New(failure.Conflict, "This run trains or waits here already", "Pause it first, or hand over under another name")
	}
	d, err := m.read(id)
	switch {
	case failure.Is(err, failure.NotFound):
		d = Document{ID: id, Created: time.Now().UTC()}
	case err != nil:
		return Document{}, err
	case !sameRun(d.Config, state.Config):
		return Document{}, failure.New(failure.Conflict, "There is another run of that name", "Hand over under another name")
	}
	if err := m.room(); err != nil {
		return Document{}, err
	}
	d.Owner, d.Asked, d.Error, d.Result = ByServer, choice, nil, nil
	d.HandedOver = hashOf(b)
	d.Config, d.Changes, d.Step, d.History = state.Config, state.Changes, state.Step, state.History
	d.Environment.Data, d.Images = state.Data, epochImages(m.images(state.Data), state.Config)
	return m.enqueue(m.newActive(d), b)
}

// fits tries to go on with a checkpoint, so that a wrong one is refused now. A
// checkpoint is the same for all engines: the core tells.
func (m *Manager) fits(file *checkpoint.File, data string) error {
	set := m.images(data)
	if set == nil {
		set = m.Data() // which the core refuses, saying why
	}
	run, err := engine.Core(1).Resume(file, train.Data{Images: &set.Train, Kind: set.Kind}, nil)
	if err != nil {
		return failure.Wrap(err, failure.BadFile, "The checkpoint was refused: "+err.Error(), "")
	}
	defer run.Close()
	if run.Done() {
		return failure.New(failure.Conflict, "The run in the checkpoint has ended", "There is nothing to go on with")
	}
	return nil
}

// sameRun says whether two configs are of one run: all that cannot change in
// a run is equal.
func sameRun(a, b train.Config) bool {
	return a.Model == b.Model && a.Recipe == b.Recipe && a.Batch == b.Batch && a.Seed == b.Seed && a.Limit == b.Limit
}
