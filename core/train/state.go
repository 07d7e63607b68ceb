package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/chewxy/math32"

	"atelier/core/checkpoint"
	"atelier/core/nn"
	"atelier/core/optim"
)

// State is all of a run but its tensors: with them, enough to go on anywhere,
// in the middle of an epoch too, with the same bits.
type State struct {
	Config  Config             `json:"config"`
	Data    string             `json:"data"` // real or drawn
	Changes []Change           `json:"changes,omitempty"`
	Step    int                `json:"step"` // done
	Epoch   EpochSoFar         `json:"epoch"`
	Plateau optim.PlateauState `json:"plateau"`
	History History            `json:"history"`
	Best    *Best              `json:"best,omitempty"`     // by the config's monitor
	BestAcc *Best              `json:"best_acc,omitempty"` // by validation accuracy, where the monitor is another
}

// EpochSoFar adds up the training loss and accuracy of an epoch as they were
// at each step.
type EpochSoFar struct {
	Loss    float64 `json:"loss"` // sum over the images
	Correct int     `json:"correct"`
	Images  int     `json:"images"`
}

func (e *EpochSoFar) add(r StepResult) {
	e.Loss += float64(r.Loss * float64(r.Images))
	e.Correct += r.Correct
	e.Images += r.Images
}

// Best is the best epoch so far with its weights.
type Best struct {
	Epoch   int     `json:"epoch"` // counted from 1
	ValLoss float64 `json:"val_loss"`
	ValAcc  float64 `json:"val_acc"`

	Weights []checkpoint.Tensor `json:"-"`
}

// State returns a copy of the run's state without tensors but those of the
// best weights.
func (t *Trainer) State() State {
	s := t.state
	s.Changes = slices.Clone(s.Changes)
	s.History = slices.Clone(s.History)
	return s
}

// Prefixes of the tensors of a checkpoint beside the network's own.
const (
	prefixM       = "optim.m."
	prefixV       = "optim.v."
	prefixEMA     = "ema."
	prefixBest    = "best."
	prefixBestAcc = "best_acc."

	prefixValidation = "validation." // of one that is going on

	stateKey = "state"
)

// Share completes the moments and averages of a Trainer that is joined with
// others from outside: each has updated its part alone. All must call it at the
// same step, before one saves.
func (t *Trainer) Share() error {
	if t.opt.Exchange == nil {
		return nil
	}
	arenas := [][]float32{t.adam.M, t.adam.V}
	if t.ema != nil {
		arenas = append(arenas, t.ema.params)
	}
	return t.opt.Exchange.AllGatherParams(t.opt.Rank, arenas...)
}

// Save returns a copy of the whole run; see Share. A run with a number that is
// not finite is refused: the last good file stays.
func (t *Trainer) Save() (*checkpoint.File, error) {
	f, err := t.View()
	if err != nil {
		return nil, err
	}
	for i := range f.Tensors {
		f.Tensors[i].F32 = slices.Clone(f.Tensors[i].F32)
	}
	return f, nil
}

// View is Save without the copies: it holds until the next step.
func (t *Trainer) View() (*checkpoint.File, error) {
	if err := t.syncEngine(); err != nil {
		return nil, err
	}
	meta, err := json.Marshal(t.state)
	if err != nil {
		return nil, fmt.Errorf("the run's state cannot be written: %w", err)
	}
	f := &checkpoint.File{
		Tensors: t.Net.View(t.Net.Params, t.Net.Stats),
		Meta:    map[string]string{"format": "pt", "model": t.state.Config.Model, stateKey: string(meta)},
	}
	for _, p := range t.Net.Parameters() {
		f.Tensors = append(f.Tensors,
			moment(prefixM, p.Name, p.Shape, t.adam.M[p.Off:p.Off+len(p.Data)]),
			moment(prefixV, p.Name, p.Shape, t.adam.V[p.Off:p.Off+len(p.Data)]))
	}
	if t.ema != nil {
		f.Tensors = append(f.Tensors, prefixed(prefixEMA, t.Net.View(t.ema.params, t.ema.stats))...)
	}
	if b := t.state.Best; b != nil {
		f.Tensors = append(f.Tensors, prefixed(prefixBest, b.Weights)...)
	}
	if b := t.state.BestAcc; b != nil {
		f.Tensors = append(f.Tensors, prefixed(prefixBestAcc, b.Weights)...)
	}
	if x, ok := t.validationTensor(); ok {
		f.Tensors = append(f.Tensors, x)
	}
	if what, value := infinite(f.Tensors); what != "" {
		return nil, &optim.DivergedError{Step: t.state.Step, LR: t.LR(), What: what, Value: value}
	}
	return f, nil
}

// infinite names the first number that is a NaN or an infinity; "" is none.
func infinite(tensors []checkpoint.Tensor) (what string, value float64) {
	for _, x := range tensors {
		for i, v := range x.F32 {
			if math32.IsNaN(v) || math32.IsInf(v, 0) {
				return fmt.Sprintf("number %d of %s", i, x.Name), float64(v)
			}
		}
	}
	return "", 0
}

func moment(prefix, name string, shape []int, data []float32) checkpoint.Tensor {
	return checkpoint.Tensor{Name: prefix + name, DType: "F32", Shape: slices.Clone(shape), F32: data}
}

func prefixed(prefix string, tensors []checkpoint.Tensor) []checkpoint.Tensor {
	out := slices.Clone(tensors)
	for i := range out {
		out[i].Name = prefix + out[i].Name
	}
	return out
}

// HoldsRun reports whether a file holds a run and not weights alone.
func HoldsRun(f *checkpoint.File) bool {
	_, ok := f.Meta[stateKey]
	return ok
}

