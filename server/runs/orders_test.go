package runs

import (
	"context"
	"testing"

	"atelier/server/failure"
)

// TestResumeWaitsForARunThatEnds asks for a run that the worker has not let go of.
func TestResumeWaitsForARunThatEnds(t *testing.T) {
	for _, tt := range []struct {
		name, state, told string
		waits             bool
	}{
		{"it trains", Running, "", false},
		{"it was paused", Running, Paused, true},
		{"it has failed", Failed, "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := &active{id: "run", ends: make(chan struct{}), as: tt.told, doc: Document{State: tt.state}}
			m := &Manager{current: a}
			gone, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := m.Resume(gone, "run"); failure.Is(err, failure.Busy) != tt.waits {
				t.Errorf("resume answers %v, want that it waits: %t", err, tt.waits)
			}
		})
	}
}
