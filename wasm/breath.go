//go:build js && wasm

package main

import "github.com/hack-pad/safejs"

// slice is for how many seconds Go computes before it lets the worker hear its
// messages.
const slice = 0.020

// shortSlice is slice for work that nobody waits for at once: who draws must not
// notice it.
const shortSlice = 0.006

// breath returns to the worker's event loop and comes back: a message to
// itself, since a timer would wait four milliseconds.
type breath struct {
	port safejs.Value
	back chan struct{}
	last float64 // on the clock of seconds; a time.Time would bring the calendar in
}

func newBreath() (*breath, error) {
	maker, err := safejs.Global().Get("MessageChannel")
	if err != nil {
		return nil, err
	}
	channel, err := maker.New()
	if err != nil {
		return nil, err
	}
	b := &breath{back: make(chan struct{}, 1), last: seconds()}
	ear, err := channel.Get("port1")
	if err != nil {
		return nil, err
	}
	if b.port, err = channel.Get("port2"); err != nil {
		return nil, err
	}
	heard, err := safejs.FuncOf(func(safejs.Value, []safejs.Value) any {
		b.back <- struct{}{}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return b, ear.Set("onmessage", heard)
}

// due reports whether Go has computed for long enough.
func (b *breath) due(slice float64) bool { return seconds()-b.last > slice }

// take returns to the event loop and back.
func (b *breath) take() error {
	if _, err := b.port.Call("postMessage", 0); err != nil {
		return err
	}
	<-b.back
	b.last = seconds()
	return nil
}
