package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tree writes files below a new folder.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// A page that an older builder made is made again from the compiler's program, not
// from what the older one left.
func TestTheProgramIsMadeAnew(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a program for WebAssembly: left out of the short tests")
	}
	root := tree(t, map[string]string{"go.mod": "module atelier\n\ngo 1.26\n", "wasm/main.go": "package main\n\nfunc main() { println(1) }\n", "web/build/x": ""})
	program := filepath.Join(root, "web", "build", "main.wasm")
	build := func() []byte {
		t.Helper()
		var log strings.Builder
		if err := (builder{t.Context(), root, &log}).webAssembly(); err != nil {
			t.Fatalf("%v\n%s", err, log.String())
		}
		b, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	first := build()
	older := append(bytes.Clone(first), 0, 4, 3, 'o', 'l', 'd') // with a section more
	if err := os.WriteFile(program, older, 0o755); err != nil {
		t.Fatal(err)
	}
	if again := build(); !bytes.Equal(again, first) {
		t.Fatalf("the second build made %d bytes, the first %d: it began from what was there", len(again), len(first))
	}
}

func TestNodeVersions(t *testing.T) {
	for version, want := range map[string]bool{
		"v20.19.0": true, "v20.20.2": true, "v22.1.0": true, "v20.18.9": false, "v18.99.0": false, "": false, "nonsense": false,
	} {
		if got := atLeast(version, 20, 19); got != want {
			t.Errorf("%q: %v, want %v", version, got, want)
		}
	}
}
