package protocol

import "atelier/core/train"

// RunState is the state of a run on the server.
type RunState string

// The states.
const (
	StateQueued      RunState = "queued"      // waits for the run before it
	StateRunning     RunState = "running"     // trains
	StatePaused      RunState = "paused"      // waits for a person, saved
	StateStopped     RunState = "stopped"     // ended by a person, saved; can be resumed
	StateInterrupted RunState = "interrupted" // ended by the program's end, saved
	StateDone        RunState = "done"
	StateFailed      RunState = "failed"
)

// Owner is who goes on with a run after an interruption.
type Owner string

// The owners.
const (
	ByServer   Owner = "server"   // goes on by itself when the server starts again
	ByTerminal Owner = "terminal" // goes on by -resume
)

// RunDocument is run.json, and how the server tells of a run.
type RunDocument struct {
	ID          string         `json:"id"`
	State       RunState       `json:"state"`
	Owner       Owner          `json:"owner" ts:"-"`
	Asked       EngineChoice   `json:"asked_engine,omitempty" ts:"-"`
	Created     string         `json:"created" ts:"-" format:"date-time"`
	Updated     string         `json:"updated" ts:"-" format:"date-time"`
	Config      train.Config   `json:"config" ts:"as=Config"`
	Changes     []train.Change `json:"changes,omitempty"`
	Step        int            `json:"step"`
	Steps       int            `json:"steps"`
	Images      int            `json:"images,omitempty"` // that an epoch trains on; absent in runs of an earlier server
	Seconds     float64        `json:"seconds" ts:"-"`
	Environment Environment    `json:"environment" ts:"-"`
	// HandedOver is the hex SHA-256 of the checkpoint that a page handed over.
	HandedOver string         `json:"handed_over_sha256,omitempty"`
	History    []EpochRecord  `json:"history"`
	Best       *BestEpoch     `json:"best,omitempty" ts:"-"`
	BestAcc    *BestEpoch     `json:"best_acc,omitempty" ts:"-"`
	Result     *RunResult     `json:"result,omitempty"`
	Error      *ServerFailure `json:"error,omitempty"`
	// Warning: in spite of which the run goes on; it could not be saved.
	Warning *ServerFailure `json:"warning,omitempty"`
}

// EpochRecord is a finished epoch, a train.Record; runs of an earlier server lack
// the last two fields.
type EpochRecord struct {
	Epoch         int     `json:"epoch"`
	TrainLoss     float64 `json:"train_loss"`
	TrainAcc      float64 `json:"train_acc"`
	ValLoss       float64 `json:"val_loss"`
	ValAcc        float64 `json:"val_acc"`
	LR            float64 `json:"lr"`
	Seconds       float64 `json:"seconds"`
	Step          int     `json:"step,omitempty"`
	WeightsSHA256 string  `json:"weights_sha256,omitempty"`
}

// BestEpoch is the epoch with the best figure.
type BestEpoch struct {
	Epoch   int     `json:"epoch"`
	ValLoss float64 `json:"val_loss"`
	ValAcc  float64 `json:"val_acc"`
}

// RunResult is what a run came to.
type RunResult struct {
	WeightsSHA256 string      `json:"weights_sha256"`
	Test          *Evaluation `json:"test,omitempty" ts:"-"`
}

// Environment is what a run was computed on.
type Environment struct {
	Engine  string `json:"engine"`
	Device  string `json:"device"`
	Workers int    `json:"workers"`
	Data    string `json:"data"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
	CPUs    int    `json:"cpus"`
	Go      string `json:"go"`
	Version string `json:"version,omitempty"`
}

// ServerFailure is an error of the server as it stands in its answers.
type ServerFailure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

// ErrorAnswer is the body of every refusal.
type ErrorAnswer struct {
	Error ServerFailure `json:"error"`
}

// Order asks the server for a new run.
type Order struct {
	train.Config `ts:"only=model"`
	Engine       EngineChoice `json:"engine,omitempty"`
}

// RunList is the answer to GET runs.
type RunList struct {
	Runs []RunDocument `json:"runs"`
}

// Accepted is the answer to a change of a running run.
type Accepted struct {
	Accepted ChangeRequest `json:"accepted"`
}

// Health says that the server is there.
type Health struct {
	Status  string  `json:"status" const:"ok"`
	Version string  `json:"version"`
	Seconds float64 `json:"seconds"`
}

// Device is what the server's machine can train on; null is what is not known.
type Device struct {
	Engines     []Engine               `json:"engines"`
	CPUs        int                    `json:"cpus"`
	Memory      *int64                 `json:"memory_bytes"`
	OS          string                 `json:"os"`
	Arch        string                 `json:"arch"`
	Go          string                 `json:"go" ts:"-"`
	Speed       map[ModelName]*Speed   `json:"speed"`
	RecipeHours map[ModelName]*float64 `json:"recipe_hours" ts:"-"` // what the report's recipe takes at that speed
	SecondsLeft *float64               `json:"seconds_left"`        // of the run in progress
}

// Engine is one engine of the server.
type Engine struct {
	Name      string `json:"name"`
	Device    string `json:"device"`
	Workers   int    `json:"workers" ts:"-"`
	Available bool   `json:"available"`
	Note      string `json:"note,omitempty"` // why it is not, or what to know
}

// SpeedSource is where a speed was measured.
type SpeedSource string

// The sources.
const (
	SpeedOfRun       SpeedSource = "run"
	SpeedOfBenchmark SpeedSource = "benchmark"
)

// Speed is what was measured of one model on the core.
type Speed struct {
	ImagesPerSecond float64     `json:"images_per_second"` // of training
	From            SpeedSource `json:"from" ts:"-"`
	When            string      `json:"when" ts:"-" format:"date-time"`
}

// ServerEvents lists what the server tells of one run beside its RunEvents.
var ServerEvents = []any{PresentEvent{}, StateEvent{}, UnsavedEvent{}}

// PresentEvent is the first of a stream: the run as it is.
type PresentEvent struct {
	Event string      `json:"event" const:"run"`
	Run   RunDocument `json:"run"`
}

// StateEvent tells that a run's state has changed.
type StateEvent struct {
	Event string         `json:"event" const:"state"`
	State RunState       `json:"state"`
	Error *ServerFailure `json:"error,omitempty"`
}

// UnsavedEvent tells that a run goes on although it could not be saved.
type UnsavedEvent struct {
	Event string        `json:"event" const:"unsaved"`
	Step  int           `json:"step" ts:"-"`
	Error ServerFailure `json:"error"`
}

// AllRuns is the first message of the stream of all runs: how they are after
// the event At, at least. A state told by that event or an earlier one is over.
type AllRuns struct {
	Runs []RunDocument `json:"runs"`
	At   int64         `json:"at"`
}
