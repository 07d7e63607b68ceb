package runs

import "atelier/core/train"

// AnswersPerImage is how many images a machine validates in about the time in
// which it trains on one: forward is a third of the work. It counts until a run's
// own validation has been measured.
const AnswersPerImage = 3

// pace is how fast a run goes, as its events tell.
type pace struct {
	perEpoch int // steps; 0: the run has not begun
	images   int // trained in an epoch
	answers  int // of a validation

	training   float64 // images per second; 0: not known yet
	validating float64 // answers per second; 0: not measured yet

	first, newest train.Event // of the validation that is going on; zero: none
}

// note takes what an event tells.
func (p *pace) note(e train.Event) {
	if e.ImagesPerSecond != nil && e.Event == train.EventStep {
		p.training = *e.ImagesPerSecond
	}
	if e.Event != train.EventValidating {
		p.first, p.newest = train.Event{}, train.Event{}
		return
	}
	if p.first.Step != e.Step {
		p.first = e
	}
	p.newest, p.answers = e, e.Of
	if since := *e.Seconds - *p.first.Seconds; since > 0 {
		p.validating = float64(e.Done-p.first.Done) / since
	}
}

// left is how many seconds are left to a run at a step of steps, with its
// validations; 0: that is not known yet.
func (p *pace) left(step, steps int) float64 {
	if p.training <= 0 || p.perEpoch == 0 {
		return 0
	}
	perImage := float64(p.images) / float64(p.perEpoch) // a step's
	seconds := float64(steps-step) * perImage / p.training
	validating := p.validating
	if validating == 0 {
		validating = AnswersPerImage * p.training
	}
	// One where each epoch ends, and where the run does.
	ahead := float64((steps+p.perEpoch-1)/p.perEpoch - step/p.perEpoch)
	if step == steps && step%p.perEpoch != 0 {
		ahead = 0 // it is the one that is going on, or is over
	}
	if p.newest.Of > 0 && p.newest.Step == step {
		ahead += 1 - float64(p.newest.Done)/float64(p.newest.Of)
	}
	return seconds + ahead*float64(p.answers)/validating
}

// Progress is the run that trains now, and how it goes.
type Progress struct {
	Run             Document
	ImagesPerSecond float64 // 0: not known yet
	SecondsLeft     float64 // 0: not known yet
}

// Progress tells of the run that trains now; its zero value says that none does.
func (m *Manager) Progress() Progress {
	m.mu.Lock()
	a := m.current
	m.mu.Unlock()
	if a == nil {
		return Progress{}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return Progress{a.doc, a.pace.training, a.pace.left(a.doc.Step, a.doc.Steps)}
}
