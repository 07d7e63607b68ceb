// Command page builds the page (WebAssembly and npm) unless it is up to date:
// `make web`.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"atelier/server/failure"
	"atelier/server/pagebuild"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	root, ok := pagebuild.Root(".")
	if !ok {
		fmt.Fprintln(os.Stderr, "page: run this in the folder of the repository")
		os.Exit(1)
	}
	if err := pagebuild.Ensure(ctx, root, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "page:", err)
		if hint := failure.Of(err).Hint; hint != "" {
			fmt.Fprintln(os.Stderr, " ", hint)
		}
		os.Exit(1)
	}
}
