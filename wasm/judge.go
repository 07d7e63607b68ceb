//go:build js && wasm

package main

import (
	"sync"

	"github.com/hack-pad/safejs"

	"atelier/core/checkpoint"
	"atelier/core/infer"
	"atelier/core/kernel"
	"atelier/core/metrics"
	"atelier/core/nn"
	"atelier/core/train"
)

// judgeBatch is how many images are answered at once: little memory beside a
// run's, and enough to be fast.
const judgeBatch = 16

// judge answers with a copy of the weights, so that looking never touches the
// run. Whoever has it from answering holds its lock: an answer lets the page be
// heard in its midst, and the next question would take its memory.
type judge struct {
	*infer.Predictor
	sync.Mutex
	of origin
}

// origin says which weights a judge has; equal ones are the same weights.
type origin struct {
	net  *nn.Net // loaded or fineTuned, without a run
	run  *run
	best bool
	step int // of the run
}

// judges are two, so that a drawing need not wait for ten thousand images.
type judges struct{ quick, thorough *judge }

// answering returns a judge, locked, with the best or the last weights of the
// run, or with those loaded without one.
func (s *session) answering(which string, of **judge) (*judge, error) {
	return s.judging(which, of, s.fineTuned)
}

// judging is answering with fineTuned in the place of all others, unless it is nil.
func (s *session) judging(which string, of **judge, fineTuned *nn.Net) (*judge, error) {
	if *of == nil {
		yield := s.breathe
		if of == &s.judges.thorough {
			yield = s.breatheOften
		}
		*of = &judge{Predictor: infer.NewPredictor(nn.NewNet(s.spec), 1, judgeBatch, kernel.Winograd, yield)}
	}
	j := *of
	j.Lock()
	if err := s.prepare(j, which, fineTuned); err != nil {
		j.Unlock()
		return nil, err
	}
	return j, nil
}

// prepare gives j the weights.
func (s *session) prepare(j *judge, which string, fineTuned *nn.Net) error {
	r := s.run
	if alone := s.alone(fineTuned); alone != nil {
		if j.of != (origin{net: alone}) {
			copyNet(j.Net, alone)
			j.of = origin{net: alone}
		}
		return nil
	}
	if r == nil {
		return refuse("no_weights", "this network has not learned anything yet: train it or load weights")
	}
	take := func() error { return j.take(r, which) }
	if s.crew.sealed() {
		// Part of the weights is the next step's: a moment later all are.
		return r.betweenSteps(take)
	}
	return take()
}

// alone are weights that stand without a run, or in its place where they were
// fine-tuned by a person.
func (s *session) alone(fineTuned *nn.Net) *nn.Net {
	switch {
	case fineTuned != nil:
		return fineTuned
	case s.run == nil:
		return s.bare
	}
	return nil
}

// take copies a run's best or last weights, unless j has them.
func (j *judge) take(r *run, which string) error {
	state := r.trainer.State()
	if which == "best" && state.Best == nil {
		which = "last"
	}
	of := origin{run: r, best: which == "best", step: state.Step}
	if j.of == of {
		return nil
	}
	if which == "best" {
		if err := j.Net.LoadStateDict(state.Best.Weights); err != nil {
			return err
		}
	} else {
		copyNet(j.Net, r.trainer.Net)
	}
	j.of = of
	return nil
}

func copyNet(dst, src *nn.Net) {
	copy(dst.Params, src.Params)
	copy(dst.Stats, src.Stats)
	copy(dst.Counts, src.Counts)
	dst.Version++
}

// which reads the word best or last.
func which(v safejs.Value, name string) (string, error) {
	f, err := v.Get(name)
	if err != nil {
		return "", err
	}
	if f.IsUndefined() {
		return "last", nil
	}
	w, err := f.String()
	if err == nil && w != "best" && w != "last" {
		err = refuse("command", "%s must be best or last, not %q", name, w)
	}
	return w, err
}

