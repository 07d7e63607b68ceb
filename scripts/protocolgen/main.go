// Command protocolgen writes web/src/protocol/program.gen.ts, the page's view of
// core/protocol: types, words, limits, error codes, and a schema by which a
// message can be checked. Run it by `go generate ./core/protocol`.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// Output is where the page finds it, from the module's root.
const output = "web/src/protocol/program.gen.ts"

func main() {
	root, err := moduleRoot()
	if err == nil {
		var text string
		if text, err = generate(root); err == nil {
			err = os.WriteFile(filepath.Join(root, output), []byte(text), 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// moduleRoot is the folder with go.mod, upwards from here.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("there is no go.mod here or above")
		}
	}
	return "", err
}
