package runs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"atelier/core/checkpoint"
	"atelier/core/fashion"
	"atelier/core/nn"
	"atelier/core/sample"
	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
)

// work trains one run after the other until the server stops.
func (m *Manager) work() {
	defer close(m.done)
	for {
		a := m.next()
		if a == nil {
			select {
			case <-m.closing:
				return
			case <-m.wake:
			}
			continue
		}
		m.trainOne(a)
		m.mu.Lock()
		m.current = nil
		m.mu.Unlock()
		a.hub.Close()
		close(a.ends)
	}
}

// next takes the first run from the queue whose data is there.
func (m *Manager) next() *active {
	m.mu.Lock()
	defer m.mu.Unlock()
	select {
	case <-m.closing:
		return nil
	default:
	}
	for i, a := range m.queue {
		if m.images(a.doc.Environment.Data) == nil {
			continue // waits for the download
		}
		m.queue = append(m.queue[:i:i], m.queue[i+1:]...)
		m.current = a
		return a
	}
	return nil
}

// drawn is the sample of those runs that were begun on it. It can always be made.
var drawn = sync.OnceValue(sample.Dataset)

// images are what a run of such data trains on, whatever there is for new runs;
// nil while the real ones are not there.
func (m *Manager) images(kind string) *fashion.Dataset {
	set := m.Data()
	switch kind {
	case "", set.Kind:
		return set
	case fashion.KindDrawn:
		return drawn()
	}
	return nil
}

// trainOne trains a run until it ends or is told to.
func (m *Manager) trainOne(a *active) {
	err := guarded(func() error { return m.conduct(a) })
	if err == nil {
		return
	}
	a.mu.Lock()
	a.shut = true
	a.mu.Unlock()
	m.leave(a, err)
}

// leave notes how a run ended that could not be saved at its end, or has failed.
// One that was told to end goes on from the checkpoint before, where there is one.
func (m *Manager) leave(a *active, err error) {
	doc, state := a.document(), a.told()
	if state != "" && failure.Is(err, codeSave) && doc.State != Failed {
		m.Log.Printf("Run %s was not saved at its end: %v", a.id, err)
		doc.State = state
	} else {
		m.Log.Printf("Run %s failed: %v", a.id, err)
		doc.State, doc.Error = Failed, failure.Of(err)
	}
	a.show(m.put(doc))
	a.publish(stateEvent{Event: "state", State: doc.State, Error: doc.Error})
}

// engineWord is the engine that a run asks for. One that was begun on the core
// by "the fastest" goes on there: on another its bits would change.
func engineWord(d *Document) string {
	if (d.Asked == "" || d.Asked == "auto") && d.Environment.Engine == "core" {
		return "core"
	}
	return d.Asked
}

// conduct opens the run's folder, makes or resumes the run, and trains it.
func (m *Manager) conduct(a *active) error {
	folder, err := m.folder(a.id)
	if err != nil {
		return err
	}
	defer folder.Close()
	a.mu.Lock()
	doc := a.doc
	a.mu.Unlock()
	eng, note, err := m.Engine(engineWord(&doc))
	if err != nil {
		return err
	}
	if note != "" {
		m.Log.Printf("Run %s: on %s: %s (%s)", a.id, eng.Name(), eng.Device(), note)
	}
	set := m.images(doc.Environment.Data)
	run, err := m.begin(a, folder, eng, &doc, set)
	if err != nil {
		return err
	}
	defer run.Close()
	a.mu.Lock()
	a.pace.perEpoch, a.pace.images = run.StepsPerEpoch(), run.Images()
	a.pace.answers = set.Train.Len() / 10 // as the split has it
	a.mu.Unlock()
	doc.Environment = NewEnvironment(eng, set.Kind)
	// The document first: who subscribes after the event is told by the document.
	doc.State = Running
	a.show(doc)
	a.publish(stateEvent{Event: "state", State: Running})
	c := Conductor{Run: run, Folder: folder, Document: &doc, Every: m.Every}
	c.BetweenSteps = func() error { return a.betweenSteps(m, run) }
	c.Closing = func() { a.take(m, run, true) }
	c.Saved = func() { a.show(doc) }
	c.Unsaved = func(f *failure.Failure) {
		m.Log.Printf("Run %s goes on and is not saved: %v", a.id, f)
		a.warn(f)
		a.publish(unsavedEvent{Event: "unsaved", Step: run.State().Step, Error: f})
	}
	c.Emit = func(e train.Event) {
		a.progress(e)
		if e.Summary != nil {
			e.Out = a.id // readers see no path
		}
		a.publish(e)
	}
	last, err := c.Conduct()
	if err != nil {
		a.show(doc)
		return err
	}
	if last.Event == train.EventDone {
		m.judge(a, folder, &doc, set)
	} else {
		doc.State = a.told()
	}
	return m.rest(a, folder, &doc)
}

