// Command server is Atelier's native half: it serves the page and trains,
// evaluates and explains the same networks from the command line.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"atelier/server/cli"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-signals // the first asks: finish the step, save, stop
		cancel()
		<-signals // the second insists
		os.Exit(cli.ExitInterrupted)
	}()
	os.Exit(cli.Run(ctx, os.Args[1:], cli.System()))
}
