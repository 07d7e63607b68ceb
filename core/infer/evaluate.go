package infer

import "atelier/core/metrics"

// Images are pictures with their labels; *fashion.Images is such. At's 784
// bytes are valid until the next call where only one worker reads them.
type Images interface {
	Len() int
	At(i int) []byte
	Label(i int) uint8
}

// EvalRequest is images to answer.
type EvalRequest struct {
	Images Images
	Index  []int32 // which of them; nil: all
	Mirror bool    // flip each left to right
	// Progress, which may be nil, is told how many images the first worker has
	// seen, as if all had seen as many.
	Progress func(done int)
}

// Len is the number of images to answer.
func (q EvalRequest) Len() int {
	if q.Index == nil {
		return q.Images.Len()
	}
	return len(q.Index)
}

// at is which of Images is the i-th to answer.
func (q EvalRequest) at(i int) int {
	if q.Index == nil {
		return i
	}
	return int(q.Index[i])
}

// EvalResult is a network's answers to the images of a request, in its order.
type EvalResult struct {
	Loss       []float64 // cross-entropy
	Class      []uint8   // the most probable
	Confidence []float64 // its probability
	Confusion  metrics.Confusion
}

// MeanLoss is the mean of the losses.
func (r *EvalResult) MeanLoss() float64 {
	var sum float64
	for _, l := range r.Loss {
		sum += l
	}
	return sum / float64(len(r.Loss))
}

// Accuracy is the share of right answers.
func (r *EvalResult) Accuracy() float64 {
	return float64(r.Confusion.Correct()) / float64(len(r.Loss))
}

// Evaluation sums the answers up as those of a model with some weights.
func (r *EvalResult) Evaluation(model, weights string) *metrics.Evaluation {
	return metrics.NewEvaluation(model, weights, &r.Confusion, r.MeanLoss())
}

// Result is the answers to a request that is complete.
func (p InProgress) Result(q EvalRequest) *EvalResult {
	n := q.Len()
	r := &EvalResult{Loss: make([]float64, n), Class: make([]uint8, n), Confidence: make([]float64, n)}
	for i := range n {
		row := p[i*RowWidth:]
		r.Loss[i], r.Class[i], r.Confidence[i] = row[0], uint8(row[1]), row[2]
		r.Confusion.Add(q.Images.Label(q.at(i)), r.Class[i])
	}
	return r
}
