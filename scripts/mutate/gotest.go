package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// goTest runs a change's test, with the change unless p is nil. "Not caught"
// then means that the test passed.
func (b *bench) goTest(c Change, p *place) verdict {
	test := strings.ReplaceAll(c.Test, " ", "_")
	args := []string{"test", "-json", "-short", "-vet=off", "-timeout=180s", "-run", exactly(test)}
	if p != nil {
		dir, err := os.MkdirTemp("", "mutate")
		if err != nil {
			return verdict{otherwise, err.Error()}
		}
		defer os.RemoveAll(dir)
		overlay, err := writeOverlay(dir, p)
		if err != nil {
			return verdict{otherwise, err.Error()}
		}
		args = append(args, "-overlay="+overlay)
	}
	cmd := exec.Command("go", append(args, "./"+c.TestIn)...)
	cmd.Dir = b.root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		return verdict{otherwise, err.Error()}
	}
	return readGoTest(out, test, stderr.String())
}

// exactly matches one test, or one subtest of it.
func exactly(test string) string {
	parts := strings.Split(test, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return strings.Join(parts, "/")
}

// writeOverlay has the go command take a place's bytes for its file's.
func writeOverlay(dir string, p *place) (string, error) {
	changed, overlay := filepath.Join(dir, "changed.go"), filepath.Join(dir, "overlay.json")
	b, err := json.Marshal(map[string]any{"Replace": map[string]string{p.path: changed}})
	if err != nil {
		return "", err
	}
	return overlay, errors.Join(os.WriteFile(changed, p.bytes, 0o600), os.WriteFile(overlay, b, 0o600))
}

// assertion begins what a test says by Error, Fatal and their like.
var assertion = regexp.MustCompile(`(?m)^\s+\S+\.go:\d+: `)

// crash begins what Go says of a program that ends before its tests do.
var crash = regexp.MustCompile(`(?m)^(panic: |fatal error: |runtime: goroutine |SIGQUIT)`)

// readGoTest reads what go test -json has said.
func readGoTest(out []byte, test, stderr string) verdict {
	var all, own strings.Builder
	end, built := "", true
	for line := range bytes.Lines(out) {
		var e struct{ Action, Test, Output, FailedBuild string }
		if json.Unmarshal(line, &e) != nil {
			all.Write(line)
			continue
		}
		all.WriteString(e.Output)
		built = built && e.Action != "build-fail" && e.FailedBuild == ""
		if e.Test == test || strings.HasPrefix(e.Test, test+"/") {
			own.WriteString(e.Output)
		}
		if e.Test == test && (e.Action == "pass" || e.Action == "fail" || e.Action == "skip") {
			end = e.Action
		}
	}
	said := all.String() + stderr
	switch {
	case !built:
		return verdict{noBuild, said}
	case end == "pass":
		return verdict{notCaught, ""}
	case end == "skip":
		return verdict{otherwise, "the test was skipped\n" + said}
	case end == "":
		return verdict{otherwise, "the test did not run to its end\n" + said}
	case crash.MatchString(own.String()) || !assertion.MatchString(own.String()):
		return verdict{otherwise, "the test failed, but not by what it asserts\n" + said}
	}
	return verdict{caught, assertionsOf(own.String())}
}

// assertionsOf is the beginning of what a test has asserted.
func assertionsOf(said string) string {
	var lines []string
	for line := range strings.Lines(said) {
		if line = strings.TrimSpace(line); len(lines) < 3 && assertion.MatchString("\t"+line) {
			lines = append(lines, line[:min(len(line), 200)])
		}
	}
	return strings.Join(lines, "\n")
}
