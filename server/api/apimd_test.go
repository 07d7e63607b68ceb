package api

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"atelier/server/runs"
)

// TestTheDocumentedLinesWork runs every shell block of API.md, in order, in
// one shell.
func TestTheDocumentedLinesWork(t *testing.T) {
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("the lines of API.md need %s, which is not here", tool)
		}
	}
	md, err := os.ReadFile("../API.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllSubmatch(md, -1)
	if len(blocks) < 6 {
		t.Fatalf("API.md has %d shell blocks only", len(blocks))
	}
	script := "set -euo pipefail\n"
	for i, b := range blocks {
		script += fmt.Sprintf("echo; echo '== block %d'\n%s", i+1, b[1])
	}
	root := filepath.Join(t.TempDir(), "runs")
	r := serve(t, root)
	shell := exec.Command("bash", "-c", script)
	shell.Dir = t.TempDir()
	shell.Env = append(os.Environ(), fmt.Sprintf("ATELIER=http://127.0.0.1:%d", r.address.Port), "TOKEN="+testToken)
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, tail(string(out)))
	}
	if !strings.Contains(string(out), `"event":"run"`) || !strings.Contains(string(out), "epoch,train_loss") {
		t.Fatalf("the output lacks what it should show:\n%s", tail(string(out)))
	}
	if d, err := r.runs.Get("my-copy"); err != nil || d.State != runs.Stopped {
		t.Fatalf("the moved run: %+v, %v", d, err)
	}
}

func tail(s string) string { return s[max(0, len(s)-3000):] }
