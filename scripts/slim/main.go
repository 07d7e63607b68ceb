// Command slim puts the smaller twins of WebAssembly programs in their place:
// the core's tests run as the page's program does.
package main

import (
	"fmt"
	"os"

	"atelier/server/pagebuild/slim"
)

func main() {
	for _, file := range os.Args[1:] {
		if err := replace(file); err != nil {
			fmt.Fprintln(os.Stderr, "slim:", err)
			os.Exit(1)
		}
	}
}

func replace(file string) error {
	program, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	small, left, err := slim.Program(program)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if left != (slim.Left{}) {
		return fmt.Errorf("%s: tables or instructions of another Go are left as they are: %+v", file, left)
	}
	return os.WriteFile(file, small, 0o755)
}
