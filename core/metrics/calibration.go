package metrics

import (
	"errors"
	"fmt"
	"slices"

	"atelier/core/kernel"
)

const classes = 10

// mul is a product that no compiler fuses with a following sum.
func mul(a, b float64) float64 { return float64(a * b) }

// FitTemperature returns the temperature T for which softmax(logits/T) has the
// lowest mean negative log-likelihood (Guo et al., "On calibration of modern
// neural networks", 2017), within 0.05 to 20: T above 1 makes a network less
// sure. logits are [n][10], labels 0 to 9.
func FitTemperature(logits []float32, labels []uint8) (float64, error) {
	if err := checkLogits(logits, labels); err != nil {
		return 0, err
	}
	// Golden-section search over log T, in which the loss has one minimum.
	const shrink = 0.6180339887498949
	lo, hi := kernel.Log(0.05), kernel.Log(20)
	loss := func(logT float64) float64 { return nll(logits, labels, kernel.Exp(logT)) }
	a, b := hi-mul(shrink, hi-lo), lo+mul(shrink, hi-lo)
	fa, fb := loss(a), loss(b)
	for range 40 {
		if fa <= fb {
			hi, b, fb = b, a, fa
			a = hi - mul(shrink, hi-lo)
			fa = loss(a)
		} else {
			lo, a, fa = a, b, fb
			b = lo + mul(shrink, hi-lo)
			fb = loss(b)
		}
	}
	return kernel.Exp((lo + hi) / 2), nil
}

func checkLogits(logits []float32, labels []uint8) error {
	if len(labels) == 0 || len(logits) != classes*len(labels) {
		return fmt.Errorf("%d logits do not belong to %d labels: ten each are expected", len(logits), len(labels))
	}
	for _, l := range labels {
		if l >= classes {
			return fmt.Errorf("the label %d is not within 0 to 9", l)
		}
	}
	for _, z := range logits {
		if z-z != 0 { // infinite or no number
			return errors.New("a logit is not a finite number")
		}
	}
	return nil
}

// nll is the mean negative log-likelihood of the labels at a temperature.
func nll(logits []float32, labels []uint8, temperature float64) float64 {
	total := 0.0
	for i, l := range labels {
		z := logits[i*classes:][:classes]
		top := slices.Max(z)
		sum := 0.0
		for _, v := range z {
			sum += kernel.Exp(float64(v-top) / temperature)
		}
		total += kernel.Log(sum) - float64(z[l]-top)/temperature
	}
	return total / float64(len(labels))
}

// Tempered writes softmax(logits/temperature) of one image into p.
func Tempered(p *[classes]float32, logits []float32, temperature float64) {
	z := logits[:classes]
	top := slices.Max(z)
	var e [classes]float64
	sum := 0.0
	for i, v := range z {
		e[i] = kernel.Exp(float64(v-top) / temperature)
		sum += e[i]
	}
	for i := range p {
		p[i] = float32(e[i] / sum)
	}
}

// Prediction is a network's confidence in its most probable class, and whether
// that class was the right one.
type Prediction struct {
	Confidence float32 // its probability, 0 to 1
	Correct    bool
}

// ECE is the expected calibration error: the mean distance between confidence
// and share of right answers over bins of equal width, weighted by their
// predictions. 0 is perfect; 0 also of no predictions.
func ECE(predictions []Prediction, bins int) float64 {
	if len(predictions) == 0 || bins < 1 {
		return 0
	}
	confidence, right := make([]float64, bins), make([]float64, bins)
	for _, p := range predictions {
		b := min(bins-1, max(0, int(mul(float64(p.Confidence), float64(bins)))))
		confidence[b] += float64(p.Confidence)
		if p.Correct {
			right[b]++
		}
	}
	gap := 0.0
	for b := range bins {
		gap += max(confidence[b]-right[b], right[b]-confidence[b])
	}
	return gap / float64(len(predictions))
}

// ConfidenceThreshold returns the lowest confidence from which on at least the
// wanted share of predictions is right, and how many predictions reach it; below
// it one is shown as "not sure". No confidence reaches a share that is never
// reached: then it returns 1 and 0.
func ConfidenceThreshold(predictions []Prediction, wanted float64) (confidence float32, reaching int) {
	sorted := slices.Clone(predictions)
	slices.SortStableFunc(sorted, func(a, b Prediction) int {
		switch {
		case a.Confidence > b.Confidence:
			return -1
		case a.Confidence < b.Confidence:
			return 1
		}
		return 0
	})
	confidence = 1
	right := 0
	for i, p := range sorted {
		if p.Correct {
			right++
		}
		last := i+1 == len(sorted) || sorted[i+1].Confidence < p.Confidence
		if last && float64(right) >= mul(wanted, float64(i+1)) {
			confidence, reaching = p.Confidence, i+1
		}
	}
	return confidence, reaching
}
