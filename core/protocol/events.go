package protocol

import "atelier/core/train"

// RunEvents lists the events of a run, wherever it computes. Those that
// train.Event tells are the command line's JSON, of which the page reads less.
var RunEvents = []any{
	EpochEvent{}, StepEvent{}, ValidatingEvent{}, EndEvent{}, ProgressEvent{}, StatusEvent{}, ChangeEvent{}, FailEvent{}, ReplacedEvent{},
}

// EpochEvent ends an epoch.
type EpochEvent struct {
	Event string `json:"event" const:"epoch"`
	Figures
	LR float64 `json:"lr"`
}

// Figures are those of an epoch; null is what was not measured.
type Figures struct {
	Epoch           int      `json:"epoch"` // counted from 1
	Epochs          int      `json:"epochs" ts:"-"`
	Step            int      `json:"step"`
	Steps           int      `json:"steps" ts:"-"`
	TrainLoss       *float64 `json:"train_loss"`
	TrainAcc        *float64 `json:"train_acc"`
	ValLoss         *float64 `json:"val_loss"`
	ValAcc          *float64 `json:"val_acc"`
	Seconds         *float64 `json:"seconds"`
	ImagesPerSecond *float64 `json:"images_per_second"`
	WeightsSHA256   string   `json:"weights_sha256"`
}

// StepEvent comes about ten times a second while training.
type StepEvent struct {
	Event           string   `json:"event" const:"step"`
	Epoch           int      `json:"epoch"`
	Epochs          int      `json:"epochs" ts:"-"`
	Step            int      `json:"step"`
	Steps           int      `json:"steps"` // all of the run
	TrainLoss       float64  `json:"train_loss"`
	TrainAcc        float64  `json:"train_acc"`
	LR              float64  `json:"lr"`
	ImagesPerSecond *float64 `json:"images_per_second"`
	Seconds         *float64 `json:"seconds"`
}

// EndKind is how a run ended.
type EndKind string

// The ends.
const (
	EndDone        EndKind = train.EventDone
	EndInterrupted EndKind = train.EventInterrupted
)

// EndEvent is the last event of a run. Its figures are those of its last epoch,
// null where the run ended within one.
type EndEvent struct {
	Event EndKind `json:"event"`
	Figures
	LR *float64 `json:"lr" ts:"-"`
}

// ValidatingEvent comes after an epoch's last step, while the validation images
// are looked at.
type ValidatingEvent struct {
	Event  string `json:"event" const:"validating"`
	Epoch  int    `json:"epoch" ts:"-"`
	Epochs int    `json:"epochs" ts:"-"`
	Done   int    `json:"done,omitempty" ts:"-"`
	Of     int    `json:"of,omitempty" ts:"-"`
}

// ProgressEvent tells how far a long command is.
type ProgressEvent struct {
	Event string `json:"event" const:"progress"`
	Done  int    `json:"done"`
	Total int    `json:"total"`
}

// RunStatus is a run's state as the page shows it.
type RunStatus string

// The statuses.
const (
	StatusRunning RunStatus = "running"
	StatusPaused  RunStatus = "paused"
	StatusQueued  RunStatus = "queued"
	StatusStopped RunStatus = "stopped"
	StatusDone    RunStatus = "done"
	StatusFailed  RunStatus = "failed"
)

// StatusEvent tells a run's state.
type StatusEvent struct {
	Event  string    `json:"event" const:"status"`
	Status RunStatus `json:"status"`
}

// ChangeEvent tells of a hyperparameter that was changed.
type ChangeEvent struct {
	Event string `json:"event" const:"change"`
	train.Change
}

// FailEvent tells why a run has failed.
type FailEvent struct {
	Event string `json:"event" const:"failed"`
	Failure
}

// ReplacedEvent: a worker died, and another goes on with the run from this step.
type ReplacedEvent struct {
	Event  string `json:"event" const:"replaced"`
	Step   int    `json:"step"`
	Reason string `json:"reason"`
}

// DeadEvent: the Go program ended or threw, and the worker is of no use any more.
type DeadEvent struct {
	Event   string `json:"event" const:"dead"`
	Message string `json:"message"`
}
