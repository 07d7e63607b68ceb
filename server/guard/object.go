package guard

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"atelier/core/strictjson"
	"atelier/server/failure"
)

// MaxJSON is the largest request body of JSON, in bytes.
const MaxJSON = 64 << 10

// ReadJSON reads the request's body into the struct that v points to: one JSON
// object of at most MaxJSON bytes, each field by its exact name and once. (The
// decoder alone takes names in any case, and the last of equal ones.)
func ReadJSON(w http.ResponseWriter, r *http.Request, v any) error {
	if r.Header.Get("Content-Type") != "application/json" {
		return failure.New(failure.Usage, "The request must be JSON", "Send Content-Type: application/json")
	}
	b, err := ReadBody(w, r, MaxJSON)
	if err != nil {
		return err
	}
	if err := oneObject(b, fieldNames(v)); err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return valueFailure(err)
	}
	return nil
}

// fieldNames are the JSON names of a struct's fields, those of embedded ones too.
func fieldNames(v any) []string {
	var names []string
	for _, f := range reflect.VisibleFields(reflect.TypeOf(v).Elem()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous || !f.IsExported() || name == "-":
			continue
		case name == "":
			name = f.Name
		}
		names = append(names, name)
	}
	return names
}

// oneObject refuses what is not one JSON object with some of these fields, each
// once.
func oneObject(b []byte, names []string) error {
	d := json.NewDecoder(bytes.NewReader(b))
	err := strictjson.Object(d, func(name string) error {
		if !slices.Contains(names, name) {
			return failure.New(failure.Usage, fmt.Sprintf("There is no field %.40q", name), "The fields are "+strings.Join(names, ", "))
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return valueFailure(err)
		}
		return nil
	})
	var duplicate *strictjson.DuplicateError
	var syntax *strictjson.SyntaxError
	switch {
	case err == strictjson.ErrNotObject:
		return failure.New(failure.Usage, "The request's body must be one JSON object", "")
	case errors.As(err, &duplicate):
		return failure.New(failure.Usage, fmt.Sprintf("The field %q is given twice", duplicate.Key), "")
	case errors.As(err, &syntax):
		return valueFailure(syntax.Err)
	case err != nil:
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return failure.New(failure.Usage, "The request's body goes on after its JSON object", "")
	}
	return nil
}

// valueFailure says what is wrong with a body that came whole.
func valueFailure(err error) error {
	var kind *json.UnmarshalTypeError
	if !errors.As(err, &kind) {
		return failure.Wrap(err, failure.Usage, "The request's body is not whole, valid JSON", "")
	}
	field := kind.Field[strings.LastIndex(kind.Field, ".")+1:] // without Go's embedded structs
	value := kind.Value
	if number, ok := strings.CutPrefix(value, "number "); ok {
		value = "the number " + number
	} else if word, ok := map[string]string{"array": "an array", "object": "an object", "bool": "true or false"}[value]; ok {
		value = word
	} else {
		value = "a " + value
	}
	return failure.Wrap(err, failure.Usage, fmt.Sprintf("The field %q cannot be %s", field, value), "")
}
