package runs

import (
	"errors"
	"fmt"
	"time"

	"atelier/server/failure"
)

// pending is what run.json would say of a run that trains no more, had there been
// room to write it. Readers are told it, and it is written as soon as that is
// possible, unless somebody else has written to run.json meanwhile.
type pending struct {
	doc  Document
	disk time.Time // Updated of run.json as it is
}

// stateWords are states within a sentence.
var stateWords = map[string]string{
	Paused: "is paused", Stopped: "is stopped", Interrupted: "is interrupted", Failed: "has failed", Done: "has been tested",
}

// shown is the document as readers see it.
func (p pending) shown() Document {
	d := p.doc
	d.Warning = failure.New(failure.Unwritten, fmt.Sprintf("That the run %s could not be written", stateWords[d.State]),
		"Is the disk full? It is written once there is room; a server that is started before goes on with the run")
	return d
}

// isPending says whether a document tells what could not be written.
func isPending(d *Document) bool { return d.Warning != nil && d.Warning.Code == failure.Unwritten }

// Write writes a run's document, with it what could not be written before, and,
// unless it is nil, a checkpoint that came from outside. Where it fails, nothing
// has changed.
func (s *Store) Write(folder *Folder, d *Document, checkpoint []byte) error {
	was := d.Warning
	if p, ok := s.pendingOf(d.ID); ok && isPending(d) {
		d.Warning = p.doc.Warning
	}
	err := folder.SaveWith(d, checkpoint)
	switch {
	case err == nil:
		s.forget(d.ID)
		return nil
	case failure.Is(err, failure.TooLarge):
	default:
		err = failure.Wrap(err, failure.Save, "The run could not be written", "Is the disk full?")
	}
	d.Warning = was
	return err
}

// WriteOrKeep writes the document of a run that trains no more, or keeps it until
// it can be written. It returns what readers are to be told.
func (s *Store) WriteOrKeep(d Document) Document {
	folder, err := s.Open(d.ID)
	if failure.Is(err, failure.Conflict) {
		s.Log.Printf("Run %s: that it %s could not be written: %v", d.ID, stateWords[d.State], err)
		return d // another program has it, and says how it is
	}
	if err == nil {
		err = errors.Join(s.Write(folder, &d, nil), folder.Close())
	}
	if err == nil {
		return d
	}
	s.Log.Printf("Run %s: that it %s could not be written: %v", d.ID, stateWords[d.State], err)
	return s.Keep(d)
}

// Keep keeps a document until it can be written, and returns what readers are to
// be told.
func (s *Store) Keep(d Document) Document {
	disk, err := ReadDocument(s.path(d.ID))
	if err != nil {
		return d // nothing on disk says otherwise
	}
	p := pending{d, disk.Updated}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending[d.ID] = p
	return p.shown()
}

// WritePending writes what could not be written before, where that is possible
// now, and returns the documents of those runs. It leaves out runs that are busy.
func (s *Store) WritePending(busy func(id string) bool) (written []Document) {
	s.mu.Lock()
	var ids []string
	for id := range s.pending {
		ids = append(ids, id)
	}
	s.mu.Unlock()
	for _, id := range ids {
		if !s.Has(id) || busy(id) {
			continue
		}
		folder, err := s.Open(id)
		if err != nil {
			continue // say, a terminal goes on with it
		}
		if d, err := s.Read(id); err == nil && isPending(&d) && s.Write(folder, &d, nil) == nil {
			s.Log.Printf("Run %s: that it %s is written now.", id, stateWords[d.State])
			written = append(written, d)
		}
		if err := folder.Close(); err != nil {
			s.Log.Printf("Run %s: %v", id, err)
		}
	}
	return written
}

// withPending is a run's document, given what was read from disk.
func (s *Store) withPending(id string, disk Document, err error) (Document, error) {
	p, ok := s.pendingOf(id)
	switch {
	case !ok:
		return disk, err
	case err == nil && disk.Updated.Equal(p.disk):
		return p.shown(), nil
	case err == nil || failure.Is(err, failure.NotFound):
		s.forget(id) // written or removed by somebody else
	}
	return disk, err
}

func (s *Store) pendingOf(id string) (pending, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.pending[id]
	return p, ok
}

func (s *Store) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pending, id)
}
