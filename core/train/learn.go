package train

import (
	"fmt"
	"math"

	"atelier/core/infer"
	"atelier/core/kernel"
	"atelier/core/nn"
	"atelier/core/random"
	"atelier/core/sketch"
)

// Lesson is what a person teaches a network: own drawings and what they show.
type Lesson struct {
	Drawings []sketch.Drawing
	Labels   []uint8
	// Seed is that of the variations and of what is replayed beside them.
	Seed uint64
}

// Limits of a lesson: one drawing or two would be learned by heart, and what
// more than the greatest number could teach needs more steps than are taken.
const (
	MinLesson = 3
	MaxLesson = 200
)

// How a lesson is learned. A batch is the person's drawings, varied; and, twice
// as many, photographs and generated drawings, which the network knows already:
// they are replayed so that they are not forgotten (Robins, "Catastrophic
// forgetting, rehearsal and pseudorehearsal", 1995), and count threefold.
const (
	ownPart        = 16
	photographPart = 20
	generatedPart  = 12
	lessonBatch    = ownPart + photographPart + generatedPart
	replayWeight   = 3

	lessonSteps    = 56
	lessonWarmup   = 5 // steps in which the rate rises; then it falls to nothing
	lessonRate     = .008
	lessonMomentum = .9
	// lessonSmoothing is what the recipes with drawings train with, so that the
	// network grows no surer than it was.
	lessonSmoothing = .05
)

// Check reports what is wrong with a lesson.
func (l Lesson) Check() error {
	n := len(l.Drawings)
	switch {
	case n != len(l.Labels):
		return fmt.Errorf("%d drawings have %d labels: one each is needed", n, len(l.Labels))
	case n < MinLesson || n > MaxLesson:
		return fmt.Errorf("%d drawings cannot be learned from: %d to %d can", n, MinLesson, MaxLesson)
	}
	for i, d := range l.Drawings {
		if l.Labels[i] >= nn.Labels {
			return fmt.Errorf("drawing %d shows class %d, which is not within 0 to 9", i+1, l.Labels[i])
		}
		if _, err := sketch.Rasterize(d, sketch.Options{}); err != nil {
			return fmt.Errorf("drawing %d: %w", i+1, err)
		}
	}
	return nil
}

// Learner fine-tunes a network on a lesson, step by step: what it does is a
// function of the network's weights, the lesson and the images alone.
type Learner struct {
	Net    *nn.Net
	lesson Lesson
	images infer.Images
	index  []int32          // of the photographs that are replayed
	before *infer.Predictor // the network as it was
	pass   *nn.Pass
	ctx    nn.Context
	pixels []float32
	moved  []float32 // the gradient's momentum
	goals  []float32 // [batch][10]: the answers wanted
	step   int

	replayed [photographPart][sketch.Pixels]byte
}

// NewLearner prepares a lesson for net, whose weights the steps will change;
// the photographs of index are replayed. yield is as in Options.
func NewLearner(net *nn.Net, lesson Lesson, images infer.Images, index []int32, yield func() error) (*Learner, error) {
	if err := lesson.Check(); err != nil {
		return nil, err
	}
	if len(index) == 0 {
		return nil, fmt.Errorf("there are no photographs to replay, and without them the network would forget")
	}
	if yield == nil {
		yield = func() error { return nil }
	}
	all := nn.Shards{Lo: 0, Hi: nn.ShardCount(lessonBatch)}
	ctx := nn.Context{
		Train: true, Frozen: true, Batch: lessonBatch, Range: all, Nodes: []nn.Shards{all},
		Grads: [][]float32{make([]float32, len(net.Params))},
		Meet:  func([]float64, int) error { return nil }, Yield: yield,
	}
	before := nn.NewNet(net.Spec)
	copy(before.Params, net.Params)
	copy(before.Stats, net.Stats)
	copy(before.Counts, net.Counts)
	before.Version++
	return &Learner{
		Net: net, lesson: lesson, images: images, index: index,
		before: infer.NewPredictor(before, 1, photographPart, kernel.Winograd, yield),
		pass:   nn.NewPass(net, lessonBatch, kernel.Winograd), ctx: ctx, pixels: make([]float32, sketch.Pixels),
		moved: make([]float32, len(net.Params)), goals: make([]float32, lessonBatch*nn.Labels),
	}, nil
}

// Steps is how many steps a lesson takes.
func (l *Learner) Steps() int { return lessonSteps }

// Taken is how many have been taken.
func (l *Learner) Taken() int { return l.step }

// Step takes the next step and returns the mean loss of its batch. On an error
// nothing has changed.
func (l *Learner) Step() (float64, error) {
	if l.step >= lessonSteps {
		return 0, fmt.Errorf("the lesson's %d steps have been taken", lessonSteps)
	}
	if err := l.load(); err != nil {
		return 0, err
	}
	logits, err := l.pass.Forward(&l.ctx)
	if err != nil {
		return 0, err
	}
	loss, slope := lessonLoss(logits, l.goals)
	if err := diverged(l.step+1, "the loss", loss, rateOf(l.step)); err != nil {
		return 0, err
	}
	if err := l.pass.Backward(&l.ctx, slope); err != nil {
		return 0, err
	}
	l.move(l.ctx.Grads[0], rateOf(l.step))
	l.step++
	l.Net.Version++
	return loss, nil
}

