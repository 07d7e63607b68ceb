package eta

import (
	"math"
	"testing"

	"atelier/core/train"
)

// TestSecondsLeft is about runs of 400 images and 100 steps an epoch, and 600
// predictions a validation.
func TestSecondsLeft(t *testing.T) {
	step := func(speed float64) train.Event {
		return train.Event{Event: train.EventStep, ImagesPerSecond: &speed}
	}
	validating := func(at, done int, seconds float64) train.Event {
		return train.Event{Event: train.EventValidating, Step: at, Done: done, Of: 600, Seconds: &seconds}
	}
	epoch := train.Event{Event: train.EventEpoch, Step: 100}
	tests := []struct {
		name        string
		events      []train.Event
		step, steps int
		want        float64
	}{
		{"nothing is known", nil, 0, 200, 0},
		{"in the first epoch, a validation is a guess", []train.Event{step(10)}, 50, 200, 150*4/10. + 2*600/30.},
		{"the newest speed counts", []train.Event{step(10), step(20)}, 50, 200, 150*4/20. + 2*600/60.},
		{"in a validation", []train.Event{step(10), validating(100, 100, 50), validating(100, 300, 60)}, 100, 200, 100*4/10. + 1.5*600/20.},
		{"after it, as it was measured", []train.Event{step(10), validating(100, 100, 50), validating(100, 600, 75), epoch}, 100, 200, 100*4/10. + 600/20.},
		{"in the last validation", []train.Event{step(10), validating(200, 0, 0), validating(200, 150, 15)}, 200, 200, .75 * 600 / 10},
		{"a run that ends within an epoch", []train.Event{step(10)}, 110, 150, 40*4/10. + 600/30.},
		{"and is validated there", []train.Event{step(10), validating(150, 0, 0), validating(150, 300, 10)}, 150, 150, .5 * 600 / 30},
		{"it is over", []train.Event{step(10), validating(150, 0, 0), validating(150, 600, 10), epoch}, 150, 150, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			est := Estimator{StepsPerEpoch: 100, Images: 400, Predictions: 600}
			for _, e := range tt.events {
				est.Observe(e)
			}
			if got := est.SecondsLeft(tt.step, tt.steps); math.Abs(got-tt.want) > 1e-9 {
				t.Errorf("%g s left, want %g", got, tt.want)
			}
		})
	}
}
