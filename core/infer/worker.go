package infer

import (
	"atelier/core/fashion"
	"atelier/core/kernel"
	"atelier/core/nn"
)

// Worker runs a network forward, without training, in one goroutine.
type Worker struct {
	pass   *nn.Pass
	ctx    nn.Context
	pixels []float32
}

// NewWorker answers with a pass, which may be that of a training worker while it
// does not train. yield is as in NewPredictor.
func NewWorker(pass *nn.Pass, yield func() error) *Worker {
	if yield == nil {
		yield = func() error { return nil }
	}
	return &Worker{pass: pass, ctx: nn.Context{Yield: yield}, pixels: make([]float32, fashion.Area)}
}

// Logits is the worker's Forward: of as many images as the pass has memory for.
func (w *Worker) Logits(n int, image func(i int, dst []float32)) ([]float32, error) {
	w.ctx.Batch, w.ctx.Range = n, nn.Shards{Lo: 0, Hi: nn.ShardCount(n)}
	for i := range n {
		image(i, w.pixels)
		w.pass.SetImage(i, w.pixels)
	}
	return w.pass.Forward(&w.ctx)
}

// Part is what worker rank of world answers of q: whole shards of consecutive
// images. Its progress counts as if all workers had seen as many.
func (w *Worker) Part(q EvalRequest, rank, world int) Part {
	n := q.Len()
	own := nn.Share(nn.ShardCount(n), rank, world)
	part := Part{
		EvalRequest: q, Spec: w.pass.Net.Spec, Lo: own.Lo * kernel.Leaf, Hi: min(own.Hi*kernel.Leaf, n),
		Block: kernel.Leaf, Most: w.pass.Capacity, Forward: w.Logits,
	}
	if q.Progress != nil {
		part.Progress = func(done int) { q.Progress(min(done*world, n)) }
	}
	return part
}

// Input normalises an image for a network, without augmentation, flipped left
// to right where mirror is set.
func Input(dst []float32, src []byte, spec nn.Spec, mirror bool) {
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
