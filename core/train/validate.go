package train

import (
	"fmt"
	"math"
	"slices"

	"atelier/core/checkpoint"
	"atelier/core/infer"
	"atelier/core/kernel"
	"atelier/core/nn"
)

// A validation may take minutes on a slow machine. So that nothing of it is
// lost, its answers are part of the run's state, and Run leaves it now and then
// for Hooks.Validating, which may save.

// validation is one in progress.
type validation struct {
	step int
	rows []infer.InProgress // of each worker: its own shards, and what a file knew of the others
}

func newValidation(step, images int) *validation {
	return &validation{step: step, rows: []infer.InProgress{infer.NewInProgress(images)}}
}

// forWorkers gives each worker rows of its own, with what is known.
func (v *validation) forWorkers(workers int) {
	for len(v.rows) < workers {
		v.rows = append(v.rows, slices.Clone(v.rows[0]))
	}
}

// Evaluate answers q with the network's present weights.
func (t *Trainer) Evaluate(q infer.EvalRequest) (*infer.EvalResult, error) {
	return t.complete(newValidation(t.state.Step, q.Len()), q, nil)
}

// complete answers what is left of q, until over, which may be nil, says that
// this is enough for now. Where it is given up, v holds what was done.
func (t *Trainer) complete(v *validation, q infer.EvalRequest, over func() bool) (*infer.EvalResult, error) {
	if t.opt.Engine != nil {
		if err := v.rows[0].Complete(t.enginePart(q, over)); err != nil {
			return nil, err
		}
		return v.rows[0].Result(q), nil
	}
	v.forWorkers(len(t.workers))
	world, shards := t.exchange.World(), nn.ShardCount(q.Len())
	err := t.together(func(w *worker) error {
		rows := v.rows[w.rank-t.workers[0].rank]
		part := w.eval.Part(q, w.rank, world)
		part.Over = over
		if w != t.workers[0] {
			part.Progress = nil
		}
		if err := rows.Complete(part); err != nil {
			return err
		}
		return t.exchange.AllGatherRows(w.rank, rows, infer.RowWidth*kernel.Leaf, nn.Share(shards, w.rank, world))
	})
	if err != nil {
		return nil, err
	}
	return v.rows[0].Result(q), nil
}

// partSeconds is how long a part of a validation lasts, a batch more at most.
const partSeconds = 5

// part returns what tells workers, between two batches, that their part of a
// validation is over; nil: never. Trainers joined from outside would have to
// agree on it.
func (m *meter) part() func() bool {
	if m.hooks.Validating == nil || m.t.opt.Exchange != nil {
		return nil
	}
	began := m.hooks.Clock()
	return func() bool { return m.hooks.Clock()-began >= partSeconds }
}

// validate evaluates what the recipe keeps, the averaged weights where there
// are some, on the validation images.
func (t *Trainer) validate(m *meter) (*infer.EvalResult, error) {
	for {
		if m.hooks.Validating != nil {
			if err := m.hooks.Validating(); err != nil {
				return nil, err
			}
		}
		answers, err := t.validatePart(m)
		if err != infer.ErrPart {
			return answers, err
		}
	}
}

// validatePart goes on with the validation where it was.
func (t *Trainer) validatePart(m *meter) (*infer.EvalResult, error) {
	if t.ema != nil && t.opt.Exchange != nil {
		if err := t.opt.Exchange.AllGatherParams(t.opt.Rank, t.ema.params); err != nil {
			return nil, err
		}
	}
	restore := t.useAverage()
	defer restore()
	q := infer.EvalRequest{Images: t.data, Index: t.valSet, Progress: m.validated}
	if t.validation == nil || t.validation.step != t.state.Step {
		t.validation = newValidation(t.state.Step, len(t.valSet))
	}
	answers, err := t.complete(t.validation, q, m.part())
	if err == nil {
		t.validation = nil
	}
	return answers, err
}

// validationTensor is the answers of the validation that is going on, to be saved
// with the run: the bits of its rows' numbers, since a loss is a float64. It
// reports false where none is going on.
func (t *Trainer) validationTensor() (checkpoint.Tensor, bool) {
	v := t.validation
	if v == nil || v.step != t.state.Step || t.state.Epoch.Images == 0 {
		return checkpoint.Tensor{}, false
	}
	images := len(t.valSet)
	rows := slices.Clone(v.rows[0])
	if len(v.rows) == len(t.workers) {
		for i, w := range t.workers {
			own := nn.Share(nn.ShardCount(images), w.rank, t.exchange.World())
			lo, hi := own.Lo*infer.RowWidth*kernel.Leaf, own.Hi*infer.RowWidth*kernel.Leaf
			copy(rows[lo:hi], v.rows[i][lo:hi])
		}
	}
	bits := make([]int64, images*infer.RowWidth)
	for i := range bits {
		bits[i] = int64(math.Float64bits(rows[i]))
	}
	return checkpoint.Tensor{Name: prefixValidation + validationName, DType: checkpoint.I64, Shape: []int{images, infer.RowWidth}, I64: bits}, true
}

// validationName is the one tensor of a validation that was going on.
const validationName = "answers"

// loadValidation reads the answers of a validation that was going on when the run
// was saved. What is no answer is asked again.
func (t *Trainer) loadValidation(saved []checkpoint.Tensor) error {
	if len(saved) == 0 {
		return nil
	}
	x, n := saved[0], len(t.valSet)
	if len(saved) != 1 || x.Name != validationName || len(x.Shape) != 2 || x.Shape[0] != n || x.Shape[1] != infer.RowWidth || len(x.I64) != n*infer.RowWidth {
		return fmt.Errorf("the validation in the file does not fit: want %s%s of shape [%d %d]", prefixValidation, validationName, n, infer.RowWidth)
	}
	v := newValidation(t.state.Step, n)
	rows := v.rows[0]
	for i, b := range x.I64 {
		rows[i] = math.Float64frombits(uint64(b))
	}
	rows.DropInvalid()
	t.validation = v
	return nil
}

// useAverage puts the averaged weights in the network's place until restore is
// called; without averaging it does nothing.
func (t *Trainer) useAverage() (restore func()) {
	if t.ema == nil {
		return func() {}
	}
	swap := func() {
		swapSlices(t.Net.Params, t.ema.params)
		swapSlices(t.Net.Stats, t.ema.stats)
		t.Net.Version++
	}
	swap()
	return swap
}

func swapSlices(a, b []float32) {
	b = b[:len(a)]
	for i, v := range a {
		a[i], b[i] = b[i], v
	}
}
