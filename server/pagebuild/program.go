package pagebuild

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"atelier/server/failure"
	"atelier/server/pagebuild/slim"
)

// compile are the arguments of the worker program's build.
func compile(out string) []string {
	return []string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", out, "./wasm"}
}

// webAssembly compiles the worker's program and puts the toolchain's own
// loader beside it: the two must be of one version.
func (b builder) webAssembly() error {
	start := time.Now()
	env := append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if err := b.run(b.root, env, "go", compile("web/build/main.wasm")...); err != nil {
		return err
	}
	if err := b.slim(filepath.Join(b.root, "web", "build", "main.wasm")); err != nil {
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
	program, dropped, err := slim.Program(program)
	if err == nil {
		err = os.WriteFile(file, program, 0o644)
	}
	if err != nil {
		return failure.Wrap(err, "page_build", failed, "")
	}
	if !dropped {
		fmt.Fprintln(b.log, "  this Go's tables of line numbers are not known: they stay, and the program is a seventh larger")
	}
	return nil
}
