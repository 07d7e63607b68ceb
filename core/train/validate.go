package train

import (
	"errors"
	"fmt"
	"math"

	"atelier/core/checkpoint"
	"atelier/core/kernel"
	"atelier/core/nn"
)

// A validation may take minutes on a slow machine. So that nothing of it is
// lost, its answers are part of the run's state, and Run leaves it now and then
// for Hooks.Validating, which may save.

// draft is what has been answered of a question so far: a row an image, all
// zeros where there is no answer yet. An answer's probability is never zero.
type draft struct {
	step int
	rows [][]float64 // of each worker: its own shards, and what a file knew of the others
}

func newDraft(step, images int) *draft {
	return &draft{step: step, rows: [][]float64{make([]float64, nn.ShardCount(images)*answerWidth*kernel.Leaf)}}
}

// hand gives each worker rows of its own, with what is known.
func (d *draft) hand(workers int) {
	for len(d.rows) < workers {
		d.rows = append(d.rows, append([]float64(nil), d.rows[0]...))
	}
}

// answered says whether the rows hold the answers of the images lo..hi.
func answered(rows []float64, lo, hi int) bool {
	for i := lo; i < hi; i++ {
		if rows[i*answerWidth+answerWidth-1] == 0 {
			return false
		}
	}
	return true
}

// errPart ends a part of a validation; what it answered is kept.
var errPart = errors.New("a part of the validation is over")

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
func (t *Trainer) validate(m *meter) (*Answers, error) {
	for {
		if m.hooks.Validating != nil {
			if err := m.hooks.Validating(); err != nil {
				return nil, err
			}
		}
		answers, err := t.validatePart(m)
		if err != errPart {
			return answers, err
		}
	}
}

// validatePart goes on with the validation where it was.
func (t *Trainer) validatePart(m *meter) (*Answers, error) {
	if t.ema != nil && t.opt.Exchange != nil {
		if err := t.opt.Exchange.Gather(t.opt.Rank, t.ema.params); err != nil {
			return nil, err
		}
	}
	restore := t.useAverage()
	defer restore()
	q := Question{Images: t.data, Index: t.valSet, Progress: m.validated}
	if t.judging == nil || t.judging.step != t.state.Step {
		t.judging = newDraft(t.state.Step, len(t.valSet))
	}
	answers, err := t.complete(t.judging, q, m.part())
	if err == nil {
		t.judging = nil
	}
	return answers, err
}

// draftTensor is the answers of the validation that is going on, to be saved
// with the run: the bits of its rows' numbers, since a loss is a float64. It
// reports false where none is going on.
func (t *Trainer) draftTensor() (checkpoint.Tensor, bool) {
	d := t.judging
	if d == nil || d.step != t.state.Step || t.state.Epoch.Images == 0 {
		return checkpoint.Tensor{}, false
	}
	images := len(t.valSet)
	rows := append([]float64(nil), d.rows[0]...)
	if len(d.rows) == len(t.workers) {
		for i, w := range t.workers {
			own := nn.Share(nn.ShardCount(images), w.rank, t.joined.World())
			lo, hi := own.Lo*answerWidth*kernel.Leaf, own.Hi*answerWidth*kernel.Leaf
			copy(rows[lo:hi], d.rows[i][lo:hi])
		}
	}
	bits := make([]int64, images*answerWidth)
	for i := range bits {
		bits[i] = int64(math.Float64bits(rows[i]))
	}
	return checkpoint.Tensor{Name: prefixValidation + draftName, DType: checkpoint.I64, Shape: []int{images, answerWidth}, I64: bits}, true
}

// draftName is the one tensor of a validation that was going on.
const draftName = "answers"

// loadDraft reads the answers of a validation that was going on when the run
// was saved. What is no answer is asked again.
func (t *Trainer) loadDraft(saved []checkpoint.Tensor) error {
	if len(saved) == 0 {
		return nil
	}
	x, n := saved[0], len(t.valSet)
	if len(saved) != 1 || x.Name != draftName || len(x.Shape) != 2 || x.Shape[0] != n || x.Shape[1] != answerWidth || len(x.I64) != n*answerWidth {
		return fmt.Errorf("the validation in the file does not fit: want %s%s of shape [%d %d]", prefixValidation, draftName, n, answerWidth)
	}
	d := newDraft(t.state.Step, n)
	rows := d.rows[0]
	for i, b := range x.I64 {
		rows[i] = math.Float64frombits(uint64(b))
	}
	for i := range n {
		if row := rows[i*answerWidth : (i+1)*answerWidth]; !isAnswer(row) {
			clear(row)
		}
	}
	t.judging = d
	return nil
}

// isAnswer says whether a row can be an image's answer.
func isAnswer(row []float64) bool {
	loss, class, sure := row[0], row[1], row[2]
	finite := math.Float64bits(loss)>>52&0x7ff != 0x7ff
	return finite && loss >= 0 && class >= 0 && class < nn.Labels && class == math.Floor(class) && sure > 0 && sure <= 1
}
