package guard

import (
	"slices"
	"strings"
	"testing"
)

// layers are the floors of the house, the lowest first. A package may import what
// lies on lower floors, and nothing of its own floor or above it. A package of no
// floor, such as one that was just begun, is an error too: it needs a place.
var layers = [][]string{
	{"core/kernel", "core/random", "core/digest", "core/strictjson", "core/sketch"},
	{"core/checkpoint", "core/optim", "core/fashion"},
	{"core/nn", "core/garments", "core/sample", "core/metrics"},
	{"core/infer", "core/inspect", "core/smallnets"},
	{"core/train", "core/finetune"},
	{"core/protocol"},
	{"wasm", "server", "scripts", "web"},
}

// floor is the place of a package in layers, the programs' with all that lies
// below their folders; -1 where it has none.
func floor(path string) int {
	name := strings.TrimPrefix(path, "atelier/")
	for i, layer := range layers {
		programs := i == len(layers)-1
		if slices.ContainsFunc(layer, func(l string) bool { return name == l || programs && strings.HasPrefix(name, l+"/") }) {
			return i
		}
	}
	return -1
}

// upward says why an import runs the wrong way; "" where it does not. What the
// programs import of each other is for other rules.
func upward(from, to string) string {
	a, b := floor(from), floor(to)
	switch {
	case from == "atelier/core": // documentation alone
		return "the documentation imports code"
	case a < 0:
		return from + " has no place in the layers of scripts/guard/layers_test.go"
	case b < 0:
		return to + " has no place in the layers of scripts/guard/layers_test.go"
	case a <= b && a < len(layers)-1:
		return "imports run down the layers only"
	}
	return ""
}

func TestImportsRunDown(t *testing.T) {
	seen := 0
	for _, target := range [][]string{nil, {"GOOS=js", "GOARCH=wasm"}} {
		packages := []string{"./core/...", "./server/...", "./scripts/..."}
		if target != nil {
			packages = []string{"./core/...", "./wasm/..."}
		}
		out := run(t, target, append([]string{"list", "-f", "{{.ImportPath}}{{range .Imports}} {{.}}{{end}}"}, packages...)...)
		for line := range strings.Lines(string(out)) {
			fields := strings.Fields(line)
			for _, to := range fields[1:] {
				if !strings.HasPrefix(to, "atelier/") {
					continue
				}
				seen++
				if why := upward(fields[0], to); why != "" {
					t.Errorf("%s imports %s: %s", fields[0], to, why)
				}
			}
		}
	}
	if seen < 50 {
		t.Errorf("go list found %d imports within the module only", seen)
	}
}

// Only tests use the small networks.
func TestSmallNetworksAreForTests(t *testing.T) {
	out := run(t, nil, "list", "-f", "{{.ImportPath}}{{range .Imports}} {{.}}{{end}}", "./...")
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); slices.Contains(fields[1:], "atelier/core/smallnets") {
			t.Errorf("%s imports core/smallnets outside its tests", fields[0])
		}
	}
}

// TestLayersNotice makes sure that the rule can fail.
func TestLayersNotice(t *testing.T) {
	for _, tt := range []struct {
		from, to string
		wrong    bool
	}{
		{"core/nn", "core/kernel", false},
		{"core/train", "core/infer", false},
		{"core/infer", "core/garments", false},
		{"core/garments", "core/sketch", false},
		{"server/report/published", "core/train", false},
		{"server/runs", "server/engine", false},
		{"wasm", "core/finetune", false},
		{"core/kernel", "core/nn", true},
		{"core/nn", "core/infer", true},
		{"core/infer", "core/train", true},
		{"core/infer", "core/finetune", true},
		{"core/sketch", "core/garments", true},
		{"core/garments", "core/infer", true},
		{"core/train", "core/finetune", true},
		{"core/finetune", "core/train", true},
		{"core/metrics", "core/nn", true},
		{"core/train", "server/runs", true},
		{"core/train", "scripts/reference", true},
		{"core/train", "core/kernels", true},
		{"core/newroom", "core/kernel", true},
		{"core", "core/kernel", true},
	} {
		if why := upward("atelier/"+tt.from, "atelier/"+tt.to); (why != "") != tt.wrong {
			t.Errorf("%s imports %s: %q", tt.from, tt.to, why)
		}
	}
}
