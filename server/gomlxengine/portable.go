package gomlxengine

import (
	"sync"

	. "github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/shapes"
)

// portable builds convolution and pooling from operations that GoMLX's pure-Go
// backend has and can differentiate: slices, concatenation, Max and Dot.
type portable struct {
	spans map[*Node]span // every slice of this graph, for its gradient
}

// span is what a slice took from one axis.
type span struct{ axis, start, limit int }

// portableGraphs holds the portable primitives of the graphs being built:
// *Graph -> *portable.
var portableGraphs sync.Map

// GoMLX's gradient of Slice is Pad, which the pure-Go backend lacks. Slices made
// here are padded by concatenation instead; all others keep the stock gradient.
func init() {
	stockSlice := VJPRegistration[NodeTypeSlice]
	VJPRegistration[NodeTypeSlice] = func(node *Node, vs []*Node, shape shapes.Shape) []*Node {
		if p, ok := portableGraphs.Load(node.Graph()); ok {
			if s, ok := p.(*portable).spans[node]; ok {
				whole := node.Inputs()[0].Shape().Dimensions[s.axis]
				return []*Node{padZeros(vs[0], s.axis, s.start, whole-s.limit)}
			}
		}
		return stockSlice(node, vs, shape)
	}
}

func (p *portable) begin(g *Graph) func() {
	p.spans = make(map[*Node]span)
	portableGraphs.Store(g, p)
	return func() {
		portableGraphs.Delete(g)
		p.spans = nil
	}
}

// conv3x3 gathers the nine shifted images as columns (im2col) in channels-last
// order, where a pixel's row is contiguous, and multiplies once.
func (p *portable) conv3x3(x, w *Node) *Node {
	d := x.Shape().Dimensions
	n, c, h, wd, k := d[0], d[1], d[2], d[3], w.Shape().Dimensions[0]
	x = TransposeAllAxes(x, 0, 2, 3, 1)
	x = padZeros(padZeros(x, 1, 1, 1), 2, 1, 1)
	taps := make([]*Node, 0, 9)
	for i := range 3 {
		rows := p.slice(x, 1, i, i+h)
		for j := range 3 {
			taps = append(taps, p.slice(rows, 2, j, j+wd))
		}
	}
	columns := Reshape(Concatenate(taps, 3), n*h*wd, 9*c)
	kernel := Reshape(TransposeAllAxes(w, 2, 3, 1, 0), 9*c, k) // OIHW -> rows in the order of the taps
	return TransposeAllAxes(Reshape(Dot(columns, kernel), n, h, wd, k), 0, 3, 1, 2)
}

// maxPool2 is nested maxima: on a tie Max sends the gradient to its first
// operand, so a window's first maximum gets it. (ReduceMax gives it whole to
// every tied pixel, and ties are the rule on a constant background.)
func (p *portable) maxPool2(x *Node) *Node {
	d := x.Shape().Dimensions
	x = Reshape(x, d[0], d[1], d[2]/2, 2, d[3]/2, 2)
	row := func(i int) *Node {
		r := p.slice(x, 3, i, i+1)
		return Max(p.slice(r, 5, 0, 1), p.slice(r, 5, 1, 2))
	}
	return Reshape(Max(row(0), row(1)), d[0], d[1], d[2]/2, d[3]/2)
}

// slice takes [start,limit) of one axis of x.
func (p *portable) slice(x *Node, axis, start, limit int) *Node {
	spec := make([]SliceAxisSpec, x.Rank())
	for i := range spec {
		spec[i] = AxisRange()
	}
	spec[axis] = AxisRange(start, limit)
	y := Slice(x, spec...)
	p.spans[y] = span{axis, start, limit}
	return y
}

// padZeros puts zeros before and after x along one axis.
func padZeros(x *Node, axis, before, after int) *Node {
	zeros := func(n int) *Node {
		s := x.Shape().Clone()
		s.Dimensions[axis] = n
		return Zeros(x.Graph(), s)
	}
	parts := make([]*Node, 0, 3)
	if before > 0 {
		parts = append(parts, zeros(before))
	}
	parts = append(parts, x)
	if after > 0 {
		parts = append(parts, zeros(after))
	}
	if len(parts) == 1 {
		return x
	}
	return Concatenate(parts, axis)
}
