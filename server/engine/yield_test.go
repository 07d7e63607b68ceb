package engine

import (
	"sync"
	"testing"
)

// All workers of a step ask at the same time; the race detector watches.
func TestYieldIsForAllWorkers(t *testing.T) {
	stopped := make(chan struct{})
	yield := Yield(stopped)
	close(stopped)
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for range 1000 {
				if err := yield(); err != nil {
					t.Errorf("a step is given up at once: %v", err)
					return
				}
			}
		})
	}
	workers.Wait()
}
