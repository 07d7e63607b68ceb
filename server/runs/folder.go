package runs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/gofrs/flock"

	"atelier/core/checkpoint"
	"atelier/core/train"
	"atelier/server/durable"
	"atelier/server/engine"
	"atelier/server/failure"
)

// The files of a run's folder.
const (
	DocumentFile = "run.json"
	HistoryFile  = "history.csv"
	LastFile     = "last.safetensors" // the whole run: weights, moments, state, best weights
	BestFile     = "best.safetensors" // the weights of the best epoch by the config's monitor
	BestAccFile  = "best-val_acc.safetensors"
	ReportFile   = "classification_report.txt"

	lockFile = ".lock" // held by who trains or writes here
)

// keepLast is how many checkpoints are kept: last.safetensors, last-1, last-2.
const keepLast = 3

// MaxDocument bounds run.json, in bytes.
const MaxDocument = 4 << 20

// Folder is one run on disk. One process at a time may train in it.
type Folder struct {
	Path  string
	files durable.FS
	close func() error
	lock  *flock.Flock
	disk  Disk
	saved map[string]int // the epoch of the best weights that each file holds
}

// Disk stands between a folder and its files: a test lets it fail. nil is the
// real one.
type Disk func(durable.FS) durable.FS

// OpenFolder opens a run's folder, making it if needed, and locks it.
func OpenFolder(path string) (*Folder, error) { return OpenFolderOn(path, nil) }

// OpenFolderOn is OpenFolder on another disk.
func OpenFolderOn(path string, disk Disk) (*Folder, error) {
	files, err := durable.OpenFolder(path)
	if err != nil {
		return nil, failure.Wrap(err, failure.Folder, "The run's folder cannot be opened for writing", "Name another with -out DIR")
	}
	lock := flock.New(filepath.Join(path, lockFile))
	if ok, err := lock.TryLock(); err != nil || !ok {
		return nil, errors.Join(failure.Wrap(err, failure.Conflict, "Another program trains in this run's folder", "Stop it first, or name another folder"), files.Close())
	}
	// Only now: before the lock, another program may be in the middle of a save.
	if err := files.Sweep(); err != nil {
		return nil, errors.Join(failure.Wrap(err, failure.Folder, "The run's folder cannot be tidied up", ""), lock.Unlock(), files.Close())
	}
	f := &Folder{Path: path, files: files, close: files.Close, lock: lock, disk: disk, saved: map[string]int{}}
	if disk != nil {
		f.files = disk(files)
	}
	return f, nil
}

// Discard closes a folder that was made for a run that came to nothing, and
// removes it if nothing else is in it.
func (f *Folder) Discard() error {
	return errors.Join(f.Close(), os.Remove(filepath.Join(f.Path, lockFile)), os.Remove(f.Path))
}

// Close unlocks the folder.
func (f *Folder) Close() error { return errors.Join(f.lock.Unlock(), f.close()) }

// HasCheckpoint says whether there is a checkpoint to go on from: a save that was
// cut off between its two renames leaves a former one only.
func (f *Folder) HasCheckpoint() bool {
	for i := range keepLast {
		if _, err := os.Stat(filepath.Join(f.Path, durable.Former(LastFile, i))); err == nil {
			return true
		}
	}
	return false
}

// SaveRun saves the whole run, then its document. When it returns nil, a power
// cut takes nothing back. Where the disk is to blame, the error has the code
// failure.Save; any other says that the run itself cannot be saved.
func (f *Folder) SaveRun(r engine.Run, d *Document) error {
	file, err := r.View()
	if err != nil {
		return err
	}
	b, err := checkpoint.Encode(file)
	if err != nil {
		return err
	}
	err = f.write(r, d, b)
	// What was saved may be in a folder that was moved into the trash.
	if f.removed() {
		if err = f.recreate(); err == nil {
			err = f.write(r, d, b)
		}
	}
	switch {
	case err == nil || failure.Is(err, failure.TooLarge):
		return err
	case f.HasCheckpoint():
		return failure.Wrap(err, failure.Save, "The run could not be saved", "Is the disk full? The last good checkpoint is kept")
	}
	return failure.Wrap(err, failure.Save, "The run could not be saved", "Is the disk full? There is no checkpoint of it on disk")
}

// removed says whether somebody has removed the folder, or moved it away.
func (f *Folder) removed() bool {
	_, err := os.Stat(f.Path)
	return errors.Is(err, fs.ErrNotExist)
}

// recreate makes a removed folder anew: the run that trains in it is whole in
// memory.
func (f *Folder) recreate() error {
	fresh, err := OpenFolderOn(f.Path, f.disk)
	if err != nil {
		return err
	}
	_ = f.Close() // of the removed folder
	*f = *fresh
	return nil
}

