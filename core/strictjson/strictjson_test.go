package strictjson

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestObject(t *testing.T) {
	refused := errors.New("refused by the caller")
	for _, tt := range []struct {
		name, text, keys string
		check            func(err error) bool
	}{
		{"nothing in it", `{}`, "", nil},
		{"two members, in their order", `{"b":1,"a":[{"b":2}]} rest`, "b a", nil},
		{"equal keys in different objects", `{"a":{"a":1},"b":{"a":1}}`, "a b", nil},
		{"another case is another key", `{"a":1,"A":2}`, "a A", nil},
		{"a key twice", `{"a":1,"b":2,"a":3}`, "a b", isDuplicate("a")},
		{"a key twice, once escaped", `{"lr":1,"\u006cr":2}`, "lr", isDuplicate("lr")},
		{"the empty key twice", `{"":1,"":2}`, "", isDuplicate("")},
		{"an array", `[1]`, "", func(err error) bool { return errors.Is(err, ErrNotObject) }},
		{"a string", `"a"`, "", func(err error) bool { return errors.Is(err, ErrNotObject) }},
		{"null", `null`, "", func(err error) bool { return errors.Is(err, ErrNotObject) }},
		{"nothing", ``, "", func(err error) bool { return isSyntax(err) && errors.Is(err, io.EOF) }},
		{"no end", `{"a":1`, "a", isSyntax},
		{"a key without quotes", `{a:1}`, "", isSyntax},
		{"a number as key", `{1:1}`, "", isSyntax},
		{"what the caller refuses", `{"a":1,"no":2,"b":3}`, "a no", func(err error) bool { return err == refused }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dec := json.NewDecoder(strings.NewReader(tt.text))
			var keys []string
			err := Object(dec, func(key string) error {
				if keys = append(keys, key); key == "no" {
					return refused
				}
				var value any
				return dec.Decode(&value)
			})
			if tt.check == nil && err != nil || tt.check != nil && !tt.check(err) {
				t.Errorf("error %v", err)
			}
			if got := strings.TrimSpace(strings.Join(keys, " ")); got != tt.keys {
				t.Errorf("the keys %q, want %q", got, tt.keys)
			}
		})
	}
}

func isDuplicate(key string) func(error) bool {
	return func(err error) bool {
		var d *DuplicateError
		return errors.As(err, &d) && d.Key == key
	}
}

func isSyntax(err error) bool {
	var s *SyntaxError
	return errors.As(err, &s)
}
