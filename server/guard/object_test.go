package guard

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"atelier/server/failure"
)

// order is a body as the API's: with fields of its own and of another struct.
type order struct {
	Inner
	Engine string `json:"engine"`
}

// Inner is embedded.
type Inner struct {
	LR   float64 `json:"lr"`
	Seed uint32  `json:"seed,omitempty"`
}

// TestReadJSON sends bodies that are an order, and such as are none.
func TestReadJSON(t *testing.T) {
	tests := []struct{ name, body, message string }{
		{"all fields", ` {"lr":0.5,"engine":"core","seed":7} `, ""},
		{"no field", `{}`, ""},
		{"null for a field", `{"lr":null}`, ""},
		{"nothing", ``, "not whole, valid JSON"},
		{"half an object", `{"lr":`, "not whole, valid JSON"},
		{"no closing brace", `{"lr":1`, "not whole, valid JSON"},
		{"no comma", `{"lr":1 "seed":2}`, "not whole, valid JSON"},
		{"an array", `[]`, "must be one JSON object"},
		{"null", `null`, "must be one JSON object"},
		{"two objects", `{"lr":1}{}`, "goes on after its JSON object"},
		{"an unknown field", `{"lr":1,"momentum":2}`, `There is no field "momentum"`},
		{"a field in another case", `{"LR":1}`, `There is no field "LR"`},
		{"the name of an embedded struct", `{"Inner":{"lr":1}}`, `There is no field "Inner"`},
		{"a field twice", `{"lr":1,"lr":2}`, `The field "lr" is given twice`},
		{"a field twice, once escaped", `{"lr":1,"\u006cr":2}`, `The field "lr" is given twice`},
		{"a number beyond all", `{"lr":1e999}`, `The field "lr" cannot be the number 1e999`},
		{"a broken seed", `{"seed":1.5}`, `The field "seed" cannot be the number 1.5`},
		{"a negative seed", `{"seed":-1}`, `The field "seed" cannot be the number -1`},
		{"text for a number", `{"lr":"much"}`, `The field "lr" cannot be a string`},
		{"an array for a word", `{"engine":[]}`, `The field "engine" cannot be an array`},
		{"truth for a word", `{"engine":true}`, `The field "engine" cannot be true or false`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/", strings.NewReader(tt.body))
			r.Header.Set("Content-Type", "application/json")
			var o order
			err := ReadJSON(httptest.NewRecorder(), r, &o)
			if tt.message == "" {
				if err != nil || strings.Contains(tt.body, "0.5") && o != (order{Inner{.5, 7}, "core"}) {
					t.Fatalf("%+v, %v", o, err)
				}
				return
			}
			var f *failure.Failure
			if !errors.As(err, &f) || f.Code != failure.Usage || !strings.Contains(f.Message, tt.message) {
				t.Fatalf("refused with %v, want %q", err, tt.message)
			}
		})
	}
}

// FuzzReadJSON: what is taken is taken again as it is written, what is refused
// is refused with a sentence.
func FuzzReadJSON(f *testing.F) {
	for _, body := range []string{` {"lr":0.5,"engine":"core","seed":7} `, `{}`, `{"lr":1,"lr":2}`, `{"lr":1}{}`, `[]`, `{"Inner":{}}`, `{"lr":`} {
		f.Add(body)
	}
	read := func(body string) (o order, err error) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		err = ReadJSON(httptest.NewRecorder(), r, &o)
		return o, err
	}
	f.Fuzz(func(t *testing.T, body string) {
		o, err := read(body)
		var refused *failure.Failure
		if err != nil {
			if !errors.As(err, &refused) || refused.Message == "" {
				t.Fatalf("refused without a sentence: %v", err)
			}
			return
		}
		b, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := read(string(b)); err != nil || again != o {
			t.Fatalf("%s is taken as %+v, %v, want %+v", b, again, err, o)
		}
	})
}
