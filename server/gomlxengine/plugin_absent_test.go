//go:build !(cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64)))

package gomlxengine

import (
	"io"
	"strings"
	"testing"
)

// TestAbsentXLAIsSaid: a build without XLA says so wherever XLA is asked for, and
// keeps the portable mode.
func TestAbsentXLAIsSaid(t *testing.T) {
	for _, c := range []Choice{XLA, CUDA, CPU, "/usr/lib/pjrt_c_api_cpu_plugin.so"} {
		if d, err := Open(c); err == nil || !strings.Contains(err.Error(), "was built without XLA") {
			t.Errorf("Open(%q) gives %v and %v", c, d, err)
		}
	}
	if err := InstallPlugin(io.Discard); err == nil || !strings.Contains(err.Error(), "was built without XLA") {
		t.Errorf("InstallPlugin gives %v", err)
	}
	d, err := Open(Best)
	if err != nil || !d.Portable() || !strings.Contains(strings.Join(d.Reasons(), " "), "was built without XLA") {
		t.Errorf("Open(Best) gives %v and %v", d, err)
	}
}
