//go:build js && wasm

package main

import (
	"time"
	"unsafe"

	"github.com/hack-pad/safejs"

	"atelier/core/infer"
)

const (
	// calibrationCount validation images and as many generated drawings are
	// what weights trained in the page are calibrated on.
	calibrationCount = 300
	// galleryEach training images of every class are compared with a drawing.
	galleryEach = 600
	// galleryChunk images are looked at before others have their turn.
	galleryChunk = 2
	// neighbors of a drawing are shown.
	neighbors = 5
	// While somebody draws, which is so until drawing seconds after an answer, the
	// gallery waits, and looks again after each rest.
	drawing = .25
	rest    = 50 * time.Millisecond
)

// calibrate fits what makes the answers' probabilities mean what they say.
func (s *session) calibrate(v safejs.Value) (result, error) {
	weights, err := which(v, "weights")
	if err != nil {
		return result{}, err
	}
	set, val, err := s.set("val")
	if err != nil {
		return result{}, err
	}
	j, err := s.answering(weights, &s.judges.thorough)
	if err != nil {
		return result{}, err
	}
	defer j.Unlock()
	c, err := j.Calibrate(set, val, calibrationCount)
	return result{fields: c}, err
}

// gallery are the training images that drawings are compared with, seen by the
// weights of one origin; those not seen yet follow in the background.
type gallery struct {
	of    origin
	index []int32
	seen  *infer.Gallery
}

// nearest finds the training images whose features are most like a source's;
// without a source it only has the gallery begin.
func (s *session) nearest(v safejs.Value) (result, error) {
	if s.run != nil && s.run.going {
		return result{}, refuse("training", "the network is training: pause it first")
	}
	j, err := s.answering("last", &s.judges.quick)
	if err != nil {
		return result{}, err
	}
	defer j.Unlock()
	g, err := s.hang(j)
	if err != nil {
		return result{}, err
	}
	var found []infer.Neighbor
	if shown, err := s.shows(v); err != nil {
		return result{}, err
	} else if shown && g.seen.Len() > 0 {
		input, err := s.source(v)
		if err != nil {
			return result{}, err
		}
		what, err := j.Outputs(1, func(int) []byte { return input[:] })
		if err != nil {
			return result{}, err
		}
		if found, err = g.seen.Nearest(what.Features, neighbors); err != nil {
			return result{}, err
		}
	}
	indices, labels, cosines := make([]uint32, len(found)), make([]byte, len(found)), make([]float32, len(found))
	for i, n := range found {
		at := g.index[n.Index]
		indices[i], labels[i], cosines[i] = uint32(at), s.train.Label(int(at)), n.Cosine
	}
	var raw []byte
	if len(indices) > 0 {
		raw = unsafe.Slice((*byte)(unsafe.Pointer(&indices[0])), 4*len(indices))
	}
	return result{
		fields: map[string]int{"looked": g.seen.Len(), "of": len(g.index)},
		arrays: map[string]typed{
			"indices": {"Uint32Array", raw}, "labels": {"Uint8Array", labels}, "cosines": {"Float32Array", floatBytes(cosines)},
		},
	}, nil
}

// shows reports whether a command has a source.
func (s *session) shows(v safejs.Value) (bool, error) {
	for _, name := range []string{"drawing", "picture", "split"} {
		f, err := v.Get(name)
		if err != nil || !f.IsUndefined() {
			return err == nil, err
		}
	}
	return false, nil
}

// hang returns the gallery of j's weights, a new one where those have changed.
func (s *session) hang(j *judge) (*gallery, error) {
	if s.gallery != nil && s.gallery.of == j.of {
		return s.gallery, nil
	}
	set, index, err := s.set("train")
	if err != nil {
		return nil, err
	}
	layers := s.spec.Layers
	seen, err := infer.NewGallery(nil, layers[len(layers)-1].In.C)
	if err != nil {
		return nil, err
	}
	s.gallery = &gallery{of: j.of, index: infer.Balanced(set, index, galleryEach), seen: seen}
	go s.fill(s.gallery)
	return s.gallery, nil
}

// fill looks at the gallery's images, a few at a time, until all are seen or
// the weights have changed. Who draws comes first.
func (s *session) fill(g *gallery) {
	for g == s.gallery && g.seen.Len() < len(g.index) && !(s.run != nil && s.run.going) {
		if seconds()-s.asked < drawing {
			time.Sleep(rest)
			continue
		}
		if err := s.fillSome(g); err != nil {
			break
		}
		if err := s.breath.take(); err != nil {
			break
		}
	}
	if g == s.gallery && g.seen.Len() < len(g.index) {
		s.gallery = nil // the next question begins another
	}
}

func (s *session) fillSome(g *gallery) error {
	j, err := s.answering("last", &s.judges.thorough)
	if err != nil {
		return err
	}
	defer j.Unlock()
	if j.of != g.of {
		return refuse("weights", "the weights have changed")
	}
	done := g.seen.Len()
	n := min(galleryChunk, len(g.index)-done)
	what, err := j.Outputs(n, func(i int) []byte { return s.train.At(int(g.index[done+i])) })
	if err != nil {
		return err
	}
	return g.seen.Add(what.Features)
}
