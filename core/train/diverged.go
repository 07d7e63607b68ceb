package train

import (
	"fmt"
	"math"
)

// DivergedError says that a step, or the validation after it, could not be
// reckoned with: the weights are those before it.
type DivergedError struct {
	Step int
	LR   float64
	Loss float64 // where it is a number, but beyond HopelessLoss
}

func (e *DivergedError) Error() string {
	what := "its numbers have left the range of numbers"
	if e.Loss != 0 {
		what = fmt.Sprintf("the loss is %.1g", e.Loss)
	}
	return fmt.Sprintf("training diverged at step %d: %s. Try a learning rate below %g", e.Step, what, e.LR)
}

// HopelessLoss is a loss that no network which learns anything has: guessing gives
// 2.3. Beyond it the squares of gradients, which the optimiser keeps, soon have
// no place in a float32, and training would stand still without a word.
const HopelessLoss = 1e9

// diverged judges the loss of a step. All workers have the same and so give the
// same verdict.
func diverged(step int, loss, lr float64) error {
	switch {
	case math.IsNaN(loss) || math.IsInf(loss, 0):
		return &DivergedError{Step: step, LR: lr}
	case loss > HopelessLoss:
		return &DivergedError{Step: step, LR: lr, Loss: loss}
	}
	return nil
}
