package gomlxengine

import (
	. "github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/shapes"
	"github.com/gomlx/gomlx/pkg/core/tensors/images"
)

// primitives are the operations in which the two modes differ. Everything else
// of a network is the same graph on every backend.
type primitives interface {
	// conv3x3 correlates x [N,C,H,W] with w [K,C,3,3] at stride 1 and padding 1
	// to [N,K,H,W], as torch.nn.functional.conv2d does.
	conv3x3(x, w *Node) *Node
	// maxPool2 takes the maxima of the 2x2 windows of x [N,C,H,W] to
	// [N,C,H/2,W/2]; the gradient goes to a window's first maximum in row-major
	// order, as in PyTorch.
	maxPool2(x *Node) *Node
	// begin prepares for the graph g; the function it returns is called once g is built.
	begin(g *Graph) (end func())
}

// stock is GoMLX's own convolution and pooling, for XLA. The pure-Go backend
// lacks the operations of their gradients (Reverse, Pad, SelectAndScatterMax).
type stock struct{}

func (stock) begin(*Graph) func() { return func() {} }

// Without Strides the builder keeps a nil slice that backends refuse.
func (stock) conv3x3(x, w *Node) *Node {
	return Convolve(x, w).ChannelsAxis(images.ChannelsFirst).Strides(1).PadSame().Done()
}

func (stock) maxPool2(x *Node) *Node {
	return MaxPool(x).ChannelsAxis(images.ChannelsFirst).Window(2).Done()
}

// GoMLX's gradient of a matrix product [I,J]x[J,K] materializes [I,J,K] and
// sums it: 822 MB for the first Linear of Model 1 at batch 128. Its map of
// gradients is documented as open to change, and is global, so it is changed
// once, for every backend.
func init() {
	stockDot := VJPRegistration[NodeTypeDot]
	VJPRegistration[NodeTypeDot] = func(node *Node, vs []*Node, shape shapes.Shape) []*Node {
		l, r, v := node.Inputs()[0], node.Inputs()[1], vs[0]
		if l.Rank() != 2 || r.Rank() != 2 {
			return stockDot(node, vs, shape)
		}
		return []*Node{
			DotGeneral(v, []int{1}, nil, r, []int{1}, nil),
			DotGeneral(l, []int{0}, nil, v, []int{0}, nil),
		}
	}
}
