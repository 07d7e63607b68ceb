package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"atelier/scripts/page/wasmslim"
	"atelier/server/failure"
)

// fast are the packages that a training step calls most: their small functions
// are worth inlining, and math's are as part of the kernels (a call instead of
// math.Float32bits alone costs a sixth of the speed). Everywhere else a call is
// smaller than the code that it stands for, and than what the runtime must know
// of inlined code.
var fast = []string{
	"atelier/core/kernel", "atelier/core/nn", "atelier/core/optim", "atelier/core/fashion", "atelier/core/random", "math", "math/bits",
}

// compileArguments are the arguments of the worker program's build.
func compileArguments(out string) []string {
	args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-gcflags=all=-l"}
	for _, p := range fast {
		args = append(args, "-gcflags="+p+"=")
	}
	return append(args, "-o", out, "./wasm")
}

// webAssembly compiles the worker's program and puts the toolchain's own
// loader beside it: the two must be of one version.
func (b builder) webAssembly() error {
	start := time.Now()
	program := filepath.Join(b.root, "web", "build", "main.wasm")
	// The go command takes a program that slim has changed for its own, and up to date.
	if err := os.Remove(program); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failure.Wrap(err, "page_build", "The WebAssembly program of an earlier build could not be removed", "")
	}
	if err := b.compile(program); err != nil {
		return err
	}
	if err := b.slim(program); err != nil {
		return err
	}
	goroot, err := exec.CommandContext(b.ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return failure.Wrap(err, "page_build", "The Go toolchain does not say where it is", "Install Go 1.26 or newer")
	}
	loader, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js"))
	if err == nil {
		err = os.WriteFile(filepath.Join(b.root, "web", "build", "wasm_exec.js"), loader, 0o644)
	}
	if err != nil {
		return failure.Wrap(err, "page_build", "The Go toolchain's loader for WebAssembly could not be copied", "")
	}
	fmt.Fprintf(b.log, "  WebAssembly: %.1f s\n", time.Since(start).Seconds())
	return nil
}

// compile writes the compiler's own program.
func (b builder) compile(file string) error {
	return b.run(b.root, append(os.Environ(), "GOOS=js", "GOARCH=wasm"), "go", compileArguments(file)...)
}

// slim puts the smaller twin in a program's place.
func (b builder) slim(file string) error {
	left, err := slim(file)
	if err != nil {
		return failure.Wrap(err, "page_build", "The WebAssembly program could not be made smaller", "")
	}
	if left.Code {
		fmt.Fprintln(b.log, "  this Go's instructions are not as they were in Go 1.26: they stay, and the program is slower")
	}
	if left.Lines {
		fmt.Fprintln(b.log, "  this Go's tables of lines are not as they were in Go 1.26: they stay, and the program is a fifteenth larger")
	}
	return nil
}

// slim puts the smaller twin of the program in a file in its place.
func slim(file string) (left wasmslim.Left, err error) {
	program, err := os.ReadFile(file)
	if err != nil {
		return left, err
	}
	program, left, err = wasmslim.Program(program, wasmslim.Passes)
	if err != nil {
		return left, err
	}
	return left, os.WriteFile(file, program, 0o755)
}
