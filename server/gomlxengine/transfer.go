package gomlxengine

import (
	"fmt"
	"slices"

	"github.com/gomlx/gomlx/backends"
	. "github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"
)

// staged is a batch as tensors, perhaps on its devices already.
type staged struct {
	shares []share // one for each device that computes the step
	n      int     // images of all
}

// share is a device's part of a batch. The key of dropout is the whole batch's.
type share struct{ images, labels, rng *tensors.Tensor }

// stage copies a batch into tensors, split evenly among so many devices.
func stage(b Batch, devices int) (*staged, error) {
	n := len(b.Images) / pixels
	if len(b.Images) == 0 || len(b.Images)%pixels != 0 {
		return nil, fmt.Errorf("%d numbers are not a whole number of images of %d pixels", len(b.Images), pixels)
	}
	if len(b.Labels) != n {
		return nil, fmt.Errorf("a batch of %d images has %d labels", n, len(b.Labels))
	}
	if n%devices != 0 {
		return nil, fmt.Errorf("a batch of %d images cannot be split evenly among %d devices", n, devices)
	}
	for i, l := range b.Labels {
		if l < 0 || l > 9 {
			return nil, fmt.Errorf("image %d of the batch has label %d: labels are 0 to 9", i, l)
		}
	}
	s := &staged{n: n}
	per := n / devices
	for lo := 0; lo < n; lo += per {
		images, err := imageTensor(b.Images[lo*pixels : (lo+per)*pixels])
		if err != nil {
			return nil, err
		}
		s.shares = append(s.shares, share{
			images: images,
			labels: tensors.FromFlatDataAndDimensions(b.Labels[lo:lo+per], per),
			rng:    tensors.FromFlatDataAndDimensions(b.RNG[:], len(b.RNG)),
		})
	}
	return s, nil
}

// send copies the batch to the device, so that a step need not wait for it.
func (s *staged) send(d *Device) error {
	for i, x := range s.shares {
		for _, t := range x.all() {
			if err := t.MaterializeOnDevice(d.backend, false, backends.DeviceNum(i)); err != nil {
				return fmt.Errorf("send a batch to %s: %w", d.Description(), err)
			}
		}
	}
	return nil
}

func (s *staged) free() {
	for _, x := range s.shares {
		finalize(x.all())
	}
}

func (x share) all() []*tensors.Tensor { return []*tensors.Tensor{x.images, x.labels, x.rng} }

func imageTensor(images []float32) (*tensors.Tensor, error) {
	if len(images) == 0 || len(images)%pixels != 0 {
		return nil, fmt.Errorf("%d numbers are not a whole number of images of %d pixels", len(images), pixels)
	}
	return tensors.FromFlatDataAndDimensions(images, len(images)/pixels, 1, 28, 28), nil
}

// matches reports what is wrong with a list of tensors that should be those of want.
func matches(what string, want, got []Tensor) error {
	if len(got) != len(want) {
		return fmt.Errorf("there are %d tensors as %s, want %d", len(got), what, len(want))
	}
	for i, w := range want {
		g := got[i]
		if g.Name != w.Name || !slices.Equal(g.Shape, w.Shape) || len(g.Data) != w.Len() {
			return fmt.Errorf("%s %d is %q %v with %d numbers, want %q %v", what, i, g.Name, g.Shape, len(g.Data), w.Name, w.Shape)
		}
	}
	return nil
}

func zeros(like []Tensor) []Tensor {
	out := slices.Clone(like)
	for i := range out {
		out[i].Data = make([]float32, out[i].Len())
	}
	return out
}

// upload copies tensors for a device. They are not shared with it, since
// shared buffers cannot be donated to a step.
func (e *Engine) upload(from []Tensor, device int) ([]*tensors.Tensor, error) {
	out := make([]*tensors.Tensor, len(from))
	for i, t := range from {
		out[i] = tensors.FromFlatDataAndDimensions(t.Data, t.Shape...)
		if err := out[i].MaterializeOnDevice(e.device.backend, false, backends.DeviceNum(device)); err != nil {
			return nil, fmt.Errorf("send %s to the device: %w", t.Name, err)
		}
	}
	return out, nil
}

// download copies tensors from the device; they stay there.
func download(like []Tensor, from []*tensors.Tensor) ([]Tensor, error) {
	out := slices.Clone(like)
	for i := range out {
		data, err := tensors.CopyFlatData[float32](from[i])
		if err != nil {
			return nil, fmt.Errorf("read %s from the device: %w", out[i].Name, err)
		}
		out[i].Data = data
	}
	return out, nil
}

// donate gives the memory of a device's tensors to the step that replaces them.
func (e *Engine) donate(list []*tensors.Tensor, device int) ([]any, error) {
	var args []any
	for _, t := range list {
		d, err := DonateTensorBuffer(t, e.device.backend, backends.DeviceNum(device))
		if err != nil {
			return nil, fmt.Errorf("hand the weights to a step: %w", err)
		}
		args = append(args, d)
	}
	return args, nil
}

func asArgs(lists ...[]*tensors.Tensor) []any {
	var args []any
	for _, l := range lists {
		for _, t := range l {
			args = append(args, t)
		}
	}
	return args
}

// finalize frees tensors now, not when Go collects them: device memory does
// not press on Go's collector.
func finalize(lists ...[]*tensors.Tensor) {
	for _, l := range lists {
		for _, t := range l {
			_ = t.FinalizeAll() // only fails on a device that is gone
		}
	}
}
