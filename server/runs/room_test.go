package runs

import (
	"errors"
	"fmt"
	"io"
	"log"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"atelier/core/checkpoint"
	"atelier/core/fashion"
	"atelier/core/sample"
	"atelier/core/train"
	"atelier/server/durable"
	"atelier/server/engine"
	"atelier/server/failure"
)

// rigged is the disk under a manager: it may be full, or fail at one operation.
type rigged struct {
	full          atomic.Bool
	count, failAt atomic.Int64
}

func (r *rigged) open(path string) (*Folder, error) {
	f, err := OpenFolder(path)
	if err == nil {
		f.files = riggedFolder{f.files, r}
	}
	return f, err
}

func (r *rigged) fault() error {
	if n := r.count.Add(1); n == r.failAt.Load() {
		return syscall.EIO
	}
	return nil
}

type riggedFolder struct {
	durable.FS
	disk *rigged
}

func (f riggedFolder) Create(name string) (durable.File, error) {
	if f.disk.full.Load() {
		return nil, fmt.Errorf("create %s: %w", name, syscall.ENOSPC)
	}
	file, err := f.FS.Create(name)
	return riggedFile{file, f.disk}, errors.Join(f.disk.fault(), err)
}

func (f riggedFolder) Rename(from, to string) error {
	if err := f.disk.fault(); err != nil {
		return err
	}
	return f.FS.Rename(from, to)
}

func (f riggedFolder) Sync() error { return errors.Join(f.disk.fault(), f.FS.Sync()) }

type riggedFile struct {
	durable.File
	disk *rigged
}

func (f riggedFile) Write(b []byte) (int, error) {
	if err := f.disk.fault(); err != nil {
		return 0, err
	}
	return f.File.Write(b)
}

func (f riggedFile) Sync() error { return errors.Join(f.disk.fault(), f.File.Sync()) }

// fills is the core, whose runs fill the disk after the second step and then wait
// until they are told to end, or end in an error.
type fills struct {
	engine.Engine
	disk *rigged
	once *sync.Once
	err  error
}

func (e fills) New(cfg train.Config, data train.Data, yield func() error) (engine.Run, error) {
	r, err := e.Engine.New(cfg, data, yield)
	return filling{r, e, yield}, err
}

func (e fills) Resume(f *checkpoint.File, data train.Data, yield func() error) (engine.Run, error) {
	r, err := e.Engine.Resume(f, data, yield)
	return filling{r, e, yield}, err
}

type filling struct {
	inner
	fills
	yield func() error
}

func (r filling) Run(h train.Hooks) error {
	saved := h.AfterStep
	h.AfterStep = func() (err error) {
		if err := saved(); err != nil || r.State().Step < 2 {
			return err
		}
		r.once.Do(func() {
			r.disk.full.Store(true)
			for err = r.err; err == nil && r.yield() == nil; {
				time.Sleep(time.Millisecond)
			}
		})
		return err
	}
	return r.inner.Run(h)
}

var fewImages = sync.OnceValue(func() *fashion.Dataset {
	return &fashion.Dataset{Train: *sample.Synthetic(40), Test: *sample.Synthetic(20), Kind: fashion.KindDrawn}
})

// onDisk starts a manager on a rigged disk.
func onADisk(t *testing.T, root string, d *rigged, e engine.Engine) *Manager {
	t.Helper()
	m := &Manager{
		Root: root, Data: fewImages, Log: log.New(io.Discard, "", 0), Every: time.Nanosecond, open: d.open,
		Engine: func(string) (engine.Engine, string, error) { return e, "", nil },
	}
	if err := m.Start(); err != nil {
		t.Fatal(err)
	}
	return m
}

// tells waits until the manager says of a run that it is in a state.
func tells(t *testing.T, m *Manager, id, state string) Document {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		d, err := m.Get(id)
		if err == nil && d.State == state {
			return d
		}
		if time.Now().After(end) {
			t.Fatalf("the run is %s (%v), want %s; error %v", d.State, err, state, d.Error)
		}
	}
}

// agree checks that all ways to ask for a run tell the same state.
func agree(t *testing.T, m *Manager, id, state string) {
	t.Helper()
	d, err := m.Get(id)
	list, err2 := m.List()
	seen, _, _, r, err3 := m.Events(id, 0)
	all, _, _, r2, err4 := m.AllEvents(0)
	if errors.Join(err, err2, err3, err4) != nil || len(list) != 1 || len(all) != 1 {
		t.Fatalf("%v %v %v %v, %d runs", err, err2, err3, err4, len(list))
	}
	r.Close()
	r2.Close()
	if d.State != state || list[0].State != state || seen.State != state || all[0].State != state {
		t.Errorf("the run is %s, in the list %s, in its events %s, in all events %s: want %s", d.State, list[0].State, seen.State, all[0].State, state)
	}
}

// eventually waits until run.json says a state.
func eventually(t *testing.T, m *Manager, id, state string) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		d, err := ReadDocument(filepath.Join(m.Root, id))
		if err == nil && d.State == state {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("run.json says %+v (%v), want %s", d, err, state)
		}
	}
}

// undisturbedBits are those of the run of these tests when nothing goes wrong.
var undisturbedBits = sync.OnceValue(func() string {
	cfg, err := small.Complete()
	if err != nil {
		return err.Error()
	}
	r, err := engine.Core(1).New(cfg, train.Data{Images: &fewImages().Train, Kind: fashion.KindDrawn}, nil)
	if err != nil {
		return err.Error()
	}
	if err := r.Run(train.Hooks{Clock: func() float64 { return 0 }}); err != nil {
		return err.Error()
	}
	return r.WeightsSHA256()
})

