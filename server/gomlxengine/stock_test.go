package gomlxengine

import (
	"fmt"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/backends"
	"github.com/gomlx/gomlx/backends/simplego"
	"github.com/gomlx/gomlx/pkg/core/shapes"
)

// CI has no XLA, but the graphs of the XLA mode can be run all the same: this
// backend is the pure-Go one with the operations added, from those it has,
// that the gradients of GoMLX's convolution and pooling need. It is very slow
// and only for tests.
type supplied struct{ backends.Backend }

func (s supplied) Builder(name string) backends.Builder {
	return suppliedBuilder{s.Backend.Builder(name)}
}

type suppliedBuilder struct{ backends.Builder }

// ConvGeneral takes missing strides as 1, as XLA does; the stock gradient leaves them out.
func (b suppliedBuilder) ConvGeneral(x, w backends.Op, axes backends.ConvolveAxesConfig, strides []int, paddings [][2]int, inDilations, kernelDilations []int, channelGroups, batchGroups int) (backends.Op, error) {
	if len(strides) == 0 {
		strides = slices.Repeat([]int{1}, len(axes.InputSpatial))
	}
	return b.Builder.ConvGeneral(x, w, axes, strides, paddings, inDilations, kernelDilations, channelGroups, batchGroups)
}

// Reverse turns axes around by concatenating their slices from the end.
func (b suppliedBuilder) Reverse(x backends.Op, axes ...int) (backends.Op, error) {
	for _, axis := range axes {
		shape, err := b.OpShape(x)
		if err != nil {
			return nil, err
		}
		var parts []backends.Op
		for i := shape.Dimensions[axis] - 1; i >= 0; i-- {
			part, err := b.cut(x, shape, axis, i, 1)
			if err != nil {
				return nil, err
			}
			parts = append(parts, part)
		}
		if x, err = b.Concatenate(axis, parts...); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// cut takes every stride-th element of an axis from start; stride 1 takes one.
func (b suppliedBuilder) cut(x backends.Op, shape shapes.Shape, axis, start, stride int) (backends.Op, error) {
	starts, limits := make([]int, shape.Rank()), slices.Clone(shape.Dimensions)
	strides := slices.Repeat([]int{1}, shape.Rank())
	starts[axis], strides[axis] = start, stride
	if stride == 1 {
		limits[axis] = start + 1
	}
	return b.Slice(x, starts, limits, strides)
}

// SelectAndScatterMax gives a 2x2 window's gradient to its first maximum, as
// XLA does with the comparison >= that GoMLX hands it.
func (b suppliedBuilder) SelectAndScatterMax(x, source backends.Op, window, strides []int, paddings [][2]int) (backends.Op, error) {
	shape, err := b.OpShape(x)
	if err != nil {
		return nil, err
	}
	if fmt.Sprint(window, strides) != "[1 1 2 2] [1 1 2 2]" || fmt.Sprint(paddings) != "[[0 0] [0 0] [0 0] [0 0]]" && len(paddings) > 0 {
		return nil, fmt.Errorf("SelectAndScatterMax(%v, %v, %v) is not supplied", window, strides, paddings)
	}
	s := script{b: b}
	d := shape.Dimensions
	zero := s.op(b.Constant([]float32{0}))
	zeros := s.op(b.BroadcastInDim(zero, shapes.Make(shape.DType, d[0], d[1], d[2]/2, d[3]/2), nil))
	var pixel [4]backends.Op
	for k := range pixel {
		row := s.op(b.cut(x, shape, 2, k/2, 2))
		if s.err != nil {
			return nil, s.err
		}
		rows, _ := b.OpShape(row)
		pixel[k] = s.op(b.cut(row, rows, 3, k%2, 2))
	}
	top := s.op(b.Max(s.op(b.Max(pixel[0], pixel[1])), s.op(b.Max(pixel[2], pixel[3]))))
	left, parts := source, [4]backends.Op{}
	for k, p := range pixel { // what a maximum takes is not left for the next
		hit := s.op(b.Equal(p, top))
		parts[k] = s.op(b.Reshape(s.op(b.Where(hit, left, zeros)), d[0], d[1], d[2]/2, 1, d[3]/2, 1))
		left = s.op(b.Where(hit, zeros, left))
	}
	upper := s.op(b.Concatenate(5, parts[0], parts[1]))
	lower := s.op(b.Concatenate(5, parts[2], parts[3]))
	return s.op(b.Reshape(s.op(b.Concatenate(3, upper, lower)), d...)), s.err
}

// script keeps the first error of a chain of operations.
type script struct {
	b   suppliedBuilder
	err error
}

func (s *script) op(o backends.Op, err error) backends.Op {
	if err != nil && s.err == nil {
		s.err = err
	}
	return o
}

func stockDevice(t testing.TB) *Device {
	t.Helper()
	b, err := simplego.New("ops_sequential")
	if err != nil {
		t.Fatal(err)
	}
	return &Device{backend: supplied{b}}
}

func TestStockGraphsSmoke(t *testing.T) {
	if err := stockDevice(t).smoke(); err != nil {
		t.Error(err)
	}
}

func TestStockLayersMatchTheCore(t *testing.T) { layersMatchTheCore(t, stockDevice(t)) }

// TestStockGraphsPassTheCheck: the XLA mode's graphs of both networks, a whole
// step with BatchNorm's statistics and Adam, against the portable mode.
func TestStockGraphsPassTheCheck(t *testing.T) {
	arithmeticOnly(t)
	differences, err := stockDevice(t).check(3) // of 16: GoMLX's plain convolution is very slow
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range differences {
		t.Logf("%s, %s: %.2g (limit %.0e)", d.Network, d.What, d.Value, d.Limit)
		if !d.OK() {
			t.Errorf("%s, %s differ by %g, limit %g", d.Network, d.What, d.Value, d.Limit)
		}
	}
	if len(differences) != 11 {
		t.Errorf("%d differences are looked at, want 11", len(differences))
	}
}
