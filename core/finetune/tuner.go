package finetune

import (
	"fmt"
	"math"

	"atelier/core/garments"
	"atelier/core/infer"
	"atelier/core/kernel"
	"atelier/core/nn"
	"atelier/core/optim"
	"atelier/core/random"
	"atelier/core/sketch"
)

// Dataset is what a person teaches a network: drawings of their own and what they
// show.
type Dataset struct {
	Drawings []sketch.Drawing
	Labels   []uint8
	// Seed is that of the variations and of what is replayed beside them.
	Seed uint64
}

// Limits of a dataset: one drawing or two would be learned by heart, and what
// more than the greatest number could teach needs more steps than are taken.
const (
	MinDrawings = 3
	MaxDrawings = 200
)

// How a dataset is learned. A batch is the person's drawings, varied; and, twice
// as many, photographs and generated drawings, which the network knows already:
// they are replayed so that they are not forgotten (Robins, "Catastrophic
// forgetting, rehearsal and pseudorehearsal", 1995), and count threefold.
const (
	drawingPart    = 16
	photographPart = 20
	generatedPart  = 12
	batchSize      = drawingPart + photographPart + generatedPart
	replayWeight   = 3

	steps       = 56
	warmupSteps = 5 // steps in which the rate rises; then it falls to nothing
	peakRate    = .008
	momentum    = .9
	// labelSmoothing is what the recipes with drawings train with, so that the
	// network grows no surer than it was.
	labelSmoothing = .05
)

// Check reports what is wrong with a dataset.
func (d Dataset) Check() error {
	n := len(d.Drawings)
	switch {
	case n != len(d.Labels):
		return fmt.Errorf("%d drawings have %d labels: one each is needed", n, len(d.Labels))
	case n < MinDrawings || n > MaxDrawings:
		return fmt.Errorf("%d drawings cannot be learned from: %d to %d can", n, MinDrawings, MaxDrawings)
	}
	for i, drawing := range d.Drawings {
		if d.Labels[i] >= nn.Labels {
			return fmt.Errorf("drawing %d shows class %d, which is not within 0 to 9", i+1, d.Labels[i])
		}
		if _, err := sketch.Rasterize(drawing, sketch.Options{}); err != nil {
			return fmt.Errorf("drawing %d: %w", i+1, err)
		}
	}
	return nil
}

// Tuner fine-tunes a network on a dataset, step by step: what it does is a
// function of the network's weights, the dataset and the images alone.
type Tuner struct {
	Net     *nn.Net
	dataset Dataset
	images  infer.Images
	index   []int32          // of the photographs that are replayed
	before  *infer.Predictor // the network as it was
	pass    *nn.Pass
	ctx     nn.Context
	pixels  []float32
	moved   []float32 // the gradient's momentum
	goals   []float32 // [batch][10]: the answers wanted
	step    int

	replayed [photographPart][sketch.Pixels]byte
}

// NewTuner prepares the fine-tuning of net, whose weights the steps will change;
// the photographs of index are replayed. yield is as in infer.NewPredictor.
func NewTuner(net *nn.Net, dataset Dataset, images infer.Images, index []int32, yield func() error) (*Tuner, error) {
	if err := dataset.Check(); err != nil {
		return nil, err
	}
	if len(index) == 0 {
		return nil, fmt.Errorf("there are no photographs to replay, and without them the network would forget")
	}
	if yield == nil {
		yield = func() error { return nil }
	}
	all := nn.Shards{Lo: 0, Hi: nn.ShardCount(batchSize)}
	ctx := nn.Context{
		Train: true, Frozen: true, Batch: batchSize, Range: all, Nodes: []nn.Shards{all},
		Grads: [][]float32{make([]float32, len(net.Params))},
		Meet:  func([]float64, int) error { return nil }, Yield: yield,
	}
	before := nn.NewNet(net.Spec)
	copy(before.Params, net.Params)
	copy(before.Stats, net.Stats)
	copy(before.Counts, net.Counts)
	before.Version++
	return &Tuner{
		Net: net, dataset: dataset, images: images, index: index,
		before: infer.NewPredictor(before, 1, photographPart, kernel.Winograd, yield),
		pass:   nn.NewPass(net, batchSize, kernel.Winograd), ctx: ctx, pixels: make([]float32, sketch.Pixels),
		moved: make([]float32, len(net.Params)), goals: make([]float32, batchSize*nn.Labels),
	}, nil
}

// Steps is how many steps fine-tuning takes.
func (t *Tuner) Steps() int { return steps }

// Taken is how many have been taken.
func (t *Tuner) Taken() int { return t.step }

