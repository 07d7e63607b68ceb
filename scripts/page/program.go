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

// compile are the arguments of the worker program's build.
func compile(out string) []string {
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
	env := append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if err := b.run(b.root, env, "go", compile("web/build/main.wasm")...); err != nil {
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

// slim puts the smaller twin in a program's place.
func (b builder) slim(file string) error {
	const failed = "The WebAssembly program could not be made smaller"
	program, err := os.ReadFile(file)
	if err != nil {
		return failure.Wrap(err, "page_build", failed, "")
	}
	program, left, err := wasmslim.Program(program, wasmslim.Passes)
	if err == nil {
		err = os.WriteFile(file, program, 0o644)
	}
	if err != nil {
		return failure.Wrap(err, "page_build", failed, "")
	}
	for _, l := range []struct {
		left         bool
		what, effect string
	}{
		{left.Code, "instructions", "slower"},
		{left.Lines, "tables of lines", "two fifths larger"},
		{left.Calls && !left.Lines, "calls", "a quarter larger"},
		{left.Order && !left.Calls, "tables of functions", "a twentieth larger"},
	} {
		if l.left {
			fmt.Fprintf(b.log, "  this Go's %s are not as they were in Go 1.26: they stay, and the program is %s\n", l.what, l.effect)
		}
	}
	return nil
}
