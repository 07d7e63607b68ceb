package nn

import (
	"fmt"
	"slices"

	"github.com/chewxy/math32"

	"atelier/core/kernel"
)

// Context is what the layers of one worker know of the step they are in.
type Context struct {
	Train bool
	Batch int    // images in the whole batch
	Range Shards // this worker's part of it
	Nodes []Shards
	Seed  uint64 // with Step: the key of the dropout masks
	Step  uint32
	// DropoutScale multiplies the networks' dropout rates: 1 as in the report,
	// 0 for none.
	DropoutScale float32
	// Frozen keeps batch normalisation's running statistics as they are and
	// normalises by them while training too: for fine-tuning on batches that are
	// not like those the network has learned from.
	Frozen bool

	// Meet completes rows: every worker has written the rows (width numbers
	// each) of its own shards, and on return all rows are there.
	Meet func(rows []float64, width int) error
	// Yield is called between slices of work of a few milliseconds; its error
	// ends the step.
	Yield func() error

	// Grads receives the gradients: one arena a node.
	Grads [][]float32
}

// shards is the number of shards of the whole batch.
func (c *Context) shards() int { return ShardCount(c.Batch) }

// first is the position in the batch of this worker's first image.
func (c *Context) first() int { return c.Range.Lo * kernel.Leaf }

// images is the number of this worker's images.
func (c *Context) images() int { return c.imagesOf(c.Range) }

// imagesOf is the number of images in a range of shards.
func (c *Context) imagesOf(r Shards) int {
	return min(r.Hi*kernel.Leaf, c.Batch) - r.Lo*kernel.Leaf
}

// bound is a layer with memory: Forward keeps what Backward needs.
type bound interface {
	Forward(c *Context, x []float32) (y []float32, err error)
	// Backward writes the gradients of the layer's parameters to c.Grads and
	// returns that of its input; dy may be overwritten. The first layer
	// returns nil.
	Backward(c *Context, dy []float32) (dx []float32, err error)
}

// Pass is a network with memory for the images of one worker. Passes of one
// Net may run at once; none writes to the Net but through Commit.
type Pass struct {
	Net      *Net
	Capacity int // images

	input   []float32
	layers  []bound
	outputs [][]float32
	commits []func()
	pending [][]float32 // running statistics that wait for Commit
	dlogits []float32
	losses  []float64
}

// NewPass gives the layers memory for up to capacity images, so that no step
// allocates once each has been made.
func NewPass(net *Net, capacity int, alg kernel.Algorithm) *Pass {
	b := &binder{net: net, capacity: capacity, algorithm: alg, scratch: map[Shape][][]float32{}}
	p := &Pass{
		Net: net, Capacity: capacity,
		input:   make([]float32, capacity*Input.size()),
		dlogits: make([]float32, capacity*Labels),
		losses:  make([]float64, capacity),
	}
	layers := net.Spec.Layers
	for i, l := range layers {
		b.index = i
		b.poolsNext = i+1 < len(layers) && layers[i+1].Kind == KindMaxPool2d
		p.layers = append(p.layers, operators[l.Kind].bind(l, b))
	}
	p.outputs = make([][]float32, len(p.layers))
	p.commits, p.pending = b.commits, b.pending
	return p
}

// binder hands out the memory of a pass.
type binder struct {
	net       *Net
	capacity  int
	algorithm kernel.Algorithm
	index     int  // of the layer
	poolsNext bool // a MaxPool2d follows the layer
	pooled    bool // the layer before has done the MaxPool2d's work
	scratch   map[Shape][][]float32
	last      []float32 // that gradient returned
	commits   []func()
	pending   [][]float32
}

// activation returns memory for a shape's activations, with zero borders.
func (b *binder) activation(s Shape) []float32 { return make([]float32, b.capacity*s.size()) }

// gradient returns memory for the gradient of a shape's activations. Gradients
// live only until the layer below has run, so all layers of one shape share two
// buffers; the shape keeps the borders zero. Layers are bound from the first to
// the last, and a layer's two gradients are its own and that of the layer after
// it, so no two calls in a row return the same.
func (b *binder) gradient(s Shape) []float32 {
	for _, g := range b.scratch[s] {
		if b.last == nil || &g[0] != &b.last[0] {
			b.last = g
			return g
		}
	}
	g := b.activation(s)
	b.scratch[s] = append(b.scratch[s], g)
	b.last = g
	return g
}

