package finetune

import (
	"fmt"

	"atelier/core/garments"
	"atelier/core/infer"
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

// GradeOf answers the lesson's drawings, photographs of images evenly spaced,
// and generated drawings, so many of each.
func GradeOf(p *infer.Predictor, dataset Dataset, images infer.Images, photographs, generated int) (*Grade, error) {
	if images.Len() == 0 || photographs < 1 || generated < 1 {
		return nil, fmt.Errorf("there is nothing to grade on: %d of %d photographs and %d generated drawings are wanted", photographs, images.Len(), generated)
	}
	g := &Grade{}
	for i, d := range dataset.Drawings {
		pixels, err := sketch.Rasterize(d, sketch.Options{})
		if err != nil {
			return nil, fmt.Errorf("drawing %d: %w", i+1, err)
		}
		class, err := p.Class(pixels[:])
		if err != nil {
			return nil, err
		}
		g.Own = append(g.Own, class)
		if class == int(dataset.Labels[i]) {
			g.OwnRight++
		}
	}
	step := max(1, images.Len()/photographs)
	for i := 0; i < images.Len() && g.Images.Of < photographs; i += step {
		if err := g.Images.add(p, images.At(i), images.Label(i)); err != nil {
			return nil, err
		}
	}
	for i := range generated {
		pixels, label := garments.HeldOut(gradeSeed, i)
		if err := g.Generated.add(p, pixels[:], label); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func (t *Tally) add(p *infer.Predictor, pixels []byte, label uint8) error {
	class, err := p.Class(pixels)
	if err != nil {
		return err
	}
	t.Of++
	if class == int(label) {
		t.Right++
	}
	return nil
}
