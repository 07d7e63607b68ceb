package runs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"atelier/server/failure"
)

// unwritten is what run.json would say of a run at rest, had there been room to
// write it. It is what the manager tells of the run, and it is written as soon as
// that is possible, unless somebody else has written to run.json meanwhile.
type unwritten struct {
	doc  Document
	disk time.Time // Updated of run.json as it is
}

// codeUnwritten is the warning of a run whose run.json says something else.
const codeUnwritten = "unwritten"

// words are states within a sentence.
var words = map[string]string{
	Paused: "is paused", Stopped: "is stopped", Interrupted: "is interrupted", Failed: "has failed", Done: "has been tested",
}

// told is the document as readers see it.
func (u unwritten) told() Document {
	d := u.doc
	d.Warning = failure.New(codeUnwritten, fmt.Sprintf("That the run %s could not be written", words[d.State]),
		"Is the disk full? It is written once there is room; a server that is started before goes on with the run")
	return d
}

// put makes d what is known of a run that trains no more, on disk too where that
// is possible, and returns what readers are told.
func (m *Manager) put(d Document) Document {
	folder, err := m.folder(d.ID)
	if failure.Is(err, failure.Conflict) {
		m.Log.Printf("Run %s: that it %s could not be written: %v", d.ID, words[d.State], err)
		return d // another program has it, and says how it is
	}
	if err == nil {
		err = errors.Join(m.write(folder, &d, nil), folder.Close())
	}
	if err == nil {
		return d
	}
	m.Log.Printf("Run %s: that it %s could not be written: %v", d.ID, words[d.State], err)
	return m.remember(d)
}

// remember keeps what could not be written of a run, and returns what readers are
// told of it.
func (m *Manager) remember(d Document) Document {
	disk, err := ReadDocument(filepath.Join(m.Root, d.ID))
	if err != nil {
		return d // there is nothing that would say otherwise
	}
	u := unwritten{d, disk.Updated}
	m.owed.Lock()
	defer m.owed.Unlock()
	if m.owed.runs == nil {
		m.owed.runs = map[string]unwritten{}
	}
	m.owed.runs[d.ID] = u
	return u.told()
}

// write writes a run's document, and with it what could not be written before, and
// a checkpoint that came from outside. Where it fails, nothing has changed.
func (m *Manager) write(folder *Folder, d *Document, last []byte) error {
	was := d.Warning
	if u, ok := m.unwritten(d.ID); ok && was != nil && was.Code == codeUnwritten {
		d.Warning = u.doc.Warning
	}
	if err := folder.SaveWith(d, last); err != nil {
		d.Warning = was
		return err
	}
	m.forget(d.ID)
	return nil
}

func (m *Manager) unwritten(id string) (unwritten, bool) {
	m.owed.Lock()
	defer m.owed.Unlock()
	u, ok := m.owed.runs[id]
	return u, ok
}

func (m *Manager) forget(id string) {
	m.owed.Lock()
	defer m.owed.Unlock()
	delete(m.owed.runs, id)
}

// known is a run's document as the manager knows it, given what run.json says.
func (m *Manager) known(id string, d Document, err error) (Document, error) {
	u, ok := m.unwritten(id)
	switch {
	case !ok:
		return d, err
	case err == nil && d.Updated.Equal(u.disk):
		return u.told(), nil
	case err == nil || failure.Is(err, failure.NotFound):
		m.forget(id) // written or removed by somebody else
	}
	return d, err
}

// keepWriting tries again and again to write what could not be written.
func (m *Manager) keepWriting() {
	tick := time.NewTicker(retryEnd)
	defer tick.Stop()
	for {
		select {
		case <-m.closing:
			return
		case <-tick.C:
			m.writeDown()
		}
	}
}

// writeDown writes what could not be written before, where that is possible now.
func (m *Manager) writeDown() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.owed.Lock()
	var ids []string
	for id := range m.owed.runs {
		ids = append(ids, id)
	}
	m.owed.Unlock()
	for _, id := range ids {
		if _, err := os.Stat(filepath.Join(m.Root, id)); err != nil || m.find(id) != nil {
			continue
		}
		folder, err := m.folder(id)
		if err != nil {
			continue // say, a terminal goes on with it
		}
		if d, err := m.read(id); err == nil && d.Warning != nil && d.Warning.Code == codeUnwritten && m.write(folder, &d, nil) == nil {
			m.Log.Printf("Run %s: that it %s is written now.", id, words[d.State])
			_ = m.all.Publish(Tagged{id, stateEvent{Event: "state", State: d.State, Error: d.Error}})
		}
		if err := folder.Close(); err != nil {
			m.Log.Printf("Run %s: %v", id, err)
		}
	}
}
