package protocol

// What JavaScript holds and Go only passes on.
type (
	// Buffer is an ArrayBuffer, or a SharedArrayBuffer where the page is isolated.
	Buffer any
	// Transferred is an ArrayBuffer, which goes over without a copy.
	Transferred any
	// Port is a MessagePort.
	Port any
	// Module is a WebAssembly.Module.
	Module any
	// Clamped are colours, RGBA.
	Clamped []uint8
	// Nine are three rows of three numbers.
	Nine [9]float32
)
