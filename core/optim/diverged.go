package optim

import (
	"errors"
	"fmt"
	"math"
)

// DivergedError says that a step, or the validation after it, could not be
// reckoned with: the weights are those before it.
type DivergedError struct {
	Step int
	LR   float64
	// What has left the range of numbers, and Value, what it was instead: the
	// loss, for one, may be NaN, infinite, or beyond HopelessLoss.
	What  string
	Value float64
}

func (e *DivergedError) Error() string {
	return fmt.Sprintf("training diverged at step %d: %s. Try a learning rate below %g", e.Step, e.Reason(), e.LR)
}

// Reason names what diverged, and how, as a clause.
func (e *DivergedError) Reason() string {
	switch {
	case e.What == "":
		return "its numbers have left the range of numbers"
	case math.IsNaN(e.Value):
		return e.What + " is not a number (NaN)"
	case math.IsInf(e.Value, 0):
		return e.What + " is infinite"
	}
	return fmt.Sprintf("%s is %.1g, beyond %g", e.What, e.Value, float64(HopelessLoss))
}

// HopelessLoss is a loss that no network which learns anything has: guessing gives
// 2.3. Beyond it the squares of gradients, which the optimiser keeps, soon have
// no place in a float32, and training would stand still without a word.
const HopelessLoss = 1e9

// RunningAverage is what diverges where a statistic and not the loss does.
const RunningAverage = "a running average of the batch normalization"

// ErrRunningAverage is what an Engine's step returns that would have left a
// running statistic which is no number.
var ErrRunningAverage = errors.New(RunningAverage + " is not a number")

// CheckLoss returns a DivergedError for a loss, that of a step or of a validation,
// that cannot be gone on with. All workers have the same and so give the same
// verdict.
func CheckLoss(step int, what string, loss, lr float64) error {
	if math.IsNaN(loss) || math.IsInf(loss, 0) || loss > HopelessLoss {
		return &DivergedError{Step: step, LR: lr, What: what, Value: loss}
	}
	return nil
}
