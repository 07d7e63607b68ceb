package train

import (
	"atelier/core/fashion"
	"atelier/core/kernel"
	"atelier/core/metrics"
	"atelier/core/nn"
)

// Answers are a network's answers to a list of images.
type Answers struct {
	Loss    []float64 // cross-entropy, one an image
	Class   []uint8   // the most probable
	Sure    []float64 // its probability
	Correct int
}

// MeanLoss is the mean of the losses.
func (a *Answers) MeanLoss() float64 {
	var sum float64
	for _, l := range a.Loss {
		sum += l
	}
	return sum / float64(len(a.Loss))
}

// Accuracy is the share of right answers.
func (a *Answers) Accuracy() float64 { return float64(a.Correct) / float64(len(a.Loss)) }

// Question is a list of images to answer.
type Question struct {
	Images Images
	Index  []int32
	Mirror bool // flip each left to right
	// Progress, which may be nil, is told how many images the first worker has
	// seen, as if all had seen as many.
	Progress func(done int)
}

// answerWidth is what an image takes in a row of a meeting: loss, class,
// probability.
const answerWidth = 3

// Evaluate answers q with the network's present weights.
func (t *Trainer) Evaluate(q Question) (*Answers, error) {
	return t.complete(newDraft(t.state.Step, len(q.Index)), q, nil)
}

// complete answers what is left of q, until over, which may be nil, says that
// this is enough for now. Where it is given up, d holds what was done.
func (t *Trainer) complete(d *draft, q Question, over func() bool) (*Answers, error) {
	if t.opt.Engine != nil {
		return t.answerElsewhere(d.rows[0], q, over)
	}
	d.hand(len(t.workers))
	shards := nn.ShardCount(len(q.Index))
	width := answerWidth * kernel.Leaf
	world := t.joined.World()
	err := t.together(func(w *worker) error {
		i := w.rank - t.workers[0].rank
		own := nn.Share(shards, w.rank, world)
		part := q
		if i > 0 || q.Progress == nil {
			part.Progress = nil
		} else {
			part.Progress = func(done int) { q.Progress(min(done*world, len(q.Index))) }
		}
		if err := answer(w, part, own, d.rows[i], over); err != nil {
			return err
		}
		return t.joined.Meet(w.rank, d.rows[i], width, own)
	})
	if err != nil {
		return nil, err
	}
	return readAnswers(q, d.rows[0]), nil
}

func readAnswers(q Question, rows []float64) *Answers {
	n := len(q.Index)
	a := &Answers{Loss: make([]float64, n), Class: make([]uint8, n), Sure: make([]float64, n)}
	for i := range n {
		row := rows[i*answerWidth:]
		a.Loss[i], a.Class[i], a.Sure[i] = row[0], uint8(row[1]), row[2]
		if a.Class[i] == q.Images.Label(int(q.Index[i])) {
			a.Correct++
		}
	}
	return a
}

// answer runs those of a worker's shards of the images that rows do not hold
// yet, as many at a time as it has memory for.
func answer(w *worker, q Question, own nn.Shards, rows []float64, over func() bool) error {
	c := &w.ctx
	per := w.pass.Capacity / kernel.Leaf
	fresh := true // nothing was answered in this part yet
	has := func(s int) bool {
		return answered(rows, s*kernel.Leaf, min((s+1)*kernel.Leaf, len(q.Index)))
	}
	for s := own.Lo; s < own.Hi; {
		if has(s) {
			s++
			continue
		}
		if !fresh && over != nil && over() {
			return errPart
		}
		end := s + 1
		for end < min(s+per, own.Hi) && !has(end) {
			end++
		}
		first := s * kernel.Leaf
		n := min(end*kernel.Leaf, len(q.Index)) - first
		c.Train, c.Batch, c.Range, c.Nodes = false, n, nn.Shards{Lo: 0, Hi: nn.ShardCount(n)}, nil
		for i := range n {
			image := int(q.Index[first+i])
			plain(w.pixels, q.Images.At(image), w.pass.Net.Spec, q.Mirror)
			w.pass.SetImage(i, w.pixels)
			w.labels[i] = q.Images.Label(image)
		}
		losses, logits, err := w.pass.Loss(c, w.labels, 0)
		if err != nil {
			return err
		}
		readRows(rows[first*answerWidth:], losses[:n], logits)
		s, fresh = end, false
		if q.Progress != nil {
			q.Progress(first - own.Lo*kernel.Leaf + n)
		}
	}
	return nil
}

// readRows writes the answers of len(losses) images.
func readRows(rows, losses []float64, logits []float32) {
	var probs [nn.Labels]float32
	for i, loss := range losses {
		l := logits[i*nn.Labels : (i+1)*nn.Labels]
		kernel.Softmax(probs[:], l, 1)
		class := metrics.Argmax(l)
		row := rows[i*answerWidth:]
		row[0], row[1], row[2] = loss, float64(class), float64(probs[class])
	}
}

// plain normalises an image without augmentation.
func plain(dst []float32, src []byte, spec nn.Spec, mirror bool) {
	fashion.Normalize(dst, src, spec.Mean, spec.Std)
	if !mirror {
		return
	}
	const side = fashion.Side
	for y := range side {
		row := dst[y*side : (y+1)*side]
		for x := range side / 2 {
			row[x], row[side-1-x] = row[side-1-x], row[x]
		}
	}
}

// useAverage puts the averaged weights in the network's place until restore is
// called; without averaging it does nothing.
func (t *Trainer) useAverage() (restore func()) {
	if t.ema == nil {
		return func() {}
	}
	swap := func() {
		swapSlices(t.Net.Params, t.ema.params)
		swapSlices(t.Net.Stats, t.ema.stats)
		t.Net.Version++
	}
	swap()
	return swap
}

func swapSlices(a, b []float32) {
	b = b[:len(a)]
	for i, v := range a {
		a[i], b[i] = b[i], v
	}
}
