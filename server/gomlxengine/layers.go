package gomlxengine

import (
	"github.com/gomlx/gomlx/pkg/core/dtypes"
	. "github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/shapes"

	"atelier/core/nn"
)

// relu has gradient 0 at 0, as PyTorch's; GoMLX's own has 1 there, and zero
// pixels under a zero bias make 0 common.
func relu(x *Node) *Node {
	zero := ZerosLike(x)
	return Where(GreaterThan(x, zero), x, zero)
}

// linear is x [N,I] times the transpose of w [O,I], plus b [O].
func linear(x, w, b *Node) *Node {
	return Add(Dot(x, Transpose(w, 0, 1)), Reshape(b, 1, b.Shape().Dimensions[0]))
}

// perChannel shapes v [C] to go over [N,C,H,W].
func perChannel(v *Node) *Node { return Reshape(v, 1, v.Shape().Dimensions[0], 1, 1) }

// channelMean is the mean over N, H and W of x [N,C,H,W], summed axis by axis:
// one long float32 sum of 100,000 numbers would lose three digits.
func channelMean(x *Node) *Node {
	return ReduceMean(ReduceMean(ReduceMean(x, 3), 2), 0)
}

// running are a BatchNorm's running statistics, [C] each.
type running struct{ mean, variance *Node }

// batchNormTrain normalizes x [N,C,H,W] by the batch's mean and biased variance
// and returns the running statistics after it, which take the unbiased
// variance (torch.nn.BatchNorm2d). GoMLX's own layer keeps the biased one, and
// without its fused operations stops the gradient at the statistics.
func batchNormTrain(x, gamma, beta *Node, r running) (*Node, running) {
	d := x.Shape().Dimensions
	count := float64(d[0] * d[2] * d[3])
	mean := channelMean(x)
	centered := Sub(x, perChannel(mean))
	variance := channelMean(Square(centered))
	y := scaleShift(centered, gamma, beta, variance)
	mean, variance = StopGradient(mean), StopGradient(variance)
	blend := func(old, batch *Node, weight float64) *Node {
		return Add(MulScalar(old, 1-nn.BNMomentum), MulScalar(batch, weight))
	}
	return y, running{
		mean:     blend(r.mean, mean, nn.BNMomentum),
		variance: blend(r.variance, variance, nn.BNMomentum*count/(count-1)),
	}
}

// batchNormEval normalizes by the running statistics.
func batchNormEval(x, gamma, beta *Node, r running) *Node {
	return scaleShift(Sub(x, perChannel(r.mean)), gamma, beta, r.variance)
}

// Rsqrt has no gradient in GoMLX v0.26.0, so it is a division by Sqrt.
func scaleShift(centered, gamma, beta, variance *Node) *Node {
	scale := Div(gamma, Sqrt(AddScalar(variance, nn.BNEps)))
	return Add(Mul(centered, perChannel(scale)), perChannel(beta))
}

// dropout zeroes numbers of x with probability p, a scalar, and scales the
// others by 1/(1-p). With channels it drops whole channels of [N,C,H,W]
// (Dropout2d). It returns the generator's state after the draw.
func dropout(x, rng, p *Node, channels bool) (y, next *Node) {
	mask := shapes.Make(dtypes.Float32, x.Shape().Dimensions...)
	if channels {
		mask.Dimensions[2], mask.Dimensions[3] = 1, 1
	}
	next, u := RandomUniform(rng, mask)
	keep := ConvertDType(GreaterOrEqual(u, p), dtypes.Float32)
	return Mul(x, Div(keep, OneMinus(p))), next
}

// globalAvgPool is the mean over H and W of x [N,C,H,W].
func globalAvgPool(x *Node) *Node { return ReduceMean(ReduceMean(x, 3), 2) }

// crossEntropy returns the losses [N] of logits [N,K] for labels [N] (int32)
// with label smoothing s, a scalar: the target is (1-s) onehot + s/K, as in
// torch.nn.CrossEntropyLoss(label_smoothing=s). A nil s smooths nothing.
func crossEntropy(logits, labels, s *Node) *Node {
	d := logits.Shape().Dimensions
	top := StopGradient(Reshape(ReduceMax(logits, 1), d[0], 1))
	shifted := Sub(logits, top)
	logSum := Reshape(Log(ReduceSum(Exp(shifted), 1)), d[0], 1)
	logp := Sub(shifted, logSum)
	target := oneHot(labels, d[1])
	if s != nil {
		target = Add(Mul(target, OneMinus(s)), DivScalar(s, float64(d[1])))
	}
	return Neg(ReduceSum(Mul(target, logp), 1))
}

func oneHot(labels *Node, classes int) *Node {
	n := labels.Shape().Dimensions[0]
	columns := Iota(labels.Graph(), shapes.Make(dtypes.Int32, n, classes), 1)
	return ConvertDType(Equal(columns, BroadcastToDims(Reshape(labels, n, 1), n, classes)), dtypes.Float32)
}

// correct counts the images whose greatest logit is their label's.
func correct(logits, labels *Node) *Node {
	hit := Equal(ArgMax(logits, 1, dtypes.Int32), labels)
	return ReduceAllSum(ConvertDType(hit, dtypes.Float32))
}
