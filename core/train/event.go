package train

// Names of events.
const (
	EventStep        = "step"
	EventValidating  = "validating"
	EventEpoch       = "epoch"
	EventDone        = "done"
	EventInterrupted = "interrupted"
)

// Event is what a run reports, the same JSON from the command line, the
// worker in the page and the server. What was not measured is null.
type Event struct {
	Event           string   `json:"event"`
	Epoch           int      `json:"epoch"` // counted from 1
	Epochs          int      `json:"epochs"`
	Step            int      `json:"step"`
	Steps           int      `json:"steps"` // where the run ends
	TrainLoss       *float64 `json:"train_loss"`
	TrainAcc        *float64 `json:"train_acc"`
	ValLoss         *float64 `json:"val_loss"`
	ValAcc          *float64 `json:"val_acc"`
	LR              *float64 `json:"lr"`
	Seconds         *float64 `json:"seconds"` // of the epoch so far
	ImagesPerSecond *float64 `json:"images_per_second"`
	WeightsSHA256   *string  `json:"weights_sha256"`
	// Done counts the validation images seen, of Of, while validating.
	Done int `json:"done,omitempty"`
	Of   int `json:"of,omitempty"`

	// Summary stands in the last event of a run only.
	*Summary
}

// Summary is what the last event of a run adds.
type Summary struct {
	Model     string `json:"model"`
	Recipe    string `json:"recipe"`
	Engine    string `json:"engine"`
	Device    string `json:"device"`
	Workers   int    `json:"workers"`
	Seed      uint32 `json:"seed"`
	BestEpoch *int   `json:"best_epoch"`
	Out       string `json:"out"`
}

// meter measures a run's speed and tells what happens.
type meter struct {
	t      *Trainer
	hooks  Hooks
	start  float64 // of the epoch, as if this Trainer had never left Run
	seen   int     // images of the epoch, of this Trainer
	told   float64 // when a step was last told, or when Run was called
	fresh  bool    // no step has been told since Run was called
	images int     // trained since told
	speed  float64 // of training, images per second, smoothed
}

// stepInterval is the least time between two step events, in seconds.
const stepInterval = .1

func newMeter(t *Trainer, h Hooks) *meter {
	now := h.Clock()
	return &meter{t: t, hooks: h, start: now - t.spent, seen: t.seen, told: now, fresh: true}
}

func (m *meter) epochSeconds() float64 { return m.hooks.Clock() - m.start }

func (m *meter) step(r StepResult) {
	m.images += r.Images
	m.seen += r.Images
	now := m.hooks.Clock()
	since := now - m.told
	// The first step is told at once: it may be the only one.
	if since < stepInterval && !m.t.Done() && !m.fresh {
		return
	}
	m.fresh = false
	if since > 0 {
		speed := float64(m.images) / since
		if m.speed == 0 {
			m.speed = speed
		}
		m.speed += float64(.3 * (speed - m.speed))
	}
	m.told, m.images = now, 0
	acc := float64(r.Correct) / float64(r.Images)
	e := m.event(EventStep)
	e.TrainLoss, e.TrainAcc, e.LR = &r.Loss, &acc, &r.LR
	m.emit(e)
}

func (m *meter) validated(done int) {
	e := m.event(EventValidating)
	e.Done, e.Of = done, len(m.t.valSet)
	m.emit(e)
}

func (m *meter) epoch(r Record) {
	m.start = m.hooks.Clock()
	m.told = m.start
	seen := m.seen
	m.seen = 0
	if m.hooks.Emit == nil {
		return
	}
	e := m.t.epochEvent(EventEpoch, r)
	if r.Seconds > 0 {
		speed := float64(seen) / r.Seconds
		e.ImagesPerSecond = &speed
	}
	m.emit(e)
}

// LastEvent is the event that ends a run, EventDone or EventInterrupted; the
// trainer fills in what it knows of the summary.
func (t *Trainer) LastEvent(name string, s Summary) Event {
	cfg := t.state.Config
	s.Model, s.Recipe, s.Seed = cfg.Model, cfg.Recipe, cfg.Seed
	if b := t.state.Best; b != nil {
		s.BestEpoch = &b.Epoch
	}
	var e Event
	if n := len(t.state.History); n > 0 && t.state.History[n-1].Step == t.state.Step {
		e = t.epochEvent(name, t.state.History[n-1])
	} else { // within an epoch: its figures are not measured
		sha := t.Net.WeightsSHA256()
		e = Event{Event: name, Epoch: n + 1, Epochs: t.recipe.Epochs, Step: t.state.Step, Steps: t.TotalSteps(), WeightsSHA256: &sha}
	}
	e.Summary = &s
	return e
}

// EpochEvents reports the finished epochs of a resumed run again.
func (t *Trainer) EpochEvents() []Event {
	out := make([]Event, 0, len(t.state.History))
	for _, r := range t.state.History {
		out = append(out, t.epochEvent(EventEpoch, r))
	}
	return out
}

// epochEvent reports a finished epoch.
func (t *Trainer) epochEvent(name string, r Record) Event {
	return Event{
		Event: name, Epoch: r.Epoch, Epochs: t.recipe.Epochs, Step: r.Step, Steps: t.TotalSteps(),
		TrainLoss: &r.TrainLoss, TrainAcc: &r.TrainAcc, ValLoss: &r.ValLoss, ValAcc: &r.ValAcc,
		LR: &r.LR, Seconds: &r.Seconds, WeightsSHA256: &r.WeightsSHA256,
	}
}

// event begins an event of the running step.
func (m *meter) event(name string) Event {
	seconds := m.epochSeconds()
	e := Event{
		Event: name, Epoch: (m.t.state.Step-1)/m.t.StepsPerEpoch() + 1, Epochs: m.t.recipe.Epochs,
		Step: m.t.state.Step, Steps: m.t.TotalSteps(), Seconds: &seconds,
	}
	if m.speed > 0 {
		e.ImagesPerSecond = &m.speed
	}
	return e
}

func (m *meter) emit(e Event) {
	if m.hooks.Emit != nil {
		m.hooks.Emit(e)
	}
}
