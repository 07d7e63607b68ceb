//go:build js && wasm

package main

import (
	"sync"

	"github.com/hack-pad/safejs"

	"atelier/core/finetune"
	"atelier/core/nn"
	"atelier/core/sketch"
)

// What a lesson is graded on beside the person's drawings.
const (
	gradePhotographs = 500
	gradeDrawings    = 300
)

// lesson is one under way: steps on a copy of the weights, which takes their
// place at the end.
type lesson struct {
	finetune.Dataset
	sync.Mutex // held by a step
	tuner      *finetune.Tuner
	from       origin
}

// learn begins a lesson on the weights as they were before any other, and
// grades them.
func (s *session) learn(v safejs.Value) (result, error) {
	if s.run != nil && s.run.going {
		return result{}, refuse("training", "the network is training: pause it first, then it can learn from you")
	}
	photographs, index, err := s.set("train")
	if err != nil {
		return result{}, err
	}
	what, err := s.readLesson(v)
	if err != nil {
		return result{}, err
	}
	j, err := s.judging("last", &s.judges.thorough, nil)
	if err != nil {
		return result{}, err
	}
	defer j.Unlock()
	before, err := finetune.GradeOf(j.Predictor, what, s.test, gradePhotographs, gradeDrawings)
	if err != nil {
		return result{}, err
	}
	net := nn.NewNet(s.spec)
	copyNet(net, j.Net)
	tuner, err := finetune.NewTuner(net, what, photographs, index, s.breatheOften)
	if err != nil {
		return result{}, refuse("lesson", "%v", err)
	}
	s.lesson = &lesson{Dataset: what, tuner: tuner, from: j.of}
	return result{fields: map[string]any{"steps": tuner.Steps(), "before": before}}, nil
}

// readLesson reads lines of Quick, Draw!'s JSON and what they show.
func (s *session) readLesson(v safejs.Value) (l finetune.Dataset, err error) {
	var words struct {
		Drawings []string `json:"drawings"`
		Labels   []int    `json:"labels"`
		Seed     uint32   `json:"seed"`
	}
	if err := s.page.fromJS(v, &words); err != nil {
		return l, refuse("lesson", "the drawings cannot be read: %v", err)
	}
	l.Seed = uint64(words.Seed)
	for i, line := range words.Drawings {
		d, err := sketch.ParseNDJSON([]byte(line))
		if err != nil {
			return l, refuse("lesson", "drawing %d: %v", i+1, err)
		}
		l.Drawings = append(l.Drawings, d)
	}
	for i, label := range words.Labels {
		if label < 0 || label >= nn.Labels {
			return l, refuse("lesson", "drawing %d shows class %d, which is not within 0 to 9", i+1, label)
		}
		l.Labels = append(l.Labels, uint8(label))
	}
	if err := l.Check(); err != nil {
		return l, refuse("lesson", "%v", err)
	}
	return l, nil
}

func (s *session) theLesson() (*lesson, error) {
	if s.lesson == nil {
		return nil, refuse("no_lesson", "there is no lesson under way")
	}
	return s.lesson, nil
}

// learnStep takes one step of the lesson.
func (s *session) learnStep(safejs.Value) (result, error) {
	l, err := s.theLesson()
	if err != nil {
		return result{}, err
	}
	l.Lock()
	defer l.Unlock()
	loss, err := l.tuner.Step()
	return result{fields: map[string]any{"step": l.tuner.Taken(), "loss": loss}}, err
}

// learnEnd puts what was learned in the weights' place and grades it, or drops
// it.
func (s *session) learnEnd(v safejs.Value) (result, error) {
	keep, err := truth(v, "keep")
	if err != nil {
		return result{}, err
	}
	l, err := s.theLesson()
	if err != nil || !keep {
		s.lesson = nil
		return result{}, err
	}
	l.Lock()
	defer l.Unlock()
	s.lesson = nil
	if err := s.unmoved(l); err != nil {
		return result{}, err
	}
	j, err := s.judging("last", &s.judges.thorough, l.tuner.Net)
	if err != nil {
		return result{}, err
	}
	defer j.Unlock()
	after, err := finetune.GradeOf(j.Predictor, l.Dataset, s.test, gradePhotographs, gradeDrawings)
	if err != nil {
		return result{}, err
	}
	if err := s.unmoved(l); err != nil {
		return result{}, err
	}
	s.fineTuned = l.tuner.Net
	return result{fields: map[string]any{"after": after}}, nil
}

// unmoved refuses where the weights that the lesson began with are others now.
func (s *session) unmoved(l *lesson) error {
	moved := refuse("moved", "the network's weights have changed meanwhile: what was learned does not fit them any more")
	if s.run != nil && s.run.going {
		return moved
	}
	j, err := s.judging("last", &s.judges.quick, nil)
	if err != nil {
		return err
	}
	defer j.Unlock()
	if j.of != l.from {
		return moved
	}
	return nil
}

// unlearn gives the network its weights from before the lesson again.
func (s *session) unlearn(safejs.Value) (result, error) {
	s.fineTuned = nil
	return result{}, nil
}
