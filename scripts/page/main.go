// Command page builds the page (WebAssembly and npm) unless it is up to date:
// `make web`, and the server where its page is missing or older than the sources.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"atelier/scripts/page/wasmslim"
	"atelier/server/failure"
	"atelier/server/pagebuild"
)

func main() {
	asJSON := flag.Bool("json", false, "print a failure on stdout, as an object, and stop when stdin ends")
	program := flag.String("slim", "", "only make the WebAssembly program in `FILE` smaller")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if *asJSON {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			stop()
		}()
	}
	var err error
	if *program != "" {
		err = slim(*program)
	} else {
		err = build(ctx)
	}
	if err != nil {
		tell(err, *asJSON && ctx.Err() == nil)
		os.Exit(1)
	}
}

func build(ctx context.Context) error {
	root, ok := pagebuild.Root(".")
	if !ok {
		return failure.New("page_build", "Run this in the folder of the repository", "")
	}
	return ensure(ctx, root, os.Stderr)
}

// slim puts the smaller twin of a whole in its place: the core's tests run as
// the page's program does.
func slim(file string) error {
	program, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	small, left, err := wasmslim.Program(program, wasmslim.Passes)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if left != (wasmslim.Left{}) {
		return fmt.Errorf("%s: tables or instructions of another Go are left as they are: %+v", file, left)
	}
	return os.WriteFile(file, small, 0o755)
}

func tell(err error, asJSON bool) {
	f := failure.Of(err)
	if asJSON {
		report := pagebuild.Report{Error: f}
		if f.Cause != nil {
			report.Cause = f.Cause.Error()
		}
		_ = json.NewEncoder(os.Stdout).Encode(report)
		return
	}
	fmt.Fprintln(os.Stderr, "page:", err)
	if f.Hint != "" {
		fmt.Fprintln(os.Stderr, " ", f.Hint)
	}
}
