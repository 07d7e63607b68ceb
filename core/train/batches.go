package train

import (
	"atelier/core/fashion"
	"atelier/core/garments"
	"atelier/core/infer"
	"atelier/core/nn"
	"atelier/core/random"
)

// Batches makes the batches of a run, each a function of the run's config, its
// data and the step: photographs, augmented, and where the recipe wants them
// drawings.
type Batches struct {
	data     infer.Images
	spec     nn.Spec
	augment  fashion.Augment
	drawings float32 // the share of each batch that they take
	seed     uint64
	trainSet []int32
	size     int

	order   []int32 // in which an epoch visits trainSet
	ordered int     // the epoch that order is of, counted from 1; 0: none
}

func newBatches(cfg Config, r Recipe, spec nn.Spec, data infer.Images, trainSet []int32) *Batches {
	return &Batches{
		data: data, spec: spec, augment: r.Augment, drawings: float32(r.Drawings),
		seed: uint64(cfg.Seed), trainSet: trainSet, size: cfg.Batch,
	}
}

// Fork returns Batches for another goroutine, which make the same.
func (b *Batches) Fork() *Batches {
	fork := *b
	fork.order, fork.ordered = nil, 0
	return &fork
}

// PerEpoch counts the batches of an epoch, the smaller last one included.
func (b *Batches) PerEpoch() int { return (len(b.trainSet) + b.size - 1) / b.size }

// Last is the number of images of an epoch's last batch.
func (b *Batches) Last() int { return (len(b.trainSet)-1)%b.size + 1 }

// Size is the number of images of a whole batch.
func (b *Batches) Size() int { return b.size }

// Batch is the batch of one step, until its Batches are asked for that of another
// epoch. Several goroutines may make its images.
type Batch struct {
	from  *Batches
	epoch int
	first int // the position in the epoch of its first image
	n     int
}

// At returns the batch of a step.
func (b *Batches) At(step int) Batch {
	perEpoch := b.PerEpoch()
	epoch, first := step/perEpoch, step%perEpoch*b.size
	if b.ordered != epoch+1 {
		if b.order == nil {
			b.order = make([]int32, len(b.trainSet))
		}
		fashion.OrderInto(b.order, b.seed, epoch)
		b.ordered = epoch + 1
	}
	return Batch{from: b, epoch: epoch, first: first, n: min(b.size, len(b.trainSet)-first)}
}

// Len is the number of images.
func (b Batch) Len() int { return b.n }

// Image writes the 784 normalised pixels of image i and returns its label.
func (b Batch) Image(dst []float32, i int) (label uint8) {
	at := b.first + i
	return b.from.image(dst, b.epoch, at, int(b.from.trainSet[b.from.order[at]]))
}

// Fill writes the whole batch of a step: images [n][784] and labels [n]. It
// returns n, which is smaller in an epoch's last batch.
func (b *Batches) Fill(step int, images []float32, labels []uint8) int {
	batch := b.At(step)
	for i := range batch.Len() {
		labels[i] = batch.Image(images[i*fashion.Area:(i+1)*fashion.Area], i)
	}
	return batch.Len()
}

// image makes the image of a position of an epoch, where image of the data has
// its turn.
func (b *Batches) image(dst []float32, epoch, position, image int) (label uint8) {
	s := random.New(b.seed, random.Augment, uint32(epoch), uint32(position), 0)
	if b.drawings > 0 {
		mixed := random.New(b.seed, random.Augment, uint32(epoch), uint32(position), 1)
		if mixed.Float32() < b.drawings {
			pixels, label := garments.Sample(b.seed, epoch, position)
			fashion.Normalize(dst, pixels[:], b.spec.Mean, b.spec.Std)
			return label
		}
	}
	b.augment.Apply(dst, b.data.At(image), b.spec.Mean, b.spec.Std, &s)
	return b.data.Label(image)
}
