// Package reference finds the reference files that the tests read and the
// repository does not hold: the data set, PyTorch's numbers, the drawings.
package reference

import (
	"os"
	"path/filepath"
	"testing"
)

// Dir returns the folder of reference files: $ATELIER_SHARED, or the folder
// "shared" beside the repository. It skips the test, saying so, where there is none.
func Dir(t testing.TB) string {
	t.Helper()
	if d := os.Getenv("ATELIER_SHARED"); d != "" {
		return d
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Skip("no go.mod above the working directory: the reference files cannot be found")
		}
		dir = up
	}
	d := filepath.Join(filepath.Dir(dir), "shared")
	if _, err := os.Stat(d); err != nil {
		t.Skipf("no reference files in %s: set ATELIER_SHARED to their folder", d)
	}
	return d
}
