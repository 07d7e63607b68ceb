package guard

import (
	"bytes"
	"strings"
	"testing"
)

// What builds and measures is run by the server and by make, and is no part of bin/atelier.
func TestTheServerHasNoTools(t *testing.T) {
	packages := strings.Fields(string(bytes.TrimSpace(run(t, nil, "list", "-deps", "./server"))))
	if len(packages) < 50 {
		t.Fatalf("go list found %d packages only", len(packages))
	}
	for _, p := range packages {
		if strings.HasPrefix(p, "atelier/scripts/") || strings.Contains(p, "wasmslim") {
			t.Errorf("bin/atelier links %s", p)
		}
	}
}
