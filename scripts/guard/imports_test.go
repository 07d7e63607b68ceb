package guard

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// broken says which rule an import breaks. The rules read direct imports, not dependencies: the standard library itself
// uses unsafe.
func broken(from, to string) string {
	core := strings.HasPrefix(from, "atelier/core")
	standard := !strings.Contains(strings.SplitN(to, "/", 2)[0], ".") && !strings.HasPrefix(to, "atelier")
	switch {
	case core && standard && (to == "net" || strings.HasPrefix(to, "net/") || strings.HasPrefix(to, "os/") || slices.Contains([]string{"os", "log", "log/slog", "time", "unsafe", "syscall", "syscall/js", "C"}, to)):
		return "core has no files, network, clock or unsafe memory"
	case core && !standard && !strings.HasPrefix(to, "atelier/core") && to != "github.com/chewxy/math32":
		return "core imports the standard library and math32 only"
	case !core && to == "github.com/chewxy/math32":
		return "only core imports math32"
	case from != "atelier/server/gomlxengine" && strings.HasPrefix(to, "github.com/"+"gomlx/"):
		return "only server/gomlxengine imports GoMLX"
	case strings.HasPrefix(from, "atelier/wasm") && to == "syscall/js":
		return "wasm reaches JavaScript through safejs"
	case strings.HasPrefix(to, "atelier/wasm") || to == "atelier/server":
		return "nothing imports a program"
	case strings.HasPrefix(from, "atelier/wasm") && strings.HasPrefix(to, "atelier/server"):
		return "the page does not import the server"
	}
	return ""
}

func TestImports(t *testing.T) {
	for _, target := range [][]string{nil, {"GOOS=js", "GOARCH=wasm"}} {
		packages := "./..."
		if target != nil {
			packages = "./core/... ./wasm/..."
		}
		out := run(t, target, append([]string{"list", "-f", "{{.ImportPath}}{{range .Imports}} {{.}}{{end}}"}, strings.Fields(packages)...)...)
		lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
		if len(lines) < 5 {
			t.Fatalf("go list found %d packages only", len(lines))
		}
		for _, line := range lines {
			fields := strings.Fields(string(line))
			for _, to := range fields[1:] {
				if why := broken(fields[0], to); why != "" {
					t.Errorf("%s imports %s: %s", fields[0], to, why)
				}
			}
		}
	}
}

// TestImportsNotice makes sure that the rules can fail.
func TestImportsNotice(t *testing.T) {
	for _, pair := range [][2]string{
		{"atelier/core/nn", "os"}, {"atelier/core/train", "time"}, {"atelier/core/kernel", "unsafe"}, {"atelier/core/kernel", "gonum.org/v1/gonum"},
		{"atelier/core/nn", "atelier/server/runs"}, {"atelier/server/cli", "github.com/" + "gomlx/gomlx/core/graph"}, {"atelier/server/cli", "github.com/chewxy/math32"},
		{"atelier/wasm", "syscall/js"}, {"atelier/wasm", "atelier/server/runs"}, {"atelier/server/cli", "atelier/wasm"},
	} {
		if broken(pair[0], pair[1]) == "" {
			t.Errorf("%s may import %s", pair[0], pair[1])
		}
	}
}
