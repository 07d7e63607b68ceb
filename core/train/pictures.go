package train

import (
	"atelier/core/fashion"
	"atelier/core/garments"
	"atelier/core/infer"
	"atelier/core/nn"
	"atelier/core/random"
)

// pictures makes what a network is trained on: photographs, augmented, and
// where the recipe wants them drawings. Each is a function of the seed, the
// epoch and the position in it.
type pictures struct {
	data     infer.Images
	seed     uint64
	spec     nn.Spec
	augment  fashion.Augment
	drawings float32
}

func (t *Trainer) pictures() pictures {
	return pictures{
		data: t.data, seed: uint64(t.state.Config.Seed), spec: t.Net.Spec,
		augment: t.recipe.Augment, drawings: float32(t.recipe.Drawings),
	}
}

// make writes the 784 normalised pixels of a position of an epoch, where image
// of the data has its turn, and returns the label.
func (p *pictures) make(dst []float32, epoch, position, image int) uint8 {
	s := random.New(p.seed, random.Augment, uint32(epoch), uint32(position), 0)
	if p.drawings > 0 {
		mixed := random.New(p.seed, random.Augment, uint32(epoch), uint32(position), 1)
		if mixed.Float32() < p.drawings {
			pixels, label := garments.Sample(p.seed, epoch, position)
			fashion.Normalize(dst, pixels[:], p.spec.Mean, p.spec.Std)
			return label
		}
	}
	p.augment.Apply(dst, p.data.At(image), p.spec.Mean, p.spec.Std, &s)
	return p.data.Label(image)
}
