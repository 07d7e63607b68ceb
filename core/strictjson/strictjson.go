// Package strictjson reads JSON objects in which no key comes twice: encoding/json
// would take the last of two equal ones, and files and requests that say two
// things are refused.
//
// A decoder at the beginning of an object flows in; each key, with the decoder at
// its value, flows out to the caller of [Object].
package strictjson

import (
	"encoding/json"
	"errors"
)

// ErrNotObject says that a value of another kind stands where an object should.
var ErrNotObject = errors.New("not a JSON object")

// DuplicateError says that an object has two equal keys, after their escapes.
type DuplicateError struct{ Key string }

func (e *DuplicateError) Error() string { return "two members have one key: " + e.Key }

// SyntaxError is what the decoder says of JSON that is not whole or not valid.
type SyntaxError struct{ Err error }

func (e *SyntaxError) Error() string { return e.Err.Error() }
func (e *SyntaxError) Unwrap() error { return e.Err }

// Object reads the next value of dec, an object. It calls member at each value,
// which member reads; what member refuses it returns as it is.
func Object(dec *json.Decoder, member func(key string) error) error {
	first, err := dec.Token()
	if err != nil {
		return &SyntaxError{err}
	}
	if first != json.Delim('{') {
		return ErrNotObject
	}
	seen := map[string]bool{}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return &SyntaxError{err}
		}
		key := t.(string) // the decoder takes nothing else for a key
		if seen[key] {
			return &DuplicateError{key}
		}
		seen[key] = true
		if err := member(key); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil { // the closing brace
		return &SyntaxError{err}
	}
	return nil
}
