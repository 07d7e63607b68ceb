package runs

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"atelier/core/checkpoint"
	"atelier/core/train"
	"atelier/server/failure"
)

// Exists says whether there is a run in a folder.
func Exists(path string) bool {
	for _, name := range []string{DocumentFile, LastFile} {
		if _, err := os.Stat(filepath.Join(path, name)); err == nil {
			return true
		}
	}
	return false
}

// stateKey is where a checkpoint's metadata hold the run's state.
const stateKey = "state"

// Extension moves the end of a saved run. Zero values leave it where it is.
type Extension struct {
	Steps  *int // stop after so many; 0: at the end of the epochs
	Epochs int
}

// Extend writes another end into a checkpoint's state: what a run does before
// its end does not depend on where that is, except for schedules that span the
// whole run.
func Extend(f *checkpoint.File, e Extension) error {
	if e.Steps == nil && e.Epochs == 0 {
		return nil
	}
	s, err := train.ReadState(f)
	if err != nil {
		return err
	}
	if e.Steps != nil {
		s.Config.Steps = *e.Steps
	}
	if e.Epochs > 0 {
		s.Changes = append(s.Changes, train.Change{Step: s.Step, Key: "epochs", Value: float64(e.Epochs)})
	}
	b, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("the run's state: %w", err)
	}
	f.Meta[stateKey] = string(b)
	if _, err := train.ReadState(f); err != nil {
		return failure.New(failure.Usage, failure.Sentence(err.Error()), "")
	}
	return nil
}
