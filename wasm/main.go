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
	"os"
	"runtime/debug"
)

func main() {
	// Nearly all memory lives as long as the run, and a step allocates next to
	// nothing: the collector has little to do even if garbage, which is that of
	// checkpoints, may be no more than a fifth of what lives.
	debug.SetGCPercent(20)
	s, err := newSession()
	if err == nil {
		err = s.listen()
	}
	if err != nil {
		println("the program cannot reach the page:", err.Error())
		os.Exit(1)
	}
	select {}
}