// rest notes how a run ended. One that is done is on disk as such already: what
// may be missing there is its test, which the next start makes up for.
func (m *Manager) rest(a *active, folder *Folder, doc *Document) error {
	if err := m.write(folder, doc, nil); err != nil {
		err = unwritable(err)
		if doc.State != Done {
			return err
		}
		m.Log.Printf("Run %s is done, and its test could not be noted: %v", a.id, err)
		m.remember(*doc)
	}
	a.show(*doc)
	a.publish(stateEvent{Event: "state", State: doc.State})
	return nil
}

// begin makes the run, or goes on from its newest whole checkpoint.
func (m *Manager) begin(a *active, folder *Folder, eng engine.Engine, doc *Document, set *fashion.Dataset) (engine.Run, error) {
	data := train.Data{Images: &set.Train, Kind: set.Kind}
	file, from, err := folder.Checkpoint()
	if failure.Is(err, failure.NotFound) {
		return eng.New(doc.Config, data, engine.Yield(a.stop))
	}
	if err != nil {
		return nil, err
	}
	if from != LastFile {
		m.Log.Printf("Run %s: %s is damaged or missing; going on from %s.", a.id, LastFile, from)
	}
	run, err := eng.Resume(file, data, engine.Yield(a.stop))
	if err != nil {
		return nil, failure.Wrap(err, failure.BadFile, "The run cannot go on from its checkpoint", "")
	}
	return run, nil
}

// show makes doc what readers of the API see.
func (a *active) show(doc Document) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.doc = doc
}

// warn notes what the run goes on in spite of.
func (a *active) warn(f *failure.Failure) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.doc.Warning = f
}

// progress notes where the run is between two saves.
func (a *active) progress(e train.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pace.note(e)
	if e.Event == train.EventStep || e.Event == train.EventValidating {
		a.doc.State, a.doc.Step, a.doc.Steps = Running, e.Step, e.Steps
	}
}

// judge measures a finished run's best weights on the test set. A failure
// here takes nothing from the run.
func (m *Manager) judge(a *active, folder *Folder, doc *Document, set *fashion.Dataset) {
	err := func() error {
		b, err := folder.files.Read(BestFile, int64(checkpoint.Own().File))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		file, err := checkpoint.Decode(b, checkpoint.Own())
		if err != nil {
			return err
		}
		spec, err := nn.ByName(doc.Config.Model)
		if err != nil {
			return err
		}
		net := nn.NewNet(spec)
		if err := net.LoadStateDict(file.Tensors); err != nil {
			return err
		}
		e, err := engine.Test(engine.Predictor(net, 0, a.stop), BestFile, &set.Test, false, nil)
		if err != nil {
			return err
		}
		doc.Result = &Result{WeightsSHA256: doc.Result.WeightsSHA256, Test: e} // readers may hold the old one
		return folder.SaveFile(ReportFile, []byte(e.Report))
	}()
	if err != nil && !engine.Stopped(err) {
		m.Log.Printf("Run %s: its test failed: %v", a.id, err)
	}
}

// Open opens one of a run's files for reading.
func (m *Manager) Open(id, name string) (*os.File, time.Time, error) {
	if _, err := m.Get(id); err != nil {
		return nil, time.Time{}, err
	}
	root, err := os.OpenRoot(filepath.Join(m.Root, id))
	if err != nil {
		return nil, time.Time{}, noRun(id)
	}
	defer root.Close()
	f, err := root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, time.Time{}, failure.New(failure.NotFound, "The run has no "+name+" yet", "It is written after the first epoch")
	}
	if err != nil {
		return nil, time.Time{}, failure.Wrap(err, failure.Internal, "The file cannot be read", "")
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, time.Time{}, errors.Join(failure.New(failure.NotFound, "The run has no "+name, ""), f.Close())
	}
	return f, info.ModTime(), nil
}
