package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"atelier/server/failure"
	"atelier/server/pagebuild"
)

// ensure makes the built page below root be made of today's sources, and
// builds only if it is not. Progress and the output of the tools go to log.
func ensure(ctx context.Context, root string, log io.Writer) error {
	if err := os.MkdirAll(filepath.Join(root, "web", "build"), 0o755); err != nil {
		return failure.Wrap(err, "page_build", "The page cannot be built here", "")
	}
	lock := flock.New(filepath.Join(root, "web", "build", ".lock"))
	if _, err := lock.TryLockContext(ctx, 200*time.Millisecond); err != nil {
		return failure.Wrap(err, "page_build", "The page cannot be built here", "")
	}
	defer lock.Unlock()
	sources, err := pagebuild.Sources(root)
	if err != nil {
		return err
	}
	site := filepath.Join(root, filepath.FromSlash(pagebuild.Site))
	if pagebuild.Fresh(os.DirFS(site), sources) {
		return nil
	}
	if err := checkNode(ctx); err != nil {
		return err
	}
	b := builder{ctx, root, log}
	fmt.Fprintln(log, "Building the page (once; it is kept until its sources change)")
	if err := b.webAssembly(); err != nil {
		return err
	}
	if err := b.npm(); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(site, pagebuild.Stamp), []byte(sources+"\n"), 0o644); err != nil {
		return failure.Wrap(err, "page_build", "The built page cannot be written", "")
	}
	return nil
}

type builder struct {
	ctx  context.Context
	root string
	log  io.Writer
}

// npm installs the page's tools, where they are absent or of another lock
// file, and builds the page.
func (b builder) npm() error {
	web := filepath.Join(b.root, "web")
	start := time.Now()
	if !installed(web) {
		if err := b.run(web, os.Environ(), "npm", "ci", "--no-audit", "--no-fund"); err != nil {
			return err
		}
		fmt.Fprintf(b.log, "  npm packages: %.1f s\n", time.Since(start).Seconds())
		start = time.Now()
	}
	if err := b.run(web, os.Environ(), "npm", "run", "--silent", "build"); err != nil {
		return err
	}
	fmt.Fprintf(b.log, "  page: %.1f s\n", time.Since(start).Seconds())
	return nil
}

// installed says whether node_modules is of today's lock file: npm notes its
// own copy of it there, newer than the lock file it came from.
func installed(web string) bool {
	have, err := os.Stat(filepath.Join(web, "node_modules", ".package-lock.json"))
	if err != nil {
		return false
	}
	want, err := os.Stat(filepath.Join(web, "package-lock.json"))
	return err == nil && !want.ModTime().After(have.ModTime())
}

// run carries out one step.
func (b builder) run(dir string, env []string, name string, args ...string) error {
	cmd := exec.CommandContext(b.ctx, name, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, env, b.log, b.log
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		if b.ctx.Err() != nil {
			return b.ctx.Err()
		}
		return failure.Wrap(err, "page_build", "The page could not be built: `"+name+" "+strings.Join(args, " ")+"` failed",
			"Its output is above; `make web` runs the same steps")
	}
	return nil
}

// checkNode checks for what the page's tools need.
func checkNode(ctx context.Context) error {
	const need = "The page needs Node 20.19 or newer, with npm, to be built"
	out, err := exec.CommandContext(ctx, "node", "--version").Output()
	if err != nil {
		return failure.Wrap(err, "page_build", need, "Get it from nodejs.org or your system's packages")
	}
	version := strings.TrimSpace(string(out))
	if !atLeast(version, 20, 19) {
		return failure.New("page_build", need+", and this is "+version, "Get it from nodejs.org or your system's packages")
	}
	out, err = exec.CommandContext(ctx, "npm", "--version").Output()
	if err != nil {
		return failure.Wrap(err, "page_build", need, "npm comes with Node from nodejs.org")
	}
	if version := strings.TrimSpace(string(out)); !atLeast(version, 11, 0) {
		return failure.New("page_build", "The page needs npm 11 or newer to be built, and this is npm "+version, "Get it with `npm install --global npm@11`")
	}
	return nil
}

// atLeast compares a version "v20.19.1" with major.minor.
func atLeast(version string, major, minor int) bool {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) < 2 {
		return false
	}
	a, err1 := strconv.Atoi(parts[0])
	b, err2 := strconv.Atoi(parts[1])
	return err1 == nil && err2 == nil && (a > major || a == major && b >= minor)
}