// write puts a run's checkpoint b and what belongs to it on the disk.
func (f *Folder) write(r engine.Run, d *Document, b []byte) error {
	if err := durable.SaveKeeping(f.files, LastFile, b, keepLast); err != nil {
		return err
	}
	s := r.State()
	if err := f.saveBest(BestFile, s.Best, s.Config); err != nil {
		return err
	}
	acc := s.BestAcc
	if s.Config.Monitor == train.MonitorAcc {
		acc = s.Best
	}
	if err := f.saveBest(BestAccFile, acc, s.Config); err != nil {
		return err
	}
	var history bytes.Buffer
	if err := s.History.WriteCSV(&history); err != nil {
		return err
	}
	if err := durable.Save(f.files, HistoryFile, history.Bytes()); err != nil {
		return err
	}
	d.follow(r)
	return f.SaveDocument(d)
}

// saveBest writes the best weights as plain weights, unless the file holds
// those of this epoch already.
func (f *Folder) saveBest(name string, best *train.Best, cfg train.Config) error {
	if best == nil || f.saved[name] == best.Epoch {
		return nil
	}
	b, err := checkpoint.Encode(&checkpoint.File{Tensors: best.Weights, Meta: map[string]string{
		"format": "pt", "model": cfg.Model, "recipe": cfg.Recipe, "seed": strconv.FormatUint(uint64(cfg.Seed), 10),
		"epoch": strconv.Itoa(best.Epoch), "val_loss": number(best.ValLoss), "val_acc": number(best.ValAcc),
		"weights_sha256": checkpoint.WeightsSHA256(best.Weights),
	}})
	if err != nil {
		return err
	}
	if err := durable.Save(f.files, name, b); err != nil {
		return err
	}
	f.saved[name] = best.Epoch
	return nil
}

// SaveDocument writes run.json.
func (f *Folder) SaveDocument(d *Document) error {
	b, err := d.encode()
	if err != nil {
		return err
	}
	return durable.Save(f.files, DocumentFile, b)
}

// SaveWith writes run.json and with it, unless it is nil, a checkpoint that came
// from outside: both, or where it fails neither.
func (f *Folder) SaveWith(d *Document, last []byte) error {
	b, err := d.encode()
	if err != nil {
		return err
	}
	change := []durable.Content{{Name: DocumentFile, Data: b, Keep: 1}}
	if last != nil {
		change = []durable.Content{{Name: LastFile, Data: last, Keep: keepLast}, change[0]}
	}
	return durable.SaveTogether(f.files, change...)
}

// Best returns the weights of the best epoch; the error is fs.ErrNotExist where
// there is none yet.
func (f *Folder) Best() (*checkpoint.File, error) {
	b, err := f.files.Read(BestFile, int64(checkpoint.Own().File))
	if err != nil {
		return nil, err
	}
	return checkpoint.Decode(b, checkpoint.Own())
}

// SaveFile writes another file of the run.
func (f *Folder) SaveFile(name string, b []byte) error { return durable.Save(f.files, name, b) }

// Document reads run.json; the error is fs.ErrNotExist where there is no run.
func (f *Folder) Document() (*Document, error) {
	b, err := f.files.Read(DocumentFile, MaxDocument)
	if err != nil {
		return nil, err
	}
	return parseDocument(b)
}

func parseDocument(b []byte) (*Document, error) {
	var d Document
	if err := json.Unmarshal(b, &d); err != nil {
		return nil, failure.Wrap(err, failure.BadFile, "run.json cannot be read", "")
	}
	return &d, nil
}

// Checkpoint returns the newest checkpoint that is whole. from is the name of
// its file: another than last.safetensors means that the newest was damaged.
func (f *Folder) Checkpoint() (file *checkpoint.File, from string, err error) {
	_, from, err = durable.Load(f.files, LastFile, keepLast, int64(checkpoint.Own().File), func(b []byte) error {
		var err error
		file, err = DecodeRun(b)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", failure.Wrap(err, failure.NotFound, "The folder holds no checkpoint to go on from", "")
	}
	if err != nil {
		return nil, "", failure.Wrap(err, failure.BadFile, "None of the run's checkpoints can be read", "")
	}
	return file, from, nil
}

// DecodeRun reads a checkpoint of ours and checks that it holds a run.
func DecodeRun(b []byte) (*checkpoint.File, error) {
	file, err := checkpoint.Decode(b, checkpoint.Own())
	if err != nil {
		return nil, err
	}
	if _, err := train.ReadState(file); err != nil {
		return nil, err
	}
	return file, finite(file)
}

// finite refuses a checkpoint with a NaN or an infinity: it is of no use, and a
// former one may be good.
func finite(file *checkpoint.File) error {
	for _, t := range file.Tensors {
		for i, v := range t.F32 {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				return failure.New(failure.Diverged, fmt.Sprintf("Training diverged: number %d of %s is %g", i, t.Name, v), "Try a smaller learning rate; the last good checkpoint is kept")
			}
		}
	}
	return nil
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// ReadDocument reads the run.json of a folder without locking it.
func ReadDocument(path string) (*Document, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	b, err := durable.ReadFrom(root, DocumentFile, MaxDocument)
	if err != nil {
		return nil, err
	}
	return parseDocument(b)
}
