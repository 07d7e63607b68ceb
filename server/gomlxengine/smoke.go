package gomlxengine

import (
	"fmt"

	. "github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"
)

// The smoke graph: y = Dot(flatten(maxPool2(conv3x3(x, w))), r) for one 4x4
// image, one filter and one output, and the gradient of y with respect to w.
// Its numbers are small integers, exact even where a GPU multiplies in TF32.
var (
	smokeImage   = []float32{1, 2, 0, 3, 4, 1, 2, 0, 5, 3, 1, 2, 0, 1, 6, 1}
	smokeFilter  = []float32{1, 0, -1, 2, 1, 0, 0, -1, 3}
	smokeReadout = []float32{1, -2, 3, 2}
)

// smoke computes a convolution, a pooling, a product and their gradients on
// the device, and compares them with plain Go.
func (d *Device) smoke() error {
	e, err := NewExec(d.backend, func(x, w, r *Node) (y, dw *Node) {
		var ops primitives = stock{}
		if d.portable {
			ops = &portable{}
		}
		defer ops.begin(x.Graph())()
		y = Dot(Reshape(ops.maxPool2(ops.conv3x3(x, w)), 1, 4), r)
		y = ReduceAllSum(y)
		return y, Gradient(y, w)[0]
	})
	if err != nil {
		return fmt.Errorf("the smoke graph: %w", err)
	}
	defer e.Finalize()
	out, err := run(e.WithName("smoke"), []any{
		tensors.FromFlatDataAndDimensions(smokeImage, 1, 1, 4, 4),
		tensors.FromFlatDataAndDimensions(smokeFilter, 1, 1, 3, 3),
		tensors.FromFlatDataAndDimensions(smokeReadout, 4, 1),
	})
	if err != nil {
		return fmt.Errorf("the smoke graph: %w", err)
	}
	defer finalize(out)
	y, err := tensors.CopyFlatData[float32](out[0])
	if err != nil {
		return fmt.Errorf("the smoke graph: %w", err)
	}
	dw, err := tensors.CopyFlatData[float32](out[1])
	if err != nil {
		return fmt.Errorf("the smoke graph: %w", err)
	}
	wantY, wantDW := smokeExpected()
	if y[0] != wantY || fmt.Sprint(dw) != fmt.Sprint(wantDW[:]) {
		return fmt.Errorf("the smoke graph gives %v and gradient %v, but %v and %v are right: this device computes wrongly", y[0], dw, wantY, wantDW)
	}
	return nil
}

// smokeExpected is the smoke graph in plain Go.
func smokeExpected() (y float32, dw [9]float32) {
	pixel := func(r, c int) float32 {
		if r < 0 || r > 3 || c < 0 || c > 3 {
			return 0
		}
		return smokeImage[4*r+c]
	}
	conv := func(r, c int) (sum float32) {
		for i, f := range smokeFilter {
			sum += f * pixel(r+i/3-1, c+i%3-1)
		}
		return sum
	}
	for window, weight := range smokeReadout {
		top, left := window/2*2, window%2*2
		r, c := top, left
		for k := 1; k < 4; k++ {
			if conv(top+k/2, left+k%2) > conv(r, c) {
				r, c = top+k/2, left+k%2
			}
		}
		y += weight * conv(r, c)
		for i := range dw {
			dw[i] += weight * pixel(r+i/3-1, c+i%3-1)
		}
	}
	return y, dw
}
