//go:build js && wasm

// The worker program: commands in, core, replies and events out.
//
// A Web Worker starts it, finds the commands' function at
// globalThis.atelier.receive, and hands it every command of the page
// (web/src/worker/protocol.ts lists them). One worker holds one network, its
// data and at most one run; helpers of a run are workers too.
//
// Go's WebAssembly has one thread: while Go computes, the worker hears nothing.
// So all long work calls session.yield, which returns to the worker's event loop
// every few milliseconds.
package main

import (
	"fmt"
	"os"
	"runtime/debug"
)

func main() {
	// A step allocates next to nothing: the collector need not look often.
	debug.SetGCPercent(400)
	s, err := newSession()
	if err == nil {
		err = s.listen()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "the program cannot reach the page:", err)
		os.Exit(1)
	}
	select {}
}
