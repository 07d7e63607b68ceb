package train

import (
	"errors"

	"atelier/core/checkpoint"
	"atelier/core/nn"
	"atelier/core/optim"
)

// Hooks are what a run needs from outside; all but Clock may be nil.
type Hooks struct {
	// Clock returns seconds from any fixed moment. The workers ask it too.
	Clock func() float64
	// Emit is told what happens.
	Emit func(Event)
	// AfterStep is called between two steps, where the run can be saved or
	// changed; an error ends Run.
	AfterStep func() error
	// Validating is called before a validation and, every few seconds, within it:
	// the run can be saved there, with what was answered so far, but not changed.
	// Its error ends Run. Trainers joined by an Exchange call it before one only.
	Validating func() error
}

// ErrStopped is what a Yield or AfterStep returns to end a run early.
var ErrStopped = errors.New("stopped")

// Run trains until the run has ended, with validation after every epoch, or
// until a hook gives an error, which it returns.
func (t *Trainer) Run(h Hooks) error {
	err := t.loop(h)
	// Whoever asks afterwards reads the weights of the last step.
	if behind := t.syncEngine(); err == nil {
		err = behind
	}
	return err
}

func (t *Trainer) loop(h Hooks) error {
	m := newMeter(t, h)
	// A run that pauses leaves Run and calls it again.
	defer func() { t.spent, t.seen = m.epochSeconds(), m.seen }()
	// A run that was stopped during a validation begins with it.
	if err := t.closeEpoch(m); err != nil {
		return err
	}
	for !t.Done() {
		r, err := t.Step()
		if err != nil {
			return err
		}
		m.step(r)
		if err := t.closeEpoch(m); err != nil {
			return err
		}
		if h.AfterStep != nil {
			if err := h.AfterStep(); err != nil {
				return err
			}
		}
	}
	return nil
}

// closeEpoch validates where an epoch, or a run that ends within one, is
// complete, and notes the result.
func (t *Trainer) closeEpoch(m *meter) error {
	full := t.state.Step%t.StepsPerEpoch() == 0
	if !full && !t.Done() || t.state.Epoch.Images == 0 {
		return nil
	}
	if err := t.syncEngine(); err != nil {
		return err
	}
	answers, err := t.validate(m)
	if err != nil {
		return err
	}
	loss := answers.MeanLoss()
	if err := optim.CheckLoss(t.state.Step, "the validation loss", loss, t.lrOfLastStep()); err != nil {
		return err
	}
	t.note(loss, answers.Accuracy(), m)
	return nil
}

// note enters an epoch's figures into the history and keeps the best weights.
func (t *Trainer) note(valLoss, valAcc float64, m *meter) {
	s := &t.state
	e := s.Epoch
	record := Record{
		Epoch:     (s.Step-1)/t.StepsPerEpoch() + 1,
		Step:      s.Step,
		TrainLoss: e.Loss / float64(e.Images),
		TrainAcc:  float64(e.Correct) / float64(e.Images),
		ValLoss:   valLoss, ValAcc: valAcc,
		LR:            t.lrOfLastStep(),
		Seconds:       m.epochSeconds(),
		WeightsSHA256: t.Net.WeightsSHA256(),
	}
	s.History = append(s.History, record)
	s.Epoch = EpochSoFar{}
	if t.recipe.Schedule.Kind == optim.Plateau {
		t.asLastStep(func() { s.Plateau.Observe(t.recipe.Schedule, valLoss, t.recipe.LR) })
	}
	t.keepBest(record)
	m.epoch(record)
}

// asLastStep lets f see the run as its last step did. What was changed since,
// say in a pause within the validation, is of the next step on.
func (t *Trainer) asLastStep(f func()) {
	now := t.recipe
	t.state.Step--
	if begun, err := RecipeOf(t.state.Config); err == nil { // as when the run began
		t.recipe = begun
		t.applyChanges()
	}
	f()
	t.state.Step++
	t.recipe = now
}

func (t *Trainer) lrOfLastStep() (lr float64) {
	t.asLastStep(func() { lr = t.LR() })
	return lr
}

// keepBest keeps the weights where they are the best so far; of equals, the
// first.
func (t *Trainer) keepBest(r Record) {
	s := &t.state
	byAcc := func(b *Best) bool { return b == nil || r.ValAcc > b.ValAcc }
	byLoss := func(b *Best) bool { return b == nil || r.ValLoss < b.ValLoss }
	better := byLoss
	if s.Config.Monitor == MonitorAcc {
		better = byAcc
	}
	if better(s.Best) {
		s.Best = t.snapshot(r)
	}
	if s.Config.Monitor != MonitorAcc && byAcc(s.BestAcc) {
		s.BestAcc = t.snapshot(r)
	}
}

func (t *Trainer) snapshot(r Record) *Best {
	restore := t.useAverage()
	defer restore()
	return &Best{Epoch: r.Epoch, ValLoss: r.ValLoss, ValAcc: r.ValAcc, Weights: t.Net.StateDict()}
}

func (t *Trainer) fits(tensors []checkpoint.Tensor) error {
	return nn.NewNet(t.Net.Spec).LoadStateDict(tensors)
}