// lessonLoss is the mean cross-entropy of the answers wanted, and the slope by
// which the weights move, in which what is replayed counts more.
func lessonLoss(logits, goals []float32) (loss float64, slope []float32) {
	slope = make([]float32, len(logits))
	n := len(logits) / nn.Labels
	kernel.Softmax(slope, logits, n)
	for i, p := range slope {
		if goals[i] > 0 {
			loss -= float64(float64(goals[i]) * kernel.Log(float64(p)+1e-30))
		}
		slope[i] = (p - goals[i]) / float32(n)
		if i >= ownPart*nn.Labels {
			slope[i] *= replayWeight
		}
	}
	return loss / float64(n), slope
}

// rateOf rises for a few steps, while the momentum gathers, and falls in a line
// to the end.
func rateOf(step int) float64 {
	if step < lessonWarmup {
		return lessonRate * float64(step+1) / lessonWarmup
	}
	return lessonRate * float64(lessonSteps-step) / (lessonSteps - lessonWarmup)
}

// load writes the next batch and the answers wanted of it.
func (l *Learner) load() error {
	for i := range ownPart {
		// The drawings take turns, so that each is seen as often as the others.
		k := (l.step*ownPart + i) % len(l.lesson.Drawings)
		s := random.New(l.lesson.Seed, random.Lesson, uint32(l.step), uint32(i), 0)
		pixels := l.varied(k, &s)
		l.show(i, pixels[:])
		l.want(i, l.lesson.Labels[k])
	}
	for i := range photographPart {
		l.replayed[i] = [sketch.Pixels]byte(l.images.At(l.photograph(i)))
	}
	if err := l.replay(ownPart, photographPart); err != nil {
		return err
	}
	for i := range generatedPart {
		l.replayed[i], _ = sketch.Sample(l.lesson.Seed, l.step, i)
	}
	return l.replay(ownPart+photographPart, generatedPart)
}

// photograph is which one is replayed as the i-th of the step.
func (l *Learner) photograph(i int) int {
	s := random.New(l.lesson.Seed, random.Lesson, uint32(l.step), uint32(i), 1)
	return int(l.index[s.Intn(len(l.index))])
}

// replay puts the first n replayed pictures into the batch from first on. The
// network is to answer them as it did before the lesson, right or wrong (Li and
// Hoiem, "Learning without forgetting", 2016): their labels would teach one that
// does not know drawings so much else that it forgets photographs.
func (l *Learner) replay(first, n int) error {
	out, err := l.before.Outputs(n, func(i int) []byte { return l.replayed[i][:] })
	if err != nil {
		return err
	}
	for i := range n {
		l.show(first+i, l.replayed[i][:])
	}
	kernel.Softmax(l.goals[first*nn.Labels:], out.Logits, n)
	return nil
}

// show writes a picture into the batch.
func (l *Learner) show(at int, pixels []byte) {
	infer.Input(l.pixels, pixels, l.Net.Spec, false)
	l.pass.SetImage(at, l.pixels)
}

// want writes the label as the answer wanted, not quite surely.
func (l *Learner) want(at int, label uint8) {
	goal := l.goals[at*nn.Labels:][:nn.Labels]
	for c := range goal {
		goal[c] = lessonSmoothing / nn.Labels
	}
	goal[label] += 1 - lessonSmoothing
}

// varied is drawing i, drawn a little otherwise. A variation that shows
// nothing, say because an eraser's stroke has moved onto all there was, gives
// way to the drawing itself, which Check has seen.
func (l *Learner) varied(i int, s *random.Stream) [sketch.Pixels]byte {
	d, options := sketch.Vary(l.lesson.Drawings[i], s)
	pixels, err := sketch.Rasterize(d, options)
	if err != nil {
		pixels, _ = sketch.Rasterize(l.lesson.Drawings[i], sketch.Options{})
	}
	return pixels
}

// move takes a step of gradient descent with momentum. Where the gradient is
// longer than 1, as it is of a network to which drawings are new, its direction
// alone counts: no drawing may throw the weights far.
func (l *Learner) move(grad []float32, rate float64) {
	var square float64
	for _, g := range grad {
		square += float64(float64(g) * float64(g))
	}
	shorten := float32(1)
	if length := math.Sqrt(square); length > 1 {
		shorten = float32(1 / length)
	}
	params, moved := l.Net.Params[:len(grad)], l.moved[:len(grad)]
	step := float32(rate)
	for i, g := range grad {
		m := float32(moved[i]*lessonMomentum) + float32(g*shorten)
		moved[i] = m
		params[i] -= float32(m * step)
	}
}