// SetImage writes the 784 normalised pixels of local image i, row by row.
func (p *Pass) SetImage(i int, pixels []float32) {
	g := Input.grid()
	img := p.input[i*g.Len():]
	for y := range g.H {
		copy(img[g.At(y, 0):g.At(y, 0)+g.W], pixels[y*g.W:(y+1)*g.W])
	}
}

// Forward runs the network on the worker's images and returns the logits,
// [images][10], which live until the next call.
func (p *Pass) Forward(c *Context) ([]float32, error) {
	x := p.input
	for i, l := range p.layers {
		y, err := l.Forward(c, x)
		if err != nil {
			return nil, err
		}
		p.outputs[i] = y
		if err := c.Yield(); err != nil {
			return nil, err
		}
		x = y
	}
	return x[:c.images()*Labels], nil
}

// Backward runs the layers in reverse from the gradient of the logits.
func (p *Pass) Backward(c *Context, dlogits []float32) error {
	dy := dlogits
	for i := len(p.layers) - 1; i >= 0; i-- {
		dx, err := p.layers[i].Backward(c, dy)
		if err != nil {
			return err
		}
		if err := c.Yield(); err != nil {
			return err
		}
		dy = dx
	}
	return nil
}

// Commit writes the running statistics of the last training pass to the Net.
// They wait for it because a step may be given up half way.
func (p *Pass) Commit() {
	for _, commit := range p.commits {
		commit()
	}
}

// Finite reports whether the running statistics that Commit would write are
// numbers. Every worker of a batch has the same.
func (p *Pass) Finite() bool {
	for _, pending := range p.pending {
		for _, v := range pending {
			if math32.IsNaN(v) || math32.IsInf(v, 0) {
				return false
			}
		}
	}
	return true
}

// Loss runs the network and its cross-entropy on the worker's images. It
// returns the loss of each and the logits; where c.Train is set, the gradient
// of the mean over the whole batch goes to c.Grads. Labels are those of the
// worker's images; smoothing is that of torch.nn.CrossEntropyLoss.
func (p *Pass) Loss(c *Context, labels []uint8, smoothing float32) (losses []float64, logits []float32, err error) {
	logits, err = p.Forward(c)
	if err != nil {
		return nil, nil, err
	}
	n := c.images()
	var dlogits []float32
	if c.Train {
		dlogits = p.dlogits[:n*Labels]
	}
	kernel.SoftmaxCrossEntropy(dlogits, p.losses[:n], logits, labels[:n], smoothing, n, c.Batch)
	if !c.Train {
		return p.losses[:n], logits, nil
	}
	return p.losses[:n], logits, p.Backward(c, dlogits)
}

// Features returns what the layer before the last made of the images of the
// last Forward, [images][width]: what the network knows of them before it
// names them. They live until the next Forward. It panics where that layer is
// not flat, which it is in every network here.
func (p *Pass) Features(c *Context) (width int, features []float32) {
	last := len(p.layers) - 1
	shape := p.Net.Spec.Layers[last].In
	if !shape.Flat() {
		panic("nn: the layer before the last of " + p.Net.Spec.Name + " is not flat")
	}
	return shape.C, p.outputs[last-1][:c.images()*shape.C]
}

// Activation returns what the named layer made of the first image of the last
// Forward: [C][H][W], or [C] where the layer is flat.
func (p *Pass) Activation(layer string) (Shape, []float32, error) {
	for i, l := range p.Net.Spec.Layers {
		if l.Name != layer {
			continue
		}
		shape := l.Out
		if shape.Flat() {
			return shape, slices.Clone(p.outputs[i][:shape.C]), nil
		}
		chw := make([]float32, shape.C*shape.H*shape.W)
		x := p.outputs[i]
		if fused, ok := p.layers[i].(*convPoolPass); ok {
			x = fused.unpooled()
		}
		kernel.Flatten(chw, x, shape.grid(), 1)
		return shape, chw, nil
	}
	return Shape{}, nil, fmt.Errorf("%s has no layer %q", p.Net.Spec.Name, layer)
}
