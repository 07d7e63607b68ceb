// Package engine is what trains a run: the project's own core on this
// machine's processors, or GoMLX on an accelerator. A run's config, state,
// events and files are the same on every engine.
//
// A config and data, or a checkpoint, go in; a Run comes out, which package
// training trains and saves. Start reading at Engine. Two other types have the name:
// core/train's Engine computes a run's steps in the core's place, and gomlxengine's
// those of one network on one device; this one is what the word of -engine names.
package engine

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"atelier/core/checkpoint"
	"atelier/core/train"
)

// Engine makes runs.
type Engine interface {
	Name() string   // core or gomlx: the word of -engine and of the JSON
	Device() string // what it computes on, for people
	Workers() int   // how many share a step: goroutines, or accelerators

	// New starts a run, Resume goes on with a saved one. Yield is that of
	// train.Options.
	New(cfg train.Config, data train.Data, yield func() error) (Run, error)
	Resume(f *checkpoint.File, data train.Data, yield func() error) (Run, error)
}

// Run is a run on an engine. All calls come from one goroutine.
type Run interface {
	// Run trains until the end or until a hook returns an error, which it returns.
	Run(h train.Hooks) error
	// View returns the whole run, from which any engine can go on. It holds until
	// the next step, and is refused where a number in it is not finite.
	View() (*checkpoint.File, error)
	State() train.State
	Change(key string, value float64) error
	LastEvent(name string, s train.Summary) train.Event
	WeightsSHA256() string
	TotalSteps() int
	StepsPerEpoch() int
	Images() int // of an epoch
	Done() bool
	// Close frees what the run holds outside Go's memory.
	Close()
}

// stopTimeout is how long a run that was told to stop may take to finish its
// step, or its validation, before it gives up that work.
const stopTimeout = 5 * time.Second

// Yield returns a function for train.Options: it ends the work in progress
// some time after stopped was closed.
func Yield(stopped <-chan struct{}) func() error {
	since := sync.OnceValue(time.Now) // the workers ask at the same time
	return func() error {
		select {
		case <-stopped:
		default:
			return nil
		}
		if time.Since(since()) < stopTimeout {
			return nil
		}
		return train.ErrStopped
	}
}

// Stopped says whether a run ended because it was told to.
func Stopped(err error) bool { return errors.Is(err, train.ErrStopped) }

// Recovered calls f and turns a panic of an engine into an error: the run fails,
// and the program goes on.
func Recovered(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the engine panicked: %v", p)
		}
	}()
	return f()
}
