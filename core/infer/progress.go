package infer

import (
	"errors"
	"math"

	"atelier/core/kernel"
	"atelier/core/metrics"
	"atelier/core/nn"
)

// RowWidth is what an image's answer takes in a row: loss, class, confidence.
const RowWidth = 3

// InProgress is an evaluation in progress: a row an image, in whole shards. A
// row of zeros has no answer yet: a confidence is never zero. An evaluation may
// take minutes on a slow machine, so it can be left at any batch, saved with a
// run, and gone on with by other workers.
type InProgress []float64

// NewInProgress has no answer to any of n images.
func NewInProgress(n int) InProgress {
	return make(InProgress, nn.ShardCount(n)*kernel.Leaf*RowWidth)
}

// Answered reports whether the images lo..hi have their answers.
func (p InProgress) Answered(lo, hi int) bool {
	for i := lo; i < hi; i++ {
		if p[i*RowWidth+RowWidth-1] == 0 {
			return false
		}
	}
	return true
}

// DropInvalid empties every row that cannot be an answer, so that it is asked
// again.
func (p InProgress) DropInvalid() {
	for i := 0; i < len(p); i += RowWidth {
		row := p[i : i+RowWidth]
		loss, class, confidence := row[0], row[1], row[2]
		finite := math.Float64bits(loss)>>52&0x7ff != 0x7ff
		if !(finite && loss >= 0 && class >= 0 && class < nn.Labels && class == math.Floor(class) && confidence > 0 && confidence <= 1) {
			clear(row)
		}
	}
}

// Forward returns the logits, [n][10], of n images, whose normalised pixels
// image writes. They live until the next call.
type Forward func(n int, image func(i int, dst []float32)) ([]float32, error)

// Part is what one worker answers of a request.
type Part struct {
	EvalRequest
	Spec   nn.Spec // of the network, for the normalisation
	Lo, Hi int     // its images
	// Images are answered in whole blocks, counted from Lo, and no more than
	// Most images at a time.
	Block, Most int
	Forward     Forward
	// Over, which may be nil, says between two batches that this is enough for
	// now.
	Over func() bool
}

// ErrPart ends an evaluation that was left because it was over for now; what it
// answered is kept.
var ErrPart = errors.New("a part of the evaluation is over")

// Complete answers what has no answer yet of a worker's part. Other workers may
// complete theirs at the same time. What is done stays done on an error.
func (p InProgress) Complete(part Part) error {
	end := func(at int) int { return min(at+part.Block, part.Hi) } // of the block at at
	labels, losses := make([]uint8, part.Most), make([]float64, part.Most)
	fresh := true // nothing was answered in this call yet
	for at := part.Lo; at < part.Hi; {
		to := end(at)
		if p.Answered(at, to) {
			at = to
			continue
		}
		if !fresh && part.Over != nil && part.Over() {
			return ErrPart
		}
		for to < min(at+part.Most, part.Hi) && !p.Answered(to, end(to)) {
			to = end(to)
		}
		if err := p.answer(part, at, labels[:to-at], losses[:to-at]); err != nil {
			return err
		}
		at, fresh = to, false
		if part.Progress != nil {
			part.Progress(at - part.Lo)
		}
	}
	return nil
}

// answer runs the network on len(labels) images from at on and writes their
// rows.
func (p InProgress) answer(part Part, at int, labels []uint8, losses []float64) error {
	spec, n := part.Spec, len(labels)
	logits, err := part.Forward(n, func(i int, dst []float32) {
		image := part.at(at + i)
		Input(dst, part.Images.At(image), spec, part.Mirror)
		labels[i] = part.Images.Label(image)
	})
	if err != nil {
		return err
	}
	kernel.SoftmaxCrossEntropy(nil, losses, logits, labels, 0, n, n)
	var probs [nn.Labels]float32
	for i, loss := range losses {
		l := logits[i*nn.Labels : (i+1)*nn.Labels]
		kernel.Softmax(probs[:], l, 1)
		class := metrics.Argmax(l)
		row := p[(at+i)*RowWidth:]
		row[0], row[1], row[2] = loss, float64(class), float64(probs[class])
	}
	return nil
}
