// Package guard holds the rules of the house as tests: who may import what,
// what the core may ask of package math, names, build constraints, and machine
// code without fused multiply-adds.
package guard

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// root is the module's root, from this folder.
const root = "../.."

// run runs the go command in the root with more of an environment and returns
// its stdout.
func run(t *testing.T, env []string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("go", args...)
	var stderr bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stderr = root, append(os.Environ(), env...), &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s go %s: %v\n%s", strings.Join(env, " "), strings.Join(args, " "), err, stderr.Bytes())
	}
	return out
}

// sources lists the files below folders of the root that end in one of the
// suffixes, without what npm and Vite put there.
func sources(t *testing.T, suffixes []string, folders ...string) []string {
	t.Helper()
	var found []string
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() {
				if generated(d.Name()) {
					return filepath.SkipDir
				}
				return nil
			}
			for _, s := range suffixes {
				if strings.HasSuffix(path, s) {
					found = append(found, path)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(found) == 0 {
		t.Fatalf("no %v in %v", suffixes, folders)
	}
	return found
}

func generated(folder string) bool {
	switch folder {
	case "node_modules", "dist", "build", "shots", "test-results", "playwright-report", ".git":
		return true
	}
	return false
}
