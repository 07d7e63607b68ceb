package protocol

import (
	"fmt"

	"atelier/core/finetune"
	"atelier/core/sketch"
	"atelier/core/train"
)

// Range is the least and the greatest value of something.
type Range struct{ Min, Max float64 }

// ChangeLimits are those of each hyperparameter that may change in a run.
func ChangeLimits() map[ChangeKey]Range {
	limits := map[ChangeKey]Range{}
	for _, key := range ChangeKeys {
		lo, hi, ok := train.ChangeRange(string(key))
		if !ok {
			panic(fmt.Sprintf("%s cannot change in a run", key)) // a test would say so first
		}
		limits[key] = Range{lo, hi}
	}
	return limits
}

// How many drawings a lesson is made of.
const (
	MinLesson = finetune.MinDrawings
	MaxLesson = finetune.MaxDrawings
)

// MaxStrokeWidth is the greatest width of a stroke, times the usual pen's.
const MaxStrokeWidth = sketch.MaxWidth
