//go:build js && wasm

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"unsafe"

	"github.com/hack-pad/safejs"
)

// bridge is the way to the page: the object globalThis.atelier of worker.ts.
type bridge struct {
	object      safejs.Value
	json        safejs.Value
	uint8Array  safejs.Value
	objectMaker safejs.Value
	arrayMaker  safejs.Value
}

func newBridge() (*bridge, error) {
	b := &bridge{}
	g := safejs.Global()
	for name, to := range map[string]*safejs.Value{
		"atelier": &b.object, "JSON": &b.json, "Uint8Array": &b.uint8Array,
		"Object": &b.objectMaker, "Array": &b.arrayMaker,
	} {
		v, err := g.Get(name)
		if err != nil {
			return nil, err
		}
		if v.IsUndefined() {
			return nil, fmt.Errorf("globalThis.%s is missing", name)
		}
		*to = v
	}
	return b, nil
}

// failure is an error as the page shows it.
type failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

func (f *failure) Error() string { return f.Message }

// refuse makes a failure of a code and a sentence.
func refuse(code, format string, args ...any) error {
	return &failure{Code: code, Message: fmt.Sprintf(format, args...)}
}

// typed is a result's field that goes to JavaScript as a typed array.
type typed struct {
	kind string // Uint8Array, Float32Array, ...
	data []byte
}

// result is what a command gives: fields for JSON and fields as typed arrays.
type result struct {
	fields any
	arrays map[string]typed
	// buffers go as bare ArrayBuffers.
	buffers map[string][]byte
}

func (b *bridge) toJS(v any) (safejs.Value, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return safejs.Null(), err
	}
	return b.json.Call("parse", string(text))
}

func (b *bridge) fromJS(v safejs.Value, to any) error {
	text, err := b.json.Call("stringify", v)
	if err != nil {
		return err
	}
	s, err := text.String()
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(s), to)
}

// buffer copies bytes into a new ArrayBuffer.
func (b *bridge) buffer(data []byte) (safejs.Value, error) {
	a, err := b.uint8Array.New(len(data))
	if err != nil {
		return a, err
	}
	if _, err := safejs.CopyBytesToJS(a, data); err != nil {
		return a, err
	}
	return a.Get("buffer")
}

// bytes copies an ArrayBuffer, or a view, into Go.
func (b *bridge) bytes(v safejs.Value) ([]byte, error) {
	a, err := b.uint8Array.New(v)
	if err != nil {
		return nil, err
	}
	n, err := a.Length()
	if err != nil {
		return nil, err
	}
	data := make([]byte, n)
	_, err = safejs.CopyBytesToGo(data, a)
	return data, err
}

// value makes the JavaScript object of a result and the list of what it
// transfers.
func (b *bridge) value(r result) (object, transfer safejs.Value, err error) {
	fields := r.fields
	if fields == nil {
		fields = struct{}{}
	}
	if object, err = b.toJS(fields); err != nil {
		return
	}
	if transfer, err = b.arrayMaker.New(); err != nil {
		return
	}
	put := func(name, kind string, data []byte) error {
		v, err := b.buffer(data)
		if err != nil {
			return err
		}
		if _, err = transfer.Call("push", v); err != nil {
			return err
		}
		if kind != "" {
			maker, err := safejs.Global().Get(kind)
			if err != nil {
				return err
			}
			if v, err = maker.New(v); err != nil {
				return err
			}
		}
		return object.Set(name, v)
	}
	for name, a := range r.arrays {
		if err = put(name, a.kind, a.data); err != nil {
			return
		}
	}
	for name, data := range r.buffers {
		if err = put(name, "", data); err != nil {
			return
		}
	}
	return
}

// reply answers command id.
func (b *bridge) reply(id float64, r result, failed error) {
	if failed == nil {
		object, transfer, err := b.value(r)
		if err == nil {
			b.post(map[string]any{"v": 1, "id": id, "ok": true, "result": object}, transfer)
			return
		}
		failed = err
	}
	var f *failure
	if !errors.As(failed, &f) {
		f = &failure{Code: "failed", Message: failed.Error()}
	}
	object, err := b.toJS(f)
	if err != nil {
		die(err)
	}
	b.post(map[string]any{"v": 1, "id": id, "ok": false, "error": object}, safejs.Undefined())
}

// emit tells the page of an event.
func (b *bridge) emit(event any) {
	object, err := b.toJS(event)
	if err != nil {
		die(err)
	}
	b.post(map[string]any{"v": 1, "event": object}, safejs.Undefined())
}

func (b *bridge) post(message map[string]any, transfer safejs.Value) {
	object, err := b.object.Get("send")
	if err != nil {
		die(err)
	}
	m, err := b.objectMaker.New()
	if err != nil {
		die(err)
	}
	for k, v := range message {
		if err := m.Set(k, v); err != nil {
			die(err)
		}
	}
	if transfer.IsUndefined() {
		_, err = object.Invoke(m)
	} else {
		_, err = object.Invoke(m, transfer)
	}
	if err != nil {
		die(err)
	}
}

// die ends the program: worker.ts tells the page, which replaces the worker.
func die(err error) {
	println(err.Error()) // to standard error
	os.Exit(2)
}

// floatBytes views numbers as their bytes; WebAssembly is little-endian, as
// JavaScript's typed arrays are on every machine that runs it.
func floatBytes[T float32 | float64](x []T) []byte {
	if len(x) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&x[0])), len(x)*int(unsafe.Sizeof(x[0])))
}
