package app

import (
	"testing"

	"atelier/scripts/visitors"
)

// TestManyPageLoads loads the page 200 times at once, a few times over.
func TestManyPageLoads(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	crowd := visitors.Crowd{
		URL:    start(t).URL(),
		Paths:  []string{"", "assets/main-1a.wasm", "assets/worker-2b.js", "data/index.json"},
		People: 200, Rounds: 5,
	}
	took, err := crowd.Visit(t.Context())
	if err != nil || len(took) != crowd.People*crowd.Rounds {
		t.Fatalf("%d page loads, then %v", len(took), err)
	}
	p99 := visitors.Slowest(took)
	t.Logf("%d page loads of 4 requests: median %v, 99th percentile %v (promised: %v)", len(took), visitors.Median(took), p99, visitors.PageLoad)
	if p99 > visitors.Patience*visitors.PageLoad {
		t.Errorf("99th percentile %v, more than five times %v", p99, visitors.PageLoad)
	}
}
