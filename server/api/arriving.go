package api

import "sync"

// arriving counts the hand-overs that are coming in, by the name of the run.
// Whoever asks for such a run is not told that there is none: it may be there a
// moment later, and the page that sent it would go on with it too.
type arriving struct {
	mu    sync.Mutex
	count map[string]int
}

// begin notes a hand-over; the function that it returns ends it.
func (a *arriving) begin(id string) (end func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.count == nil {
		a.count = map[string]int{}
	}
	a.count[id]++
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.count[id]--; a.count[id] == 0 {
			delete(a.count, id)
		}
	}
}

func (a *arriving) has(id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.count[id] > 0
}