// TestAnEndOnAFullDisk ends a run in every way on a disk that has room for
// nothing: it is told as it is, and once there is room it goes on.
func TestAnEndOnAFullDisk(t *testing.T) {
	for _, tt := range []struct {
		name, state string
		err         error // of the engine
		end         func(m *Manager, id string) error
	}{
		{"pause", Paused, nil, func(m *Manager, id string) error { _, err := m.Pause(t.Context(), id); return err }},
		{"stop", Stopped, nil, func(m *Manager, id string) error { _, err := m.Halt(t.Context(), id); return err }},
		{"failure", Failed, errors.New("the engine broke"), func(m *Manager, id string) error { return nil }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &rigged{}
			m := onADisk(t, filepath.Join(t.TempDir(), "runs"), d, fills{engine.Core(1), d, &sync.Once{}, tt.err})
			defer m.Stop()
			doc, err := m.Add(Order{Config: small})
			if err != nil {
				t.Fatal(err)
			}
			_, _, _, all, err := m.AllEvents(0)
			if err != nil {
				t.Fatal(err)
			}
			defer all.Close()
			for end := time.Now().Add(30 * time.Second); !d.full.Load() && time.Now().Before(end); {
				time.Sleep(time.Millisecond)
			}
			if err := tt.end(m, doc.ID); err != nil {
				t.Errorf("%s on a full disk: %v", tt.name, err)
			}
			for end := time.Now().Add(15 * time.Second); m.Training() && time.Now().Before(end); {
				time.Sleep(time.Millisecond)
			}
			agree(t, m, doc.ID, tt.state)
			if told, err := m.Get(doc.ID); err != nil || told.Warning == nil || !strings.Contains(told.Warning.Message, "could not be written") {
				t.Errorf("its warning is %+v (%v)", told.Warning, err)
			}
			last := ""
			for len(all.C) > 0 {
				if event := string((<-all.C).Data); strings.Contains(event, `"event":"state"`) {
					last = event
				}
			}
			if !strings.Contains(last, `"state":"`+tt.state+`"`) {
				t.Errorf("the last that readers are told is %s", last)
			}
			if _, err := m.Resume(t.Context(), doc.ID); !failure.Is(err, codeSave) {
				t.Errorf("resume on a full disk: %v", err)
			}
			agree(t, m, doc.ID, tt.state)
			d.full.Store(false)
			eventually(t, m, doc.ID, tt.state)
			if _, err := m.Resume(t.Context(), doc.ID); err != nil {
				t.Fatal(err)
			}
			if done := tells(t, m, doc.ID, Done); done.Result.WeightsSHA256 != undisturbedBits() {
				t.Errorf("weights %s, undisturbed %s", done.Result.WeightsSHA256, undisturbedBits())
			}
		})
	}
}

// TestAServersEndOnAFullDisk: the next server goes on, with room or without.
func TestAServersEndOnAFullDisk(t *testing.T) {
	for _, room := range []bool{true, false} {
		t.Run(fmt.Sprint("room again ", room), func(t *testing.T) {
			d := &rigged{}
			root := filepath.Join(t.TempDir(), "runs")
			m := onADisk(t, root, d, fills{engine.Core(1), d, &sync.Once{}, nil})
			doc, err := m.Add(Order{Config: small})
			if err != nil {
				t.Fatal(err)
			}
			for end := time.Now().Add(30 * time.Second); !d.full.Load() && time.Now().Before(end); {
				time.Sleep(time.Millisecond)
			}
			m.Stop()
			agree(t, m, doc.ID, Interrupted)
			d.full.Store(!room)
			again := onADisk(t, root, d, engine.Core(1))
			defer again.Stop()
			time.Sleep(50 * time.Millisecond)
			d.full.Store(false)
			if done := tells(t, again, doc.ID, Done); done.Result.WeightsSHA256 != undisturbedBits() {
				t.Errorf("weights %s, undisturbed %s", done.Result.WeightsSHA256, undisturbedBits())
			}
		})
	}
}

// TestWhatATerminalDidMeanwhileCounts: a state that could not be written is not
// written over what has happened in the folder since.
func TestWhatATerminalDidMeanwhileCounts(t *testing.T) {
	d := &rigged{}
	m := onADisk(t, filepath.Join(t.TempDir(), "runs"), d, fills{engine.Core(1), d, &sync.Once{}, nil})
	defer m.Stop()
	doc, err := m.Add(Order{Config: small})
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); !d.full.Load() && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if _, err := m.Pause(t.Context(), doc.ID); err != nil {
		t.Fatal(err)
	}
	agree(t, m, doc.ID, Paused)
	folder, err := OpenFolder(filepath.Join(m.Root, doc.ID))
	if err != nil {
		t.Fatal(err)
	}
	terminals, err := folder.Document()
	if err != nil {
		t.Fatal(err)
	}
	terminals.State, terminals.Owner = Done, ByTerminal
	if err := errors.Join(folder.SaveDocument(terminals), folder.Close()); err != nil {
		t.Fatal(err)
	}
	d.full.Store(false)
	agree(t, m, doc.ID, Done)
	time.Sleep(2 * retryEnd)
	agree(t, m, doc.ID, Done)
	eventually(t, m, doc.ID, Done)
}
