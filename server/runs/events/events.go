// Package events carries what happens to runs to whoever follows them. The
// queue publishes into a Hub; each HTTP stream subscribes to one with a Reader.
// A hub never waits for its readers. Start reading at Hub.
//
// The events of training itself are core/train's Event; those here are the
// server's own.
package events

import "atelier/server/failure"

// State says that a run's state has changed.
type State struct {
	Event string           `json:"event"` // "state"
	State string           `json:"state"`
	Error *failure.Failure `json:"error,omitempty"`
}

// NewState is the event of a new state. f is why a run has failed, else nil.
func NewState(state string, f *failure.Failure) State {
	return State{Event: "state", State: state, Error: f}
}

// Unsaved says that a run goes on although it could not be saved.
type Unsaved struct {
	Event string           `json:"event"` // "unsaved"
	Step  int              `json:"step"`
	Error *failure.Failure `json:"error"`
}

// NewUnsaved is the event of a failed save after a step.
func NewUnsaved(step int, f *failure.Failure) Unsaved {
	return Unsaved{Event: "unsaved", Step: step, Error: f}
}

// Tagged is an event in the stream of all runs: the run's name, and the event
// as the run's own stream tells it.
type Tagged struct {
	Run   string `json:"run"`
	Event any    `json:"event"`
}
