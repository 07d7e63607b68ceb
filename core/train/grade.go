package train

import (
	"fmt"

	"atelier/core/metrics"
	"atelier/core/sketch"
)

// Grade is how well a network does on what a lesson is about and on what it
// must not forget.
type Grade struct {
	// Own are the classes it names the lesson's drawings, as they were drawn.
	Own       []int `json:"own"`
	OwnRight  int   `json:"own_right"`
	Images    Tally `json:"images"`    // of a sample of photographs
	Generated Tally `json:"generated"` // of held-out generated drawings
}

// Tally counts right answers.
type Tally struct {
	Right int `json:"right"`
	Of    int `json:"of"`
}

// gradeSeed keeps the generated drawings of a grade apart from those that
// networks are trained, calibrated and measured on.
const gradeSeed = 0x67726164

// Grade answers the lesson's drawings, photographs of images evenly spaced,
// and generated drawings, so many of each.
func (j *Judge) Grade(lesson Lesson, images Images, photographs, generated int) (*Grade, error) {
	if images.Len() == 0 || photographs < 1 || generated < 1 {
		return nil, fmt.Errorf("there is nothing to grade on: %d of %d photographs and %d generated drawings are wanted", photographs, images.Len(), generated)
	}
	g := &Grade{}
	for i, d := range lesson.Drawings {
		pixels, err := sketch.Rasterize(d, sketch.Options{})
		if err != nil {
			return nil, fmt.Errorf("drawing %d: %w", i+1, err)
		}
		class, err := j.name(pixels[:])
		if err != nil {
			return nil, err
		}
		g.Own = append(g.Own, class)
		if class == int(lesson.Labels[i]) {
			g.OwnRight++
		}
	}
	step := max(1, images.Len()/photographs)
	for i := 0; i < images.Len() && g.Images.Of < photographs; i += step {
		if err := j.tally(&g.Images, images.At(i), images.Label(i)); err != nil {
			return nil, err
		}
	}
	for i := range generated {
		pixels, label := sketch.HeldOut(gradeSeed, i)
		if err := j.tally(&g.Generated, pixels[:], label); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// name is the class that the network names an image.
func (j *Judge) name(pixels []byte) (int, error) {
	logits, err := j.look(pixels)
	if err != nil {
		return 0, err
	}
	return metrics.Argmax(logits), nil
}

func (j *Judge) tally(t *Tally, pixels []byte, label uint8) error {
	class, err := j.name(pixels)
	if err != nil {
		return err
	}
	t.Of++
	if class == int(label) {
		t.Right++
	}
	return nil
}
