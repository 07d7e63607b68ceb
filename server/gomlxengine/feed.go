package gomlxengine

import (
	"fmt"
	"runtime"

	"atelier/core/random"
	"atelier/core/train"
)

// A GPU takes 30,000 images a second. A processor makes 250,000 of plain and
// augmented photographs, but 36,000 where a quarter are drawings
// (BenchmarkFeed), so several goroutines make batches in turn.
const (
	mostMakers = 4 // goroutines
	feedDepth  = 2 // batches that wait at each of them, on the device: few, since each takes memory there
)

// feed makes and sends batches beside the goroutine that trains.
type feed struct {
	next  int // step of the next batch
	first int // step of the first one
	last  int // step after the last one
	// made has a channel for each maker: the maker of a step is number
	// (step-first) modulo their number, so batches come out in order.
	made []chan fed
	quit chan struct{}
	join *joined // where several devices share a batch, else nil
}

type fed struct {
	batch *staged
	err   error
}

// startFeed begins with the batch of s.Step and ends before s.Last.
func startFeed(d *Device, s train.EngineStep) (*feed, error) {
	f := &feed{next: s.Step, first: s.Step, last: s.Last, quit: make(chan struct{})}
	makers := min(mostMakers, runtime.GOMAXPROCS(0))
	for range makers {
		f.made = append(f.made, make(chan fed, feedDepth))
	}
	for i := range makers {
		go f.run(d, s, i)
	}
	if d.spread != nil {
		var err error
		if f.join, err = d.spread.join(d, f); err != nil {
			f.stop()
			return nil, err
		}
	}
	return f, nil
}

// run is maker number i.
func (f *feed) run(d *Device, s train.EngineStep, i int) {
	out := f.made[i]
	defer close(out)
	batches := s.Batches.Fork()
	b := Batch{Images: make([]float32, batches.Size()*pixels)}
	labels := make([]uint8, batches.Size())
	for step := f.first + i; step < f.last; step += len(f.made) {
		x, err := prepare(d, s.Seed, batches, step, b, labels)
		select {
		case out <- fed{x, err}:
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

// prepare makes one batch, on the device where it is for one. GoMLX may panic
// where a device fails.
func prepare(d *Device, seed uint32, from *train.Batches, step int, b Batch, labels []uint8) (x *staged, err error) {
	defer func() {
		if r := recover(); r != nil {
			x, err = nil, fmt.Errorf("prepare the batch of step %d: %v", step+1, r)
		}
	}()
	n := from.Fill(step, b.Images, labels)
	b.Images, b.Labels = b.Images[:n*pixels], make([]int32, n)
	for i, l := range labels[:n] {
		b.Labels[i] = int32(l)
	}
	b.RNG = dropoutKey(seed, step)
	if x, err = stage(b, d.Shares()); err != nil || d.spread != nil {
		return x, err
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
	step := f.next
	f.next++
	if f.join != nil {
		return f.join.take()
	}
	return f.ready(step)
}

// ready is the batch of a step from its maker; nil after the last.
func (f *feed) ready(step int) (*staged, error) {
	x := <-f.made[(step-f.first)%len(f.made)]
	return x.batch, x.err
}

// stop ends the feed and waits for it.
func (f *feed) stop() {
	close(f.quit)
	if f.join != nil {
		f.join.stop()
	}
	for _, made := range f.made {
		for x := range made {
			if x.batch != nil {
				x.batch.free()
			}
		}
	}
}
