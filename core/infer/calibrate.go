package infer

import (
	"fmt"

	"atelier/core/garments"
	"atelier/core/metrics"
	"atelier/core/nn"
)

// Calibration makes probabilities mean what they say: see
// metrics.FitTemperature and metrics.ConfidenceThreshold. It is fitted on
// validation images and on generated drawings that neither training sees nor any
// figure is measured on.
type Calibration struct {
	// Temperature divides the logits of whatever is drawn or shown.
	Temperature float64 `json:"temperature"`
	// Below Threshold an answer to a drawing is "not sure", below ThresholdImages
	// one to a photograph. 1 where no probability makes TargetAccuracy of the
	// answers right.
	Threshold       float32 `json:"sure_from"`
	ThresholdImages float32 `json:"sure_from_images,omitempty"`
	TargetAccuracy  float64 `json:"sure_right"`
	Coverage        float64 `json:"sure_share"` // of the drawings that reach it
	ECEBefore       float64 `json:"ece_before"`
	ECEAfter        float64 `json:"ece_after"`
}

const (
	calibrationSeed  = 0x63616c69
	calibrationBins  = 15  // as in Guo et al.
	targetAccuracy   = .95 // the share of right answers that "sure" promises
	calibrationChunk = 4   // images looked at at once, so that who waits for a yield waits little
)

// Calibrate fits the temperature on count of the validation images (index of
// images, evenly spaced) and on as many of the generator's held-out drawings;
// then the least probability of a sure answer, for either.
func (p *Predictor) Calibrate(images Images, index []int32, count int) (*Calibration, error) {
	if len(index) == 0 || count < 1 {
		return nil, fmt.Errorf("there is nothing to calibrate on: %d validation images, of which %d are wanted", len(index), count)
	}
	var all known
	step := max(1, len(index)/count)
	photographs := min(count, (len(index)+step-1)/step)
	if err := all.ask(p, photographs, func(i int) ([]byte, uint8) {
		at := int(index[i*step])
		return images.At(at), images.Label(at)
	}); err != nil {
		return nil, err
	}
	if err := all.ask(p, count, func(i int) ([]byte, uint8) {
		pixels, label := garments.HeldOut(calibrationSeed, i)
		return pixels[:], label
	}); err != nil {
		return nil, err
	}
	t, err := metrics.FitTemperature(all.logits, all.labels)
	if err != nil {
		return nil, err
	}
	plain, tempered := all.predictions(1), all.predictions(t)
	c := &Calibration{
		Temperature: t, TargetAccuracy: targetAccuracy,
		ECEBefore: metrics.ECE(plain, calibrationBins), ECEAfter: metrics.ECE(tempered, calibrationBins),
	}
	c.ThresholdImages, _ = metrics.ConfidenceThreshold(tempered[:photographs], targetAccuracy)
	threshold, reach := metrics.ConfidenceThreshold(tempered[photographs:], targetAccuracy)
	c.Threshold, c.Coverage = threshold, float64(reach)/float64(count)
	return c, nil
}

// known are a network's logits for images whose labels are known.
type known struct {
	logits []float32 // [images][10]
	labels []uint8
}

// ask looks at n images, a few at a time.
func (a *known) ask(p *Predictor, n int, image func(i int) (pixels []byte, label uint8)) error {
	for first := 0; first < n; first += calibrationChunk {
		part := min(calibrationChunk, n-first)
		out, err := p.Outputs(part, func(i int) []byte {
			pixels, label := image(first + i)
			a.labels = append(a.labels, label)
			return pixels
		})
		if err != nil {
			return err
		}
		a.logits = append(a.logits, out.Logits...)
	}
	return nil
}

func (a *known) predictions(temperature float64) []metrics.Prediction {
	out := make([]metrics.Prediction, len(a.labels))
	var p [nn.Labels]float32
	for i, label := range a.labels {
		metrics.Tempered(&p, a.logits[i*nn.Labels:], temperature)
		b := metrics.Argmax(p[:])
		out[i] = metrics.Prediction{Confidence: p[b], Correct: b == int(label)}
	}
	return out
}

// Confident reports whether a tempered probability of an answer is enough to
// show it as sure, of a drawing or of a photograph.
func (c *Calibration) Confident(probability float32, drawing bool) bool {
	if drawing {
		return probability >= c.Threshold && c.Coverage > 0
	}
	if c.ThresholdImages == 0 { // of a card that does not tell
		return probability >= c.Threshold
	}
	return probability >= c.ThresholdImages
}