// NetworkTensors returns the network's own tensors of a file, of weights alone
// or of a run.
func NetworkTensors(f *checkpoint.File) []checkpoint.Tensor {
	if !HoldsRun(f) {
		return f.Tensors
	}
	own, _ := split(f.Tensors)
	return own
}

// ReadState returns the state in a checkpoint, or an error that says what is
// missing or wrong.
func ReadState(f *checkpoint.File) (State, error) {
	var s State
	meta, ok := f.Meta[stateKey]
	if !ok {
		return s, errors.New("the file holds weights but no run: load it as weights instead")
	}
	d := json.NewDecoder(strings.NewReader(meta))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, fmt.Errorf("the run's state in the file cannot be read: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return s, errors.New("the run's state in the file cannot be read: more follows its end")
	}
	if err := s.limits(); err != nil {
		return s, err
	}
	cfg, err := s.Config.Complete()
	if err != nil {
		return s, fmt.Errorf("the run in the file has a wrong config: %w", err)
	}
	if cfg != s.Config {
		return s, errors.New("the run in the file leaves out parts of its config")
	}
	for _, c := range s.Changes {
		if err := c.Validate(); err != nil {
			return s, fmt.Errorf("the run in the file has a wrong change at step %d: %w", c.Step, err)
		}
	}
	if s.Step < 0 || s.Plateau.Scale <= 0 {
		return s, errors.New("the run in the file has a state that cannot be")
	}
	return s, nil
}

// Resume goes on with a saved run: the same bits as if it had never stopped.
func Resume(f *checkpoint.File, data Data, opt Options) (*Trainer, error) {
	t, err := read(f, data, opt)
	if err != nil {
		return nil, err
	}
	t.startWorkers()
	return t, nil
}

// CanResume reports, at little cost, what Resume would refuse.
func CanResume(f *checkpoint.File, data Data) error {
	_, err := read(f, data, Options{})
	return err
}

// read makes the Trainer of a saved run, without workers.
func read(f *checkpoint.File, data Data, opt Options) (*Trainer, error) {
	s, err := ReadState(f)
	if err != nil {
		return nil, err
	}
	if s.Data != data.Kind {
		return nil, fmt.Errorf("the run in the file was trained on the %s images, but here are the %s ones", s.Data, data.Kind)
	}
	own, rest := split(f.Tensors)
	spec, err := network(s.Config.Model)
	if err != nil {
		return nil, err
	}
	// First, since a Trainer takes memory by what the file says of its batch.
	if err := nn.NewNet(spec).LoadStateDict(own); err != nil {
		return nil, err
	}
	t, err := newTrainer(s.Config, data, opt)
	if err != nil {
		return nil, err
	}
	if err := t.Net.LoadStateDict(own); err != nil {
		return nil, err
	}
	if err := t.loadMoments(rest); err != nil {
		return nil, err
	}
	t.state = s
	if err := t.loadBest(rest); err != nil {
		return nil, err
	}
	if err := t.loadValidation(rest[prefixValidation]); err != nil {
		return nil, err
	}
	t.applyChanges()
	if s.Step > t.TotalSteps() {
		return nil, fmt.Errorf("the run in the file stands at step %d, after its end at %d", s.Step, t.TotalSteps())
	}
	if t.Complete() {
		return t, nil
	}
	return t, t.room()
}

// split sorts a checkpoint's tensors by their prefix: the network's own and,
// without the prefix, the others.
func split(tensors []checkpoint.Tensor) (own []checkpoint.Tensor, rest map[string][]checkpoint.Tensor) {
	rest = map[string][]checkpoint.Tensor{}
next:
	for _, t := range tensors {
		for _, p := range []string{prefixM, prefixV, prefixEMA, prefixBest, prefixBestAcc, prefixValidation} {
			if name, ok := strings.CutPrefix(t.Name, p); ok {
				t.Name = name
				rest[p] = append(rest[p], t)
				continue next
			}
		}
		own = append(own, t)
	}
	return own, rest
}

func (t *Trainer) loadMoments(rest map[string][]checkpoint.Tensor) error {
	for prefix, arena := range map[string][]float32{prefixM: t.adam.M, prefixV: t.adam.V} {
		if len(rest[prefix]) != len(t.Net.Parameters()) {
			return fmt.Errorf("the run in the file has %d of %d moments %s*", len(rest[prefix]), len(t.Net.Parameters()), prefix)
		}
		for _, p := range t.Net.Parameters() {
			i := slices.IndexFunc(rest[prefix], func(x checkpoint.Tensor) bool { return x.Name == p.Name })
			if i < 0 || !slices.Equal(rest[prefix][i].Shape, p.Shape) || len(rest[prefix][i].F32) != len(p.Data) {
				return fmt.Errorf("the run in the file has no moment %s%s of shape %v", prefix, p.Name, p.Shape)
			}
			copy(arena[p.Off:], rest[prefix][i].F32)
		}
	}
	if t.ema == nil {
		return nil
	}
	// The average is read through the network, whose own tensors are kept aside.
	restore := t.useAverage()
	defer restore()
	return t.Net.LoadStateDict(rest[prefixEMA])
}

func (t *Trainer) loadBest(rest map[string][]checkpoint.Tensor) error {
	for prefix, b := range map[string]**Best{prefixBest: &t.state.Best, prefixBestAcc: &t.state.BestAcc} {
		if *b == nil {
			continue
		}
		copied := **b
		copied.Weights = rest[prefix]
		if err := t.fits(copied.Weights); err != nil {
			return fmt.Errorf("the best weights in the file do not fit: %w", err)
		}
		*b = &copied
	}
	return nil
}
