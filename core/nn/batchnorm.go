package nn

import (
	"math"

	"atelier/core/kernel"
)

// BatchNorm's constants, torch.nn.BatchNorm2d's defaults.
const (
	BNEps      = 1e-5
	BNMomentum = 0.1 // weight of the batch in the running statistics
)

// ConvBNReLU is a 3×3 convolution without bias (torch.nn.Conv2d), batch
// normalisation over the whole batch (torch.nn.BatchNorm2d) and ReLU: [N,C,H,W] to
// [N,K,H,W].
func ConvBNReLU(name string, c, k int) Layer {
	return Layer{Kind: KindConvBNReLU, Name: name, In: Shape{C: c}, Out: Shape{C: k}}
}

// convBN has the shapes and products of a conv2d.
type convBN struct{ conv2d }

func (convBN) tensors(l Layer) []Tensor {
	k, bn := l.Out.C, l.Name+".bn"
	return []Tensor{
		weight(l.Name+".conv.weight", 9*l.In.C, k, l.In.C, 3, 3),
		constant(bn+".weight", Parameter, k, 1),
		constant(bn+".bias", Parameter, k, 0),
		constant(bn+".running_mean", Statistic, k, 0),
		constant(bn+".running_var", Statistic, k, 1),
		{Name: bn + ".num_batches_tracked", Shape: []int{}, Role: Counter},
	}
}

func (convBN) bind(l Layer, b *binder) bound {
	mean := b.net.buffer(l.Name + ".bn.running_mean")
	variance := b.net.buffer(l.Name + ".bn.running_var")
	p := &convBNPass{
		convKernel: newConvKernel(l, b, b.net.param(l.Name+".conv.weight")),
		net:        b.net,
		gamma:      b.net.param(l.Name + ".bn.weight"),
		beta:       b.net.param(l.Name + ".bn.bias"),
		runMean:    b.net.Stats[mean.off : mean.off+mean.len],
		runVar:     b.net.Stats[variance.off : variance.off+variance.len],
		tracked:    &b.net.Counts[b.net.buffer(l.Name+".bn.num_batches_tracked").off],
		raw:        b.activation(l.Out),
		y:          b.activation(l.Out),
		folded:     make([]float32, 9*l.In.C*l.Out.C),
	}
	for _, s := range []*[]float32{&p.scale, &p.shift, &p.mean, &p.invstd, &p.a, &p.b, &p.c, &p.nextMean, &p.nextVar} {
		*s = make([]float32, l.Out.C)
	}
	b.commits = append(b.commits, p.commit)
	b.pending = append(b.pending, p.nextMean, p.nextVar)
	return p
}

// convBNPass is a ConvBNReLU with memory. raw and y: [images] out-grids.
type convBNPass struct {
	convKernel
	net             *Net
	gamma, beta     Param
	runMean, runVar []float32
	tracked         *int64

	x, raw, y         []float32
	folded            []float32 // the weight times the running scale, for evaluation
	packed            int       // the version of the packed weights
	packedTrain       bool
	rows              []float64 // [shards][2*channels]: what the workers meet over
	scale, shift      []float32
	mean, invstd      []float32
	a, b, c           []float32
	nextMean, nextVar []float32
}

func (l *convBNPass) Forward(c *Context, x []float32) ([]float32, error) {
	l.x = x
	l.pack(c.Train)
	if !c.Train {
		return l.y, l.convolve(c, l.y, l.shift, true)
	}
	if err := l.convolve(c, l.raw, nil, false); err != nil {
		return nil, err
	}
	if c.Frozen {
		l.frozen()
	} else if err := l.statistics(c); err != nil {
		return nil, err
	}
	out := l.out.Len()
	err := c.eachShard(func(first, n int) {
		kernel.BNForward(l.y[first*out:], l.raw[first*out:], l.scale, l.shift, true, l.out, n)
	})
	return l.y, err
}

