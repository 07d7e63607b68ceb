package gomlxengine

import (
	"math"

	. "github.com/gomlx/gomlx/pkg/core/graph"
)

// Plan says what of a run's optimizer is built into its graphs. The optimizer
// is Adam, with decoupled weight decay (AdamW), as torch.optim has them.
type Plan struct {
	DecayAll bool // biases and normalizations decay too, as in PyTorch's one parameter group
	Average  bool // a moving average of weights and running statistics is kept
}

// tensors is how many a state has by this plan.
func (p Plan) tensors(net *Network) int {
	n := 3*len(net.Params) + len(net.Buffers)
	if p.Average {
		n += len(net.Params) + len(net.Buffers)
	}
	return n
}

// Hyper are a step's hyperparameters. They may change from step to step
// without a new graph.
type Hyper struct {
	LR          float64
	WeightDecay float64 // decoupled; 0 is Adam
	Smoothing   float64 // of the labels
	Dropout     float64 // a factor on the network's own probabilities
	Average     float64 // decay of the moving average, where the plan keeps one
}

// Adam's constants, PyTorch's defaults.
const (
	beta1   = 0.9
	beta2   = 0.999
	adamEps = 1e-8
)

// The places of a step's scalars in the vector that its graph is given.
const (
	atSize      = iota // lr/(1-beta1^t)
	atRoot             // sqrt(1-beta2^t)
	atKeep             // 1 - lr*decay
	atSmoothing        //
	atDropout          //
	atAverage          // decay of the averages at this step
	hyperLen
)

// vector computes the scalars of step t, counted from 1, in float64 as PyTorch
// does.
func (h Hyper) vector(t int64) []float32 {
	n := float64(t)
	return []float32{
		atSize:      float32(h.LR / (1 - math.Pow(beta1, n))),
		atRoot:      float32(math.Sqrt(1 - math.Pow(beta2, n))),
		atKeep:      float32(1 - h.LR*h.WeightDecay),
		atSmoothing: float32(h.Smoothing),
		atDropout:   float32(h.Dropout),
		atAverage:   float32(averageDecay(h.Average, n)),
	}
}

// averageDecay grows from 0 to decay as in core/optim.Average.
func averageDecay(decay, t float64) float64 { return min(decay, (1+t)/(10+t)) }

// scalars hands out the step's scalars in a graph.
type scalars struct{ vector *Node }

func (s scalars) at(i int) *Node { return Reshape(Slice(s.vector, AxisRange(i, i+1))) }

// decays tells whether the parameter t decays.
func (p Plan) decays(t Tensor) bool { return p.DecayAll || len(t.Shape) > 1 }

// adam is one step for one parameter p with gradient g and moments m, v, in
// PyTorch's order of operations:
//
//	p = p (1 - lr decay)
//	m = beta1 m + (1-beta1) g
//	v = beta2 v + (1-beta2) g g
//	p = p - stepSize m / (sqrt(v)/sqrt(1-beta2^t) + eps)
func (plan Plan) adam(t Tensor, p, g, m, v *Node, s scalars) (p2, m2, v2 *Node) {
	if plan.decays(t) {
		p = Mul(p, s.at(atKeep))
	}
	m = Add(MulScalar(m, beta1), MulScalar(g, 1-beta1))
	v = Add(MulScalar(v, beta2), MulScalar(Mul(g, g), 1-beta2))
	denominator := AddScalar(Div(Sqrt(v), s.at(atRoot)), adamEps)
	return Sub(p, Mul(s.at(atSize), Div(m, denominator))), m, v
}

// average moves avg towards x.
func average(avg, x, decay *Node) *Node { return Add(Mul(avg, decay), Mul(x, OneMinus(decay))) }
