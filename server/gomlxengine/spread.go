package gomlxengine

import (
	"errors"
	"fmt"
	"io"

	"github.com/gomlx/gomlx/pkg/core/distributed"
	. "github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"
	"github.com/gomlx/gomlx/pkg/ml/datasets"
)

// EXPERIMENTAL: several GPUs of one machine share each batch of a run. It has
// run on no real GPU; the tests run it on devices that are none.
//
// The step's graph is that of one device. XLA (AutoSharding, its Shardy) is told
// that images and labels are split along their first axis over the devices and
// that everything else is whole on each, and puts the sums over a batch
// together itself: the loss, BatchNorm's statistics, the gradients. So the
// result is that of one device but for rounding. Validation stays on the first.

// spread says how the tensors of a step lie on several devices.
type spread struct {
	devices      int
	mesh         *distributed.DeviceMesh
	split, whole *distributed.ShardingSpec
}

// Spread returns the device as n of the backend's devices that share each
// batch. It is experimental.
func (d *Device) Spread(n int) (*Device, error) {
	switch has := d.Devices(); {
	case n < 1:
		return nil, fmt.Errorf("a run needs 1 GPU or more, not %d", n)
	case n > has:
		return nil, fmt.Errorf("%d GPUs are asked for, but %s has %s", n, d.backend.Description(), count(has, "device"))
	case n == 1:
		return d, nil
	}
	mesh, err := distributed.NewDeviceMesh([]int{n}, []string{"batch"})
	if err != nil {
		return nil, fmt.Errorf("arrange %d devices: %w", n, err)
	}
	split, err := distributed.BuildSpec(mesh).S("batch").Done()
	if err != nil {
		return nil, fmt.Errorf("arrange %d devices: %w", n, err)
	}
	several := *d
	several.spread = &spread{devices: n, mesh: mesh, split: split, whole: distributed.NewReplicatedShardingSpec(mesh)}
	return &several, nil
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Shares is the number of devices that a batch is split among.
func (d *Device) Shares() int {
	if d.spread == nil {
		return 1
	}
	return d.spread.devices
}

// configure tells a step's graph how its inputs lie: first so many that are
// whole (state, hyperparameters, the key of dropout), then images and labels.
func (s *spread) configure(step *Exec, whole int) {
	specs := make([]*distributed.ShardingSpec, whole, whole+2)
	for i := range specs {
		specs[i] = s.whole
	}
	specs = append(specs, s.split, s.split)
	step.AutoSharding(s.mesh).WithInputShardingSpecs(specs...).WithOutputShardingSpecs(s.whole)
}

// fits refuses batches that cannot be split evenly. sizes are those of a whole
// batch and of an epoch's last.
func (s *spread) fits(sizes ...int) error {
	for _, n := range sizes {
		if n%s.devices != 0 {
			return fmt.Errorf("a batch of %d images cannot be split evenly among %d GPUs; batches have %d images, and the last of an epoch %d (-batch and -limit change them)",
				n, s.devices, sizes[0], sizes[len(sizes)-1])
		}
	}
	return nil
}

// joined is GoMLX's distributed accumulator over a feed: it sends each share of
// a batch to its device, while the step before is computed.
type joined struct {
	from  *datasets.DistributedAccumulator
	ended error // what the accumulator said last; it must not be asked again
}

func (s *spread) join(d *Device, f *feed) (*joined, error) {
	from, err := datasets.NewDistributedAccumulator(d.backend, &shares{feed: f, next: f.first}, distributed.AutoSharding,
		[]*distributed.ShardingSpec{s.split, s.whole}, []*distributed.ShardingSpec{s.split}, nil)
	if err != nil {
		return nil, fmt.Errorf("split batches among %d devices: %w", s.devices, err)
	}
	return &joined{from: from}, nil
}

// take returns the next batch, each share on its device; nil after the last.
func (j *joined) take() (*staged, error) {
	if j.ended == nil {
		_, inputs, labels, err := j.from.DistributedYield()
		if err == nil {
			s := &staged{n: inputs[0].Shape().Dimensions[0]}
			for i, images := range inputs[0].Shards() {
				s.shares = append(s.shares, share{images: images, rng: inputs[1].Shards()[i], labels: labels[0].Shards()[i]})
			}
			return s, nil
		}
		j.ended = err
	}
	if errors.Is(j.ended, io.EOF) {
		return nil, nil
	}
	return nil, j.ended
}

// stop empties the accumulator, whose feed has ended.
func (j *joined) stop() {
	for {
		s, err := j.take()
		if s == nil || err != nil {
			return
		}
		s.free()
	}
}

// shares is a feed as the accumulator reads it, share by share.
type shares struct {
	feed *feed
	next int // step of the next batch
	left []share
}

func (*shares) Name() string { return "shares of batches" }

// Reset does nothing: a feed that begins elsewhere is another one.
func (*shares) Reset() {}

// Yield is train.Dataset's: a share's images and key, its labels, and io.EOF at
// the end.
func (s *shares) Yield() (spec any, inputs, labels []*tensors.Tensor, err error) {
	if len(s.left) == 0 {
		batch, err := s.take()
		if err != nil {
			return nil, nil, nil, err
		}
		s.left = batch.shares
	}
	x := s.left[0]
	s.left = s.left[1:]
	return nil, []*tensors.Tensor{x.images, x.rng}, []*tensors.Tensor{x.labels}, nil
}

// take is the next batch, or io.EOF where the feed has ended or is stopped.
func (s *shares) take() (*staged, error) {
	select {
	case <-s.feed.quit:
		return nil, io.EOF
	default:
	}
	batch, err := s.feed.ready(s.next)
	s.next++
	if batch == nil && err == nil {
		err = io.EOF
	}
	return batch, err
}
