package pagebuild

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"atelier/server/failure"
)

// builder is a program in scripts/page that does what the body says.
func builder(t *testing.T, body string) (root string) {
	t.Helper()
	if testing.Short() {
		t.Skip("compiles a program: left out of the short tests")
	}
	return tree(t, map[string]string{
		"go.mod":               "module atelier\n\ngo 1.26\n",
		"core/nn/conv.go":      "package nn\n",
		"scripts/page/main.go": "package main\n\nimport (\n\t\"fmt\"\n\t\"io\"\n\t\"os\"\n)\n\nvar _, _, _ = fmt.Println, io.Copy, os.Exit\n\nfunc main() {\n" + body + "\n}\n",
	})
}

func TestEnsureBuildsWhatIsOld(t *testing.T) {
	root := builder(t, `fmt.Fprintln(os.Stderr, "building", os.Args[1])
	f, _ := os.OpenFile("built", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	fmt.Fprint(f, "once ")
	f.Close()`)
	var log strings.Builder
	if err := Ensure(t.Context(), root, &log); err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	if log.String() != "building -json\n" {
		t.Errorf("the log is %q", log.String())
	}
	sources, err := Sources(root)
	if err != nil {
		t.Fatal(err)
	}
	site := filepath.Join(root, "web", "dist", "site")
	if err := os.MkdirAll(site, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(site, "sources.sha256"), []byte(sources), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Ensure(t.Context(), root, &log); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(root, "built")); err != nil || string(b) != "once " {
		t.Fatalf("built %q (%v), want once: the second time the page is fresh", b, err)
	}
}

func TestEnsureTellsWhyNot(t *testing.T) {
	tests := []struct {
		name, body           string
		message, hint, cause string
	}{
		{"a failure with its sentence", `fmt.Println("{\"error\":{\"code\":\"page_build\",\"message\":\"Node is too old\",\"hint\":\"Get another\"},\"cause\":\"it says v18\"}"); os.Exit(1)`,
			"Node is too old", "Get another", "it says v18"},
		{"an end without one", `os.Exit(3)`,
			"The page could not be built: `go run ./scripts/page` failed", "Its output is above; `make web` does the same", "exit status 1"},
		{"other output", `fmt.Println("{}"); os.Exit(1)`,
			"The page could not be built: `go run ./scripts/page` failed", "Its output is above; `make web` does the same", "exit status 1"},
		{"what does not compile", `nonsense`,
			"The page could not be built: `go run ./scripts/page` failed", "Its output is above; `make web` does the same", "exit status 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log strings.Builder
			f := failure.Of(Ensure(t.Context(), builder(t, tt.body), &log))
			if f.Code != "page_build" || f.Message != tt.message || f.Hint != tt.hint || f.Cause == nil || f.Cause.Error() != tt.cause {
				t.Fatalf("failed with %+v (log %q)", f, log.String())
			}
		})
	}
}

// A server that is told to stop takes the program along, which go run would leave behind.
func TestEnsureStopsTheProgram(t *testing.T) {
	root := builder(t, `os.WriteFile("begun", nil, 0o644)
	io.Copy(io.Discard, os.Stdin)
	os.WriteFile("stopped", nil, 0o644)
	os.Exit(1)`)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(filepath.Join(root, "begun")); err == nil {
				cancel()
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	var log strings.Builder
	if err := Ensure(ctx, root, &log); err != context.Canceled {
		t.Fatalf("ended with %v, want canceled\n%s", err, log.String())
	}
	if _, err := os.Stat(filepath.Join(root, "stopped")); err != nil {
		t.Fatalf("the program was left behind: %v", err)
	}
}
