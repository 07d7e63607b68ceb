//go:build js && wasm

package main

import (
	"github.com/hack-pad/safejs"

	"atelier/core/inspect"
	"atelier/core/nn"
)

// A patch of 7 pixels hides a heel or a collar; every 4 pixels makes 49
// answers, a fraction of a second.
var patches = inspect.Occlusion{Patch: 7, Stride: 4}

const (
	// overlayStrength leaves the image to be seen beneath the colors.
	overlayStrength = 0.7
	// leastFall and leastEvidence are the least that the full color stands for,
	// so that what hardly matters is not shown as if it did.
	leastFall     = 0.05
	leastEvidence = 0.01
)

// question is what both explanations are asked.
type question struct {
	input   []byte
	weights string
	class   int // -1: the class that the network names
}

func (s *session) question(v safejs.Value) (q question, err error) {
	if q.input, q.weights, err = s.lookedAt(v); err != nil {
		return q, err
	}
	q.class, err = classOf(v)
	return q, err
}

// classOf reads an optional class; without one it is -1.
func classOf(v safejs.Value) (int, error) {
	f, err := v.Get("class")
	if err != nil || f.IsUndefined() || f.IsNull() {
		return -1, err
	}
	class, err := number(v, "class")
	if err != nil {
		return -1, err
	}
	if class != float64(int(class)) || class < 0 || class >= nn.Labels {
		return -1, refuse("class", "there is no class %g: 0 to 9 are possible", class)
	}
	return int(class), nil
}

// evidence tells what each place of an image adds to the score of a class.
func (s *session) evidence(v safejs.Value) (result, error) {
	q, err := s.question(v)
	if err != nil {
		return result{}, err
	}
	j, err := s.answering(q.weights, &s.judges.quick)
	if err != nil {
		return result{}, err
	}
	defer j.Unlock()
	seen, err := j.Outputs(1, func(int) []byte { return q.input })
	if err != nil {
		return result{}, err
	}
	scores := append([]float32(nil), seen.Logits[:nn.Labels]...)
	named, err := most(scores)
	if err != nil {
		return result{}, err
	}
	if q.class < 0 {
		q.class = named
	}
	head, layer, err := inspect.HeadOf(j.Net)
	if err != nil {
		return result{}, err
	}
	shape, data, err := j.Activations(q.input, layer)
	if err != nil {
		return result{}, err
	}
	m, constant, err := head.Evidence(inspect.Channels(shape, data), q.class)
	if err != nil {
		return result{}, err
	}
	places := 0.0
	for _, x := range m.Data {
		places += float64(x)
	}
	r, err := overlay(q.input, m, leastEvidence, map[string]any{"class": q.class, "named": named, "constant": constant, "places": places})
	if err != nil {
		return r, err
	}
	r.arrays["scores"] = typed{"Float32Array", floatBytes(scores)}
	return r, nil
}

// occlusion tells how much the probability of a class falls when a patch of an
// image is hidden. The thorough judge answers, since it lets the page be heard
// more often, and since a drawing need not wait for dozens of answers.
func (s *session) occlusion(v safejs.Value) (result, error) {
	q, err := s.question(v)
	if err != nil {
		return result{}, err
	}
	j, err := s.answering(q.weights, &s.judges.thorough)
	if err != nil {
		return result{}, err
	}
	defer j.Unlock()
	answer, err := j.Predict(q.input)
	if err != nil {
		return result{}, err
	}
	named, err := most(answer[:])
	if err != nil {
		return result{}, err
	}
	if q.class < 0 {
		q.class = named
	}
	m, whole, err := inspect.Occlude(j, q.input, patches, q.class)
	if err != nil {
		return result{}, err
	}
	return overlay(q.input, m, leastFall, map[string]any{
		"class": q.class, "named": named, "probability": whole, "patch": patches.Patch,
	})
}

// errNotFinite refuses to explain answers of weights that have grown beyond all
// numbers.
var errNotFinite = refuse("not_finite", "the network's scores are no numbers any more: its learning rate was too high")

// most returns the place of the largest number, where all are numbers.
func most(x []float32) (int, error) {
	at := 0
	for i, v := range x {
		if v-v != 0 {
			return 0, errNotFinite
		}
		if v > x[at] {
			at = i
		}
	}
	return at, nil
}

// overlay lays a map over an image, 0 in the middle of its colors, and adds
// the picture to the fields. least is the least that the full color stands for.
func overlay(image []byte, m inspect.Map, least float32, fields map[string]any) (result, error) {
	lo, hi := m.Range()
	end := max(-lo, hi, least)
	p, err := inspect.Overlay(image, m, overlayStrength, inspect.Options{
		Scale: inspect.Scale{Mode: inspect.Fixed, Lo: -end, Hi: end}, Palette: inspect.Diverging,
	})
	if err != nil {
		return result{}, err
	}
	bar, err := inspect.Bar(inspect.Diverging, legendWidth, 1)
	if err != nil {
		return result{}, err
	}
	at := 0
	for i, x := range m.Data {
		if max(x, -x) > max(m.Data[at], -m.Data[at]) {
			at = i
		}
	}
	fields["width"], fields["height"] = p.W, p.H
	fields["lo"], fields["hi"], fields["end"] = lo, hi, end
	// The middle of the place that matters most, in parts of the image.
	fields["x"] = (float64(at%m.W) + 0.5) / float64(m.W)
	fields["y"] = (float64(at/m.W) + 0.5) / float64(m.H)
	return result{fields: fields, arrays: map[string]typed{
		"rgba": {"Uint8ClampedArray", p.RGBA},
		"bar":  {"Uint8ClampedArray", bar.RGBA},
	}}, nil
}
