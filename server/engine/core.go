package engine

import (
	"fmt"
	"runtime"

	"atelier/core/checkpoint"
	"atelier/core/train"
	"atelier/server/failure"
)

// core is the engine of this project: package train on goroutines.
type core struct{ workers int }

// processors is how many there are for this program.
var processors = runtime.GOMAXPROCS(0)

// Spare is how many threads beside those that train a server has: without
// them, who asks for a page waits for slices of training to end, of 10 ms each.
const Spare = 2

// LeaveRoom gives the program threads to answer with while all processors
// train. The system then lets whoever has just been asked something go first.
func LeaveRoom() { runtime.GOMAXPROCS(processors + Spare) }

// Core returns the engine core with so many workers; 0 is one a processor.
func Core(workers int) Engine {
	if workers < 1 {
		workers = processors
	}
	return core{workers}
}

func (core) Name() string { return "core" }

func (c core) Device() string { return fmt.Sprintf("CPU (%s)", runtime.GOARCH) }

func (c core) Workers() int { return c.workers }

func (c core) options(yield func() error) train.Options {
	return train.Options{Workers: c.workers, Yield: yield}
}

func (c core) New(cfg train.Config, data train.Data, yield func() error) (Run, error) {
	t, err := train.New(cfg, data, c.options(yield))
	if err != nil {
		return nil, err
	}
	return coreRun{t}, nil
}

func (c core) Resume(f *checkpoint.File, data train.Data, yield func() error) (Run, error) {
	t, err := train.Resume(f, data, c.options(yield))
	if err != nil {
		return nil, err
	}
	return coreRun{t}, nil
}

// coreRun is a Trainer as a Run.
type coreRun struct{ *train.Trainer }

func (r coreRun) WeightsSHA256() string { return r.Net.WeightsSHA256() }

func (coreRun) Close() {}

// Open returns the engine that a word of -engine names. why lists what kept a
// faster one from being used; it is empty where none was asked for, or the fastest
// was opened.
func Open(choice string, workers int) (e Engine, why string, err error) {
	switch choice {
	case "core":
		return Core(workers), "", nil
	case "gomlx":
		return openGoMLX()
	case "auto", "":
		return openFastest(workers)
	}
	return nil, "", Known(choice)
}

// Known refuses a word that names no engine, without opening any.
func Known(choice string) error {
	switch choice {
	case "core", "gomlx", "auto", "":
		return nil
	}
	return failure.New(failure.Usage, fmt.Sprintf("There is no engine %q", choice), "The engines are auto, core and gomlx")
}
