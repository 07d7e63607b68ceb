// Package eta estimates how long a training run still takes. The run's events
// go in (Observe), seconds come out (SecondsLeft). It has no clock: all times are
// those of the events.
package eta

import "atelier/core/train"

// ValidationSpeedup is how many images are validated in the time that training
// on one takes: the forward pass is about a third of the work. It is used until
// the run's own validation has been timed.
const ValidationSpeedup = 3

// Estimator knows how fast a run goes.
type Estimator struct {
	StepsPerEpoch int // 0: the run has not begun
	Images        int // that an epoch trains on
	Predictions   int // of a validation

	trainSpeed float64 // images per second; 0: not known yet
	valSpeed   float64 // predictions per second; 0: not measured yet

	first, newest train.Event // of the validation in progress; zero: none
}

// ImagesPerSecond is the newest training speed; 0: not known yet.
func (e *Estimator) ImagesPerSecond() float64 { return e.trainSpeed }

// Observe takes in one event of the run.
func (e *Estimator) Observe(event train.Event) {
	if event.ImagesPerSecond != nil && event.Event == train.EventStep {
		e.trainSpeed = *event.ImagesPerSecond
	}
	if event.Event != train.EventValidating {
		e.first, e.newest = train.Event{}, train.Event{}
		return
	}
	if e.first.Step != event.Step {
		e.first = event
	}
	e.newest, e.Predictions = event, event.Of
	if seconds := *event.Seconds - *e.first.Seconds; seconds > 0 {
		e.valSpeed = float64(event.Done-e.first.Done) / seconds
	}
}

// SecondsLeft is how long a run at a step of steps still takes, validations
// included; 0: not known yet.
func (e *Estimator) SecondsLeft(step, steps int) float64 {
	if e.trainSpeed <= 0 || e.StepsPerEpoch == 0 {
		return 0
	}
	imagesPerStep := float64(e.Images) / float64(e.StepsPerEpoch)
	seconds := float64(steps-step) * imagesPerStep / e.trainSpeed
	valSpeed := e.valSpeed
	if valSpeed == 0 {
		valSpeed = ValidationSpeedup * e.trainSpeed
	}
	// One validation at the end of each epoch, and one at the end of the run.
	validations := float64((steps+e.StepsPerEpoch-1)/e.StepsPerEpoch - step/e.StepsPerEpoch)
	if step == steps && step%e.StepsPerEpoch != 0 {
		validations = 0 // the last one is in progress, or over
	}
	if e.newest.Of > 0 && e.newest.Step == step {
		validations += 1 - float64(e.newest.Done)/float64(e.newest.Of)
	}
	return seconds + validations*float64(e.Predictions)/valSpeed
}
