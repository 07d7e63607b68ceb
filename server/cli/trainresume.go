package cli

import (
	"fmt"

	"atelier/core/checkpoint"
	"atelier/core/train"
	"atelier/server/failure"
	"atelier/server/runs"
)

// engineWord is the engine that is asked for. A run that was begun on the core
// goes on there unless a person says otherwise: on another its bits would change.
func (f *trainFlags) engineWord() string {
	if f.resume == "" || f.given["engine"] {
		return f.engine
	}
	doc, err := runs.ReadDocument(f.resume)
	if err == nil && doc.Environment.Engine == "core" {
		return "core"
	}
	return f.engine // no run, or none that can be read: said where it is opened
}

// sameAs refuses flags that contradict the run that is to go on: what has been
// computed cannot be changed afterwards.
func (f *trainFlags) sameAs(file *checkpoint.File) error {
	s, err := train.ReadState(file)
	if err != nil {
		return failure.Wrap(err, failure.BadFile, "The checkpoint holds no run to go on with", "")
	}
	was := s.Config
	for _, field := range []struct {
		name      string
		given, is any
	}{
		{"model", f.cfg.Model, was.Model}, {"recipe", f.cfg.Recipe, was.Recipe}, {"limit", f.cfg.Limit, was.Limit},
		{"batch", f.cfg.Batch, was.Batch}, {"lr", f.cfg.LR, was.LR}, {"seed", f.cfg.Seed, was.Seed}, {"monitor", f.cfg.Monitor, was.Monitor},
	} {
		if f.given[field.name] && field.given != field.is {
			return failure.New(failure.Usage, fmt.Sprintf("The run has %s %v, not %v", field.name, field.is, field.given),
				"Leave the flag away to go on, or begin a new run with another -out")
		}
	}
	return nil
}

// extension is what -epochs and -steps ask of a run that goes on.
func (f *trainFlags) extension() (e runs.Extension) {
	if f.given["steps"] {
		e.Steps = &f.cfg.Steps
	}
	if f.given["epochs"] {
		e.Epochs = f.cfg.Epochs
	}
	return e
}
