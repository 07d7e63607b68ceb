package pagebuild

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
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

func TestSourcesNoticeWhatThePageIsMadeOf(t *testing.T) {
	files := map[string]string{
		"go.mod": "module atelier\n", "core/nn/conv.go": "a", "wasm/main.go": "b", "web/src/main.tsx": "c", "web/index.html": "d",
	}
	base, err := Sources(tree(t, files))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		file    string
		changes bool
	}{
		{"core", "core/nn/conv.go", true},
		{"a new core file", "core/nn/dense.go", true},
		{"a core test", "core/nn/conv_test.go", false},
		{"the worker", "wasm/main.go", true},
		{"the page", "web/src/main.tsx", true},
		{"shipped weights", "web/weights/model1.safetensors", true},
		{"the page's tests", "web/tests/e2e/train.spec.ts", false},
		{"installed packages", "web/node_modules/preact/index.js", false},
		{"the built page", "web/dist/site/index.html", false},
		{"what builds it", "scripts/page/build.go", true},
		{"what makes the program smaller", "scripts/page/wasmslim/slim.go", true},
		{"what runs the builder", "server/pagebuild/build.go", false},
		{"the server", "server/main.go", false},
		{"the embedding", "web/embed.go", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			changed := map[string]string{tt.file: "changed"}
			for k, v := range files {
				if k != tt.file {
					changed[k] = v
				}
			}
			got, err := Sources(tree(t, changed))
			if err != nil || (got != base) != tt.changes {
				t.Fatalf("changes the hash: %v (%v), want %v", got != base, err, tt.changes)
			}
		})
	}
}

func TestRoot(t *testing.T) {
	root := tree(t, map[string]string{"go.mod": "module atelier\n\ngo 1.26\n", "web/src/x": "", "other/go.mod": "module other\n"})
	if got, ok := Root(filepath.Join(root, "web", "src")); !ok || got != root {
		t.Fatalf("Root = %q, %v", got, ok)
	}
	if _, ok := Root(filepath.Join(root, "other")); ok {
		t.Fatal("another module was taken for ours")
	}
}

func TestFresh(t *testing.T) {
	site := fstest.MapFS{Stamp: {Data: []byte("abc\n")}}
	if !Fresh(site, "abc") || Fresh(site, "abd") || Fresh(fstest.MapFS{}, "abc") {
		t.Fatal("freshness is not the equality of stamps")
	}
}

// What git ignores below web is made by the build or the tests: it must not
// make the page be built again.
func TestWhatGitIgnoresIsNotASource(t *testing.T) {
	ignored := 0
	for file, prefix := range map[string]string{"../../.gitignore": "", "../../web/.gitignore": "web/"} {
		lines, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(lines)) {
			folder := prefix + strings.Trim(strings.TrimSuffix(strings.TrimSpace(line), "*"), "/")
			if !strings.HasPrefix(folder, "web/") {
				continue
			}
			ignored++
			if !notSources[folder] {
				t.Errorf("%s, which %s names, counts as a source of the page", folder, file)
			}
		}
	}
	if ignored < 6 { // or the files are read amiss
		t.Fatalf("the ignore files name %d folders below web", ignored)
	}
}
