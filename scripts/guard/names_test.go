package guard

import (
	"go/build/constraint"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every file of the worker's program is for WebAssembly in JavaScript alone.
func TestWorkerFilesAreForWebAssembly(t *testing.T) {
	for _, path := range sources(t, []string{".go"}, "wasm") {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !onlyWasm(string(body)) {
			t.Errorf("%s lacks the line //go:build js && wasm, so that `go build ./...` would take it up natively", path)
		}
	}
}

// onlyWasm says whether a file is built for js/wasm and not for linux/amd64.
func onlyWasm(body string) bool {
	for line := range strings.Lines(body) {
		if !constraint.IsGoBuild(line) {
			if strings.HasPrefix(line, "package ") {
				return false
			}
			continue
		}
		expr, err := constraint.Parse(strings.TrimSpace(line))
		if err != nil {
			return false
		}
		is := func(tags ...string) bool {
			return expr.Eval(func(tag string) bool { return slices.Contains(tags, tag) })
		}
		return is("js", "wasm") && !is("linux", "amd64", "unix") && !is("wasip1", "wasm")
	}
	return false
}

func TestTheRuleOnConstraintsNotices(t *testing.T) {
	for body, want := range map[string]bool{
		"//go:build js && wasm\n\npackage main\n":         true,
		"//go:build js\n\npackage main\n":                 true,
		"//go:build js || linux\n\npackage main\n":        false,
		"package main\n\n//go:build js && wasm\n":         false,
		"// +build js,wasm\n\npackage main\n":             false,
		"//go:build wasm\n\npackage main\n\nvar a = 1\n":  false,
		"//go:build !amd64 && js && wasm\n\npackage main": true,
	} {
		if got := onlyWasm(body); got != want {
			t.Errorf("%q: %v, want %v", body, got, want)
		}
	}
}

// A name says what is in it; these say nothing.
func TestNothingIsCalledAfterNothing(t *testing.T) {
	empty := []string{"util", "utils", "common", "helper", "helpers", "misc", "shared", "lib", "stuff"}
	skip := []string{"wasm/helper.go", "wasm/shared.go"} // a helper and shared memory are what they are about
	for _, path := range sources(t, []string{".go", ".ts", ".tsx", ".css", ".mjs"}, "core", "server", "scripts", "wasm", "web") {
		rel, err := filepath.Rel(root, path)
		if err != nil {
			t.Fatal(err)
		}
		rel = filepath.ToSlash(rel)
		if slices.Contains(skip, rel) {
			continue
		}
		for part := range strings.SplitSeq(strings.ToLower(rel), "/") {
			word, _, _ := strings.Cut(part, ".")
			word = strings.TrimSuffix(word, "_test")
			if slices.Contains(empty, word) {
				t.Errorf("%s: %q names nothing; say what it holds", rel, part)
			}
		}
	}
}

// longest is how many lines a file that people write may have.
const longest = 350

func TestFilesAreShort(t *testing.T) {
	for _, path := range sources(t, []string{".go", ".ts", ".tsx", ".css"}, "core", "server", "scripts", "wasm", "web") {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(body), "\n"); n > longest && !strings.HasPrefix(string(body), "// Code generated ") {
			t.Errorf("%s has %d lines, more than %d: it holds more than one idea", path, n, longest)
		}
	}
}

// The lock file names packages and hashes, not the address one machine got
// them from.
func TestLockFileHasNoAddresses(t *testing.T) {
	body, err := os.ReadFile(filepath.Join(root, "web", "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(body), `"resolved"`) {
		t.Error(`web/package-lock.json has "resolved" entries: remove it and run npm install in web/, whose .npmrc leaves them out`)
	}
	if !strings.Contains(string(body), `"integrity"`) {
		t.Error("web/package-lock.json has no hashes")
	}
}
