// Package protocol is what the page says to its worker and to the server, and
// what they say to it, as Go types: commands, answers, events, the run's JSON,
// error codes and limits. web/src/protocol/program.gen.ts is written from it by
// scripts/protocolgen, so that no fact of it is written down twice.
//
// In flow the page's messages {v, id, type, ...request}; out flow {v, id, ok,
// result}, {v, id, ok, error} and, unasked, {v, event}. A request and a result
// are structs of this package, named by the table Commands: start reading there.
//
// How a Go type travels:
//
//	[]uint8, Clamped, []uint32, []float32   Uint8Array, Uint8ClampedArray, Uint32Array, Float32Array
//	other slices, and arrays                Array
//	Buffer, Transferred, Port, Module       as JavaScript has them: Go passes them on
//	a struct of embedded pointers only      one of those structs
//	omitempty                               a field that may be absent
//	a pointer without omitempty             null where it was not measured
//
// Tags tell the generator more: const:"x" is a field that always holds the word
// x; ts:"-" one that stands in the JSON (of the command line, or run.json) and
// that the page has no use for; ts:"as=T" one that the page takes for a T; and
// ts:"only=f", on an embedded struct, makes all of its fields but f optional.
package protocol

//go:generate go run ../../scripts/protocolgen
