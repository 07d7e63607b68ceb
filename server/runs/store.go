package runs

import (
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"atelier/server/durable"
	"atelier/server/failure"
)

// Store is the folder of all runs. Methods may be called at the same time.
type Store struct {
	Root string
	Log  *log.Logger
	Disk Disk

	mu      sync.Mutex
	pending map[string]pending // what could not be written, by the runs' names
}

// NewStore returns the store in a folder, which need not exist yet.
func NewStore(root string, logger *log.Logger) *Store {
	return &Store{Root: root, Log: logger, pending: map[string]pending{}}
}

// Create makes the folder of all runs.
func (s *Store) Create() error {
	if err := os.MkdirAll(s.Root, 0o755); err != nil {
		return failure.Wrap(err, failure.Folder, "The folder of runs cannot be made", "Name another with -runs DIR")
	}
	return nil
}

// Open opens a run's folder, making it if needed, and locks it.
func (s *Store) Open(id string) (*Folder, error) { return OpenFolderOn(s.path(id), s.Disk) }

func (s *Store) path(id string) string { return filepath.Join(s.Root, id) }

// Has says whether there is a folder of this name.
func (s *Store) Has(id string) bool {
	_, err := os.Lstat(s.path(id))
	return !errors.Is(err, fs.ErrNotExist)
}

// List reads the documents of all runs. One that cannot be read is left out and
// logged.
func (s *Store) List() ([]Document, error) {
	entries, err := os.ReadDir(s.Root)
	if err != nil {
		return nil, failure.Wrap(err, failure.Folder, "The folder of runs cannot be read", "")
	}
	docs := []Document{}
	for _, e := range entries {
		if !e.IsDir() || !ValidID(e.Name()) {
			continue
		}
		d, err := s.Read(e.Name())
		switch {
		case failure.Is(err, failure.NotFound): // a folder without a run
		case err != nil:
			s.Log.Printf("Run %s: %v", e.Name(), err)
		default:
			docs = append(docs, d)
		}
	}
	return docs, nil
}

// Read returns the document of a run: run.json, unless what it should say could
// not be written.
func (s *Store) Read(id string) (Document, error) {
	d, err := s.readDisk(id)
	return s.withPending(id, d, err)
}

func (s *Store) readDisk(id string) (Document, error) {
	if !ValidID(id) {
		return Document{}, noRun(id)
	}
	root, err := os.OpenRoot(s.path(id))
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

// FreeID returns id, or id with a number if that name is taken.
func (s *Store) FreeID(id string) (string, error) {
	id = strings.ToLower(id)
	for i := 2; ; i++ {
		_, err := os.Stat(s.path(id))
		if errors.Is(err, fs.ErrNotExist) {
			return id, nil
		}
		if err != nil {
			return "", failure.Wrap(err, failure.Folder, "The folder of runs cannot be read", "")
		}
		id = fmt.Sprintf("%s-%d", strings.TrimSuffix(id, fmt.Sprintf("-%d", i-1)), i)
	}
}

// OpenFile opens one of a run's files for reading; modified is when it was written.
func (s *Store) OpenFile(id, name string) (file *os.File, modified time.Time, err error) {
	if !ValidID(id) {
		return nil, time.Time{}, noRun(id)
	}
	root, err := os.OpenRoot(s.path(id))
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
