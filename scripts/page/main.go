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
	rounds := flag.Int("measure", 0, "only measure what each pass of wasmslim earns, and the programs in the files named behind, in `N` rounds")
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
	switch {
	case *program != "":
		err = slimOnly(*program)
	case *rounds > 0:
		err = inRoot(func(root string) error { return measure(ctx, root, *rounds, flag.Args()) })
	default:
		err = inRoot(func(root string) error { return ensure(ctx, root, os.Stderr) })
	}
	if err != nil {
		tell(err, *asJSON && ctx.Err() == nil)
		os.Exit(1)
	}
}

// inRoot does something in the module's root.
func inRoot(do func(root string) error) error {
	root, ok := pagebuild.Root(".")
	if !ok {
		return failure.New("page_build", "Run this in the folder of the repository", "")
	}
	return do(root)
}

// slimOnly does to a program of the core's tests what is done to the page's.
func slimOnly(file string) error {
	left, err := slim(file)
	if err == nil && left != (wasmslim.Left{}) {
		err = fmt.Errorf("tables or instructions of another Go are left as they are: %+v", left)
	}
	if err != nil {
		return failure.Wrap(err, "page_build", "The program in "+file+" could not be made smaller", "")
	}
	return nil
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