func (s *session) evaluate(v safejs.Value) (result, error) {
	split, err := text(v, "split")
	if err != nil {
		return result{}, err
	}
	weights, err := which(v, "weights")
	if err != nil {
		return result{}, err
	}
	set, index, err := s.set(split)
	if err != nil {
		return result{}, err
	}
	mirror, err := truth(v, "mirror")
	if err != nil {
		return result{}, err
	}
	j, err := s.answering(weights, &s.judges.thorough)
	if err != nil {
		return result{}, err
	}
	defer j.Unlock()
	if j.of.run != nil && !j.of.best {
		weights = "last" // a run without an epoch has no best ones
	}
	told := 0
	q := infer.EvalRequest{Images: set, Index: index, Mirror: mirror}
	n := q.Len()
	q.Progress = func(done int) {
		if done-told >= n/50 || done == n {
			told = done
			s.page.emit(map[string]any{"event": "progress", "what": "evaluate", "done": done, "total": n})
		}
	}
	r, err := j.Evaluate(q)
	if err != nil {
		return result{}, err
	}
	confidences := make([]float32, n)
	for i, c := range r.Confidence {
		confidences[i] = float32(c)
	}
	return result{
		fields: r.Evaluation(s.spec.Name, weights),
		arrays: map[string]typed{
			"predictions": {"Uint8Array", r.Class},
			"confidences": {"Float32Array", floatBytes(confidences)},
		},
	}, nil
}

// mcNemar asks whether two networks' accuracies on the same images differ by
// more than chance.
func (s *session) mcNemar(v safejs.Value) (result, error) {
	var counts [2]int
	for i, name := range []string{"onlyFirst", "onlySecond"} {
		n, err := whole(v, name)
		if err != nil {
			return result{}, err
		}
		if n < 0 {
			return result{}, refuse("command", "%s must be a number of images, not %d", name, n)
		}
		counts[i] = n
	}
	return result{fields: metrics.McNemar(counts[0], counts[1])}, nil
}

// load takes a file: a whole run, or weights alone, PyTorch's included. What
// is refused leaves everything as it was.
func (s *session) load(v safejs.Value) (result, error) {
	field, err := v.Get("bytes")
	if err != nil {
		return result{}, err
	}
	b, err := s.page.bytes(field)
	if err != nil {
		return result{}, err
	}
	f, err := checkpoint.Decode(b, checkpoint.Foreign())
	if err != nil {
		return result{}, refuse("file", "%v", err)
	}
	if train.HoldsRun(f) {
		return s.loadRun(f)
	}
	net := nn.NewNet(s.spec)
	if err := net.LoadStateDict(f.Tensors); err != nil {
		return result{}, refuse("file", "%v", err)
	}
	s.giveWay()
	s.run, s.bare, s.fineTuned, s.judges = nil, net, nil, judges{}
	return result{fields: map[string]any{"what": "weights", "model": s.spec.Name}}, nil
}

func (s *session) loadRun(f *checkpoint.File) (result, error) {
	if s.train == nil {
		return result{}, refuse("no_data", "the images have not arrived yet")
	}
	state, err := train.ReadState(f)
	if err != nil {
		return result{}, refuse("file", "%v", err)
	}
	if state.Config.Model != s.spec.Name {
		return result{}, refuse("file", "the run in the file is of %s, not of %s", state.Config.Model, s.spec.Name)
	}
	if err := train.CanResume(f, s.data()); err != nil {
		return result{}, refuse("file", "%v", err)
	}
	s.giveWay()
	if err := s.crew.prepare(s.spec); err != nil {
		return result{}, err
	}
	t, err := train.Resume(f, s.data(), s.options())
	if err != nil {
		return result{}, err
	}
	s.take(t)
	s.run.paused = true
	if err := s.crew.begin(word{Say: "start", Config: &state.Config, Kind: s.kind}, f); err != nil {
		return result{}, err
	}
	return result{fields: map[string]any{
		"what": "checkpoint", "model": s.spec.Name, "config": s.words(),
		"step": state.Step, "steps": t.TotalSteps(), "complete": t.Complete(), "images": t.Images(), "epoch": len(state.History), "history": t.EpochEvents(), "changes": state.Changes,
	}}, nil
}

// weights gives the best or the last weights as a file that PyTorch reads.
func (s *session) weights(v safejs.Value) (result, error) {
	w, err := which(v, "which")
	if err != nil {
		return result{}, err
	}
	j, err := s.answering(w, &s.judges.quick)
	if err != nil {
		return result{}, err
	}
	defer j.Unlock()
	b, err := checkpoint.Encode(&checkpoint.File{
		Tensors: j.Net.View(j.Net.Params, j.Net.Stats),
		Meta:    map[string]string{"format": "pt", "model": s.spec.Name},
	})
	return result{buffers: map[string][]byte{"bytes": b}}, err
}