// pack prepares the weights: as they are for training, with the running
// statistics folded in for evaluation.
func (l *convBNPass) pack(train bool) {
	if l.packed == l.net.Version && l.packedTrain == train {
		return
	}
	l.packed, l.packedTrain = l.net.Version, train
	if train {
		l.conv.Pack(l.weight.Data, true)
		return
	}
	per := len(l.folded) / l.out.C
	for k := range l.out.C {
		s := float64(l.gamma.Data[k]) / math.Sqrt(float64(l.runVar[k])+BNEps)
		l.shift[k] = float32(float64(l.beta.Data[k]) - float64(float64(l.runMean[k])*s))
		for i := k * per; i < (k+1)*per; i++ {
			l.folded[i] = float32(float64(l.weight.Data[i]) * s)
		}
	}
	l.conv.Pack(l.folded, false)
}

func (l *convBNPass) convolve(c *Context, y, bias []float32, relu bool) error {
	in, out := l.in.Len(), l.out.Len()
	return c.eachShard(func(first, n int) {
		l.conv.Forward(y[first*out:], l.x[first*in:], bias, relu, n)
	})
}

// statistics finds the mean and variance of every channel over the whole
// batch: a mean and a sum of squared deviations for each shard, merged over
// all workers' shards in the fixed tree.
func (l *convBNPass) statistics(c *Context) error {
	k, out := l.out.C, l.out.Len()
	rows := l.meeting(c)
	shard := c.Range.Lo
	if err := c.eachShard(func(first, n int) {
		row := rows[shard*2*k:]
		kernel.BNStats(row[:k], row[k:2*k], l.raw[first*out:], l.out, n)
		shard++
	}); err != nil {
		return err
	}
	if err := c.Meet(rows, 2*k); err != nil {
		return err
	}
	pixels := l.out.H * l.out.W
	mergeMoments(rows, k, 0, c.shards(), c.Batch, pixels)
	n := float64(c.Batch * pixels)
	for i := range k {
		mean, m2 := rows[i], rows[k+i]
		inv := 1 / math.Sqrt(m2/n+BNEps)
		scale := float64(l.gamma.Data[i]) * inv
		l.mean[i], l.invstd[i] = float32(mean), float32(inv)
		l.scale[i] = float32(scale)
		l.shift[i] = float32(float64(l.beta.Data[i]) - float64(mean*scale))
		l.nextMean[i] = runningAverage(l.runMean[i], mean)
		l.nextVar[i] = runningAverage(l.runVar[i], m2/(n-1))
	}
	return nil
}

// frozen takes the running statistics for the batch's, and keeps them.
func (l *convBNPass) frozen() {
	for i := range l.out.C {
		inv := 1 / math.Sqrt(float64(l.runVar[i])+BNEps)
		scale := float64(l.gamma.Data[i]) * inv
		l.mean[i], l.invstd[i] = l.runMean[i], float32(inv)
		l.scale[i] = float32(scale)
		l.shift[i] = float32(float64(l.beta.Data[i]) - float64(float64(l.runMean[i])*scale))
	}
	copy(l.nextMean, l.runMean)
	copy(l.nextVar, l.runVar)
}

func runningAverage(old float32, seen float64) float32 {
	return float32(float64((1-BNMomentum)*float64(old)) + float64(BNMomentum*seen))
}

// meeting returns zeroed rows for all shards of the batch.
func (l *convBNPass) meeting(c *Context) []float64 {
	n := c.shards() * 2 * l.out.C
	if cap(l.rows) < n {
		l.rows = make([]float64, n)
	}
	return l.rows[:n]
}

