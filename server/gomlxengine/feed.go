package gomlxengine

import (
	"fmt"

	"atelier/core/random"
	"atelier/core/train"
)

// feedDepth is how many batches wait on the device: enough that it never
// waits for Go, and few, since each takes memory there.
const feedDepth = 3

// feed makes and sends batches beside the goroutine that trains.
type feed struct {
	next int // step of the next batch
	out  chan fed
	quit chan struct{}
}

type fed struct {
	batch *staged
	err   error
}

// startFeed begins with the batch of s.Step and ends before s.Last.
func startFeed(d *Device, s train.EngineStep) *feed {
	f := &feed{next: s.Step, out: make(chan fed, feedDepth), quit: make(chan struct{})}
	go f.run(d, s)
	return f
}

func (f *feed) run(d *Device, s train.EngineStep) {
	defer close(f.out)
	b := Batch{Images: make([]float32, s.Batches.Size()*pixels)}
	labels := make([]uint8, s.Batches.Size())
	for step := s.Step; step < s.Last; step++ {
		x, err := prepare(d, s, step, b, labels)
		select {
		case f.out <- fed{x, err}:
		case <-f.quit:
			if x != nil {
				x.free()
			}
			return
		}
		if err != nil {
			return
		}
	}
}

// prepare makes one batch on the device. GoMLX may panic where a device fails.
func prepare(d *Device, s train.EngineStep, step int, b Batch, labels []uint8) (x *staged, err error) {
	defer func() {
		if r := recover(); r != nil {
			x, err = nil, fmt.Errorf("prepare the batch of step %d: %v", step+1, r)
		}
	}()
	n := s.Batches.Fill(step, b.Images, labels)
	b.Images, b.Labels = b.Images[:n*pixels], make([]int32, n)
	for i, l := range labels[:n] {
		b.Labels[i] = int32(l)
	}
	b.RNG = dropoutKey(s.Seed, step)
	if x, err = stage(b); err != nil {
		return nil, err
	}
	if err = x.send(d); err != nil {
		x.free()
		return nil, err
	}
	return x, nil
}

// dropoutKey seeds a step's dropout: a function of the run's seed and the step,
// like the core's masks, from which it differs.
func dropoutKey(seed uint32, step int) (key [3]uint64) {
	s := random.New(uint64(seed), random.Dropout, uint32(step), 0, ^uint32(0))
	for i := range key {
		key[i] = uint64(s.Uint32())<<32 | uint64(s.Uint32())
	}
	return key
}

// take returns the batch of the next step; nil where the feed has ended.
func (f *feed) take() (*staged, error) {
	x := <-f.out
	f.next++
	return x.batch, x.err
}

// stop ends the feed and waits for it.
func (f *feed) stop() {
	close(f.quit)
	for x := range f.out {
		if x.batch != nil {
			x.batch.free()
		}
	}
}