// Step takes the next step and returns the mean loss of its batch. On an error
// nothing has changed.
func (t *Tuner) Step() (float64, error) {
	if t.step >= steps {
		return 0, fmt.Errorf("the lesson's %d steps have been taken", steps)
	}
	if err := t.load(); err != nil {
		return 0, err
	}
	logits, err := t.pass.Forward(&t.ctx)
	if err != nil {
		return 0, err
	}
	loss, slope := distillationLoss(logits, t.goals)
	if err := optim.CheckLoss(t.step+1, "the loss", loss, learningRate(t.step)); err != nil {
		return 0, err
	}
	if err := t.pass.Backward(&t.ctx, slope); err != nil {
		return 0, err
	}
	t.move(t.ctx.Grads[0], learningRate(t.step))
	t.step++
	t.Net.Version++
	return loss, nil
}

// distillationLoss is the mean cross-entropy of the answers wanted, and the slope by
// which the weights move, in which what is replayed counts more.
func distillationLoss(logits, goals []float32) (loss float64, slope []float32) {
	slope = make([]float32, len(logits))
	n := len(logits) / nn.Labels
	kernel.Softmax(slope, logits, n)
	for i, p := range slope {
		if goals[i] > 0 {
			loss -= float64(float64(goals[i]) * kernel.Log(float64(p)+1e-30))
		}
		slope[i] = (p - goals[i]) / float32(n)
		if i >= drawingPart*nn.Labels {
			slope[i] *= replayWeight
		}
	}
	return loss / float64(n), slope
}

// learningRate rises for a few steps, while the momentum gathers, and falls in a line
// to the end.
func learningRate(step int) float64 {
	if step < warmupSteps {
		return peakRate * float64(step+1) / warmupSteps
	}
	return peakRate * float64(steps-step) / (steps - warmupSteps)
}

// load writes the next batch and the answers wanted of it.
func (t *Tuner) load() error {
	for i := range drawingPart {
		// The drawings take turns, so that each is seen as often as the others.
		k := (t.step*drawingPart + i) % len(t.dataset.Drawings)
		s := random.New(t.dataset.Seed, random.Lesson, uint32(t.step), uint32(i), 0)
		pixels := t.varied(k, &s)
		t.show(i, pixels[:])
		t.want(i, t.dataset.Labels[k])
	}
	for i := range photographPart {
		t.replayed[i] = [sketch.Pixels]byte(t.images.At(t.photograph(i)))
	}
	if err := t.replay(drawingPart, photographPart); err != nil {
		return err
	}
	for i := range generatedPart {
		t.replayed[i], _ = garments.Sample(t.dataset.Seed, t.step, i)
	}
	return t.replay(drawingPart+photographPart, generatedPart)
}

// photograph is which one is replayed as the i-th of the step.
func (t *Tuner) photograph(i int) int {
	s := random.New(t.dataset.Seed, random.Lesson, uint32(t.step), uint32(i), 1)
	return int(t.index[s.Intn(len(t.index))])
}

// replay puts the first n replayed pictures into the batch from first on. The
// network is to answer them as it did before, right or wrong (Li and
// Hoiem, "Learning without forgetting", 2016): their labels would teach one that
// does not know drawings so much else that it forgets photographs.
func (t *Tuner) replay(first, n int) error {
	out, err := t.before.Outputs(n, func(i int) []byte { return t.replayed[i][:] })
	if err != nil {
		return err
	}
	for i := range n {
		t.show(first+i, t.replayed[i][:])
	}
	kernel.Softmax(t.goals[first*nn.Labels:], out.Logits, n)
	return nil
}

// show writes a picture into the batch.
func (t *Tuner) show(at int, pixels []byte) {
	infer.Input(t.pixels, pixels, t.Net.Spec, false)
	t.pass.SetImage(at, t.pixels)
}

// want writes the label as the answer wanted, not quite surely.
func (t *Tuner) want(at int, label uint8) {
	goal := t.goals[at*nn.Labels:][:nn.Labels]
	for c := range goal {
		goal[c] = labelSmoothing / nn.Labels
	}
	goal[label] += 1 - labelSmoothing
}

// varied is drawing i, drawn a little otherwise. A variation that shows
// nothing, say because an eraser's stroke has moved onto all there was, gives
// way to the drawing itself, which Check has seen.
func (t *Tuner) varied(i int, s *random.Stream) [sketch.Pixels]byte {
	d, options := garments.Vary(t.dataset.Drawings[i], s)
	pixels, err := sketch.Rasterize(d, options)
	if err != nil {
		pixels, _ = sketch.Rasterize(t.dataset.Drawings[i], sketch.Options{})
	}
	return pixels
}

// move takes a step of gradient descent with momentum. Where the gradient is
// longer than 1, as it is of a network to which drawings are new, its direction
// alone counts: no drawing may throw the weights far.
func (t *Tuner) move(grad []float32, rate float64) {
	var square float64
	for _, g := range grad {
		square += float64(float64(g) * float64(g))
	}
	shorten := float32(1)
	if length := math.Sqrt(square); length > 1 {
		shorten = float32(1 / length)
	}
	params, moved := t.Net.Params[:len(grad)], t.moved[:len(grad)]
	step := float32(rate)
	for i, g := range grad {
		m := float32(moved[i]*momentum) + float32(g*shorten)
		moved[i] = m
		params[i] -= float32(m * step)
	}
}