// mergeMoments merges the moments of shards lo..hi into row lo by Chan's
// formula (Chan, Golub and LeVeque, 1979), in the fixed tree. It returns the
// number of values merged.
func mergeMoments(rows []float64, k, lo, hi, batch, pixels int) float64 {
	if hi-lo == 1 {
		return float64((min(hi*kernel.Leaf, batch) - lo*kernel.Leaf) * pixels)
	}
	mid := lo + kernel.TreeSplit(hi-lo)
	na := mergeMoments(rows, k, lo, mid, batch, pixels)
	nb := mergeMoments(rows, k, mid, hi, batch, pixels)
	a, b := rows[lo*2*k:(lo+1)*2*k], rows[mid*2*k:(mid+1)*2*k]
	n := na + nb
	for i := range k {
		delta := b[i] - a[i]
		a[i] += float64(delta * (nb / n))
		a[k+i] += b[k+i] + float64(float64(delta*delta)*(na*nb/n))
	}
	return n
}

func (l *convBNPass) Backward(c *Context, dy []float32) ([]float32, error) {
	k, out := l.out.C, l.out.Len()
	rows := l.meeting(c)
	shard := c.Range.Lo
	if err := c.eachShard(func(first, n int) {
		row := rows[shard*2*k:]
		kernel.BNBackwardStats(row[:k], row[k:2*k], dy[first*out:], l.y[first*out:], l.raw[first*out:], l.mean, l.invstd, true, l.out, n)
		shard++
	}); err != nil {
		return nil, err
	}
	if err := c.Meet(rows, 2*k); err != nil {
		return nil, err
	}
	sumRows(rows, 2*k, 0, c.shards())
	l.coefficients(rows, float64(c.Batch*l.out.H*l.out.W))
	if c.Frozen {
		// The statistics are constants: nothing flows back through them.
		clear(l.b)
		clear(l.c)
	}
	l.parameterGradients(c, rows)
	if err := c.eachShard(func(first, n int) {
		d := dy[first*out:]
		kernel.BNBackward(d, d, l.raw[first*out:], l.a, l.b, l.c, l.out, n)
	}); err != nil {
		return nil, err
	}
	return l.backward(c, l.x, dy)
}

// sumRows adds the rows of shards lo..hi into row lo in the fixed tree.
func sumRows(rows []float64, width, lo, hi int) {
	if hi-lo == 1 {
		return
	}
	mid := lo + kernel.TreeSplit(hi-lo)
	sumRows(rows, width, lo, mid)
	sumRows(rows, width, mid, hi)
	a, b := rows[lo*width:(lo+1)*width], rows[mid*width:(mid+1)*width]
	for i := range a {
		a[i] += b[i]
	}
}

// coefficients writes dx = γ·σ⁻¹·(dy − mean(dy) − x̂·mean(dy·x̂)) as a·dy + b·x + c.
func (l *convBNPass) coefficients(sums []float64, n float64) {
	k := l.out.C
	for i := range k {
		inv, mean := float64(l.invstd[i]), float64(l.mean[i])
		a := float64(l.gamma.Data[i]) * inv
		b := -float64(float64(a*inv) * (sums[k+i] / n))
		l.a[i] = float32(a)
		l.b[i] = float32(b)
		l.c[i] = float32(-float64(a*(sums[i]/n)) - float64(b*mean))
	}
}

// parameterGradients writes the gradients of scale and shift. They are sums
// over the whole batch already, which every worker has, so the node of the
// first shard carries them and all others carry zero.
func (l *convBNPass) parameterGradients(c *Context, sums []float64) {
	k := l.out.C
	for i, node := range c.Nodes {
		dgamma := c.Grads[i][l.gamma.Off : l.gamma.Off+k]
		dbeta := c.Grads[i][l.beta.Off : l.beta.Off+k]
		for j := range k {
			dgamma[j], dbeta[j] = 0, 0
			if node.Lo == 0 {
				dgamma[j], dbeta[j] = float32(sums[k+j]), float32(sums[j])
			}
		}
	}
}

func (l *convBNPass) commit() {
	copy(l.runMean, l.nextMean)
	copy(l.runVar, l.nextVar)
	*l.tracked++
}
