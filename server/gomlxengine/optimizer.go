package gomlxengine

import (
	"math"

	. "github.com/gomlx/gomlx/pkg/core/graph"
)

// Optimizer says how a step changes the parameters: Adam, or with Decoupled
// weight decay AdamW, as torch.optim has them.
type Optimizer struct {
	WeightDecay float64 // AdamW's; 0 is Adam
	// Decays says which parameters decay; nil is all, as PyTorch's one parameter group does.
	Decays func(Tensor) bool
}

// WeightsOnly keeps the decay from biases and BatchNorm's parameters: those
// of one dimension.
func WeightsOnly(t Tensor) bool { return len(t.Shape) > 1 }

// Adam's constants, PyTorch's defaults.
const (
	beta1   = 0.9
	beta2   = 0.999
	adamEps = 1e-8
)

// hyperLen is the length of the vector of a step's hyperparameters.
const hyperLen = 3

// hyper computes what changes from step to step, in float64 as PyTorch does:
// the step size lr/(1-beta1^t), sqrt(1-beta2^t), and the factor 1-lr*decay.
// step counts from 1.
func (o Optimizer) hyper(step int64, lr float64) []float32 {
	t := float64(step)
	return []float32{
		float32(lr / (1 - math.Pow(beta1, t))),
		float32(math.Sqrt(1 - math.Pow(beta2, t))),
		float32(1 - lr*o.WeightDecay),
	}
}

// update is one step for one parameter p with gradient g and moments m, v, in
// PyTorch's order of operations:
//
//	p = p (1 - lr decay)                          AdamW only
//	m = beta1 m + (1-beta1) g
//	v = beta2 v + (1-beta2) g g
//	p = p - stepSize m / (sqrt(v)/sqrt(1-beta2^t) + eps)
func (o Optimizer) update(t Tensor, p, g, m, v, hyper *Node) (p2, m2, v2 *Node) {
	scalar := func(i int) *Node { return Reshape(Slice(hyper, AxisRange(i, i+1))) }
	if o.WeightDecay != 0 && (o.Decays == nil || o.Decays(t)) {
		p = Mul(p, scalar(2))
	}
	m = Add(MulScalar(m, beta1), MulScalar(g, 1-beta1))
	v = Add(MulScalar(v, beta2), MulScalar(Mul(g, g), 1-beta2))
	denominator := AddScalar(Div(Sqrt(v), scalar(1)), adamEps)
	return Sub(p, Mul(scalar(0), Div(m, denominator))), m, v
}
