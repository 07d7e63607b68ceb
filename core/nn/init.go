package nn

import (
	"math"

	"atelier/core/random"
)

// Init sets PyTorch's default initial values for torch.manual_seed(seed): the
// same numbers as building the network in PyTorch on a CPU. Weights and biases
// are uniform in ±1/√fan (kaiming_uniform with a=√5; torch.nn.Conv2d,
// torch.nn.Linear), normalisations begin at scale 1 and shift 0.
func (n *Net) Init(seed uint32) {
	gen := random.NewMT19937(seed)
	for _, e := range n.order {
		switch {
		case e.Role == Counter:
			n.Counts[e.off] = 0
		case e.Role == Statistic:
			fill(n.Stats[e.off:e.off+e.len], e.value)
		case e.fan == 0:
			fill(n.Params[e.off:e.off+e.len], e.value)
		default:
			bound := float32(initBound(e.fan, e.Decay))
			gen.Uniform(n.Params[e.off:e.off+e.len], -bound, bound)
		}
	}
	n.Version++
}

// initBound computes the bound as PyTorch does, operation by operation, since
// its last bit shows in every weight: the weight's bound is √3·gain/√fan with
// gain √(2/(1+√5²)), the bias's is 1/√fan.
func initBound(fan int, weight bool) float64 {
	root := math.Sqrt(float64(fan))
	if !weight {
		return 1 / root
	}
	slope := math.Sqrt(5)
	gain := math.Sqrt(2.0 / (1 + float64(slope*slope)))
	return math.Sqrt(3.0) * (gain / root)
}

func fill(dst []float32, v float32) {
	for i := range dst {
		dst[i] = v
	}
}
