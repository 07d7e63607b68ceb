package api

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"atelier/core/protocol"
	"atelier/core/train"
)

// described are the schemas of openapi.yaml with the structs that they are of.
var described = map[string]any{
	"Error": protocol.ErrorAnswer{}, "Failure": protocol.ServerFailure{}, "Health": protocol.Health{}, "Engine": protocol.Engine{},
	"Speed": protocol.Speed{}, "Device": protocol.Device{}, "Order": protocol.Order{}, "Config": train.Config{}, "NewValue": protocol.ChangeRequest{},
	"Change": train.Change{}, "Record": protocol.EpochRecord{}, "Best": protocol.BestEpoch{}, "Run": protocol.RunDocument{}, "Evaluation": protocol.Evaluation{},
}

func TestSchemasHaveTheFieldsOfTheProtocol(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(spec)
	if err != nil {
		t.Fatal(err)
	}
	for name, schema := range doc.Components.Schemas {
		v, ok := described[name]
		if !ok && !schema.Value.Type.Is("string") {
			t.Errorf("the schema %s is of no struct of the protocol", name)
		}
		if ok {
			for _, wrong := range differences(name, schema, reflect.TypeOf(v)) {
				t.Error(wrong)
			}
		}
	}
	for name := range described {
		if doc.Components.Schemas[name] == nil {
			t.Errorf("openapi.yaml has no schema %s", name)
		}
	}
	for _, e := range []struct{ schema, field, enum string }{
		{"Run", "state", "RunState"}, {"Run", "owner", "Owner"}, {"Speed", "from", "SpeedSource"}, {"NewValue", "key", "ChangeKey"},
		{"Order", "model", "ModelName"}, {"Config", "monitor", "Monitor"},
	} {
		listed := words(doc.Components.Schemas[e.schema].Value.Properties[e.field].Value)
		if want := wordsOf(e.enum); !slices.Equal(listed, want) {
			t.Errorf("%s.%s may be %v, the protocol says %v", e.schema, e.field, listed, want)
		}
	}
}

func words(s *openapi3.Schema) []string {
	var out []string
	for _, v := range s.Enum {
		out = append(out, fmt.Sprint(v))
	}
	slices.Sort(out)
	return out
}

func wordsOf(enum string) []string {
	for _, e := range protocol.Enums {
		if e.Type.Name() == enum {
			return slices.Sorted(slices.Values(e.Values))
		}
	}
	return nil
}

// differences compares a schema with a Go type, field by field.
func differences(at string, ref *openapi3.SchemaRef, t reflect.Type) (wrong []string) {
	s := ref.Value
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if want := kindOf(t); !s.Type.Is(want) {
		return []string{fmt.Sprintf("%s is %v in openapi.yaml, in Go %s", at, s.Type.Slice(), want)}
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return differences(at+"[]", s.Items, t.Elem())
	case reflect.Map:
		return differences(at+"{}", s.AdditionalProperties.Schema, t.Elem())
	case reflect.Struct:
		return fieldDifferences(at, s, t)
	}
	return nil
}

func fieldDifferences(at string, s *openapi3.Schema, t reflect.Type) (wrong []string) {
	left := maps.Clone(s.Properties)
	for _, f := range jsonFields(t, "") {
		name := at + "." + f.name
		property := left[f.name]
		delete(left, f.name)
		if property == nil {
			wrong = append(wrong, name+" is in Go and not in openapi.yaml")
			continue
		}
		if required := slices.Contains(s.Required, f.name); required == f.optional {
			wrong = append(wrong, fmt.Sprintf("%s: required is %v in openapi.yaml, in Go %v", name, required, !f.optional))
		}
		if null := f.typ.Kind() == reflect.Pointer && !f.optional; null != property.Value.Nullable {
			wrong = append(wrong, fmt.Sprintf("%s: nullable is %v in openapi.yaml, in Go %v", name, property.Value.Nullable, null))
		}
		if property.Value.Format != f.format && property.Value.Format != "" {
			wrong = append(wrong, fmt.Sprintf("%s has the format %q in openapi.yaml, in Go %q", name, property.Value.Format, f.format))
		}
		wrong = append(wrong, differences(name, property, f.typ)...)
	}
	for name := range left {
		wrong = append(wrong, at+"."+name+" is in openapi.yaml and not in Go")
	}
	return wrong
}

type jsonField struct {
	name, format string
	typ          reflect.Type
	optional     bool
}

// jsonFields are a struct's fields as JSON has them; with only, all but one are optional.
func jsonFields(t reflect.Type, only string) (out []jsonField) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			out = append(out, jsonFields(f.Type, strings.TrimPrefix(f.Tag.Get("ts"), "only="))...)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || name == "" {
			continue
		}
		out = append(out, jsonField{name, f.Tag.Get("format"), f.Type, options == "omitempty" || only != "" && only != name})
	}
	return out
}

func kindOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Float32, reflect.Float64:
		return "number"
	case reflect.Slice, reflect.Array:
		return "array"
	case reflect.Struct, reflect.Map:
		return "object"
	}
	return "integer"
}

// The comparison can fail.
func TestTheComparisonOfSchemasNotices(t *testing.T) {
	const yaml = `{openapi: 3.0.3, info: {title: t, version: "1"}, paths: {}, components: {schemas: {S: {type: object, required: [a, b], properties: {
		a: {type: integer}, b: {type: string}, c: {type: array, items: {type: string}}, d: {type: number, nullable: true}, f: {type: boolean}, g: {type: string, format: date-time}}}}}}`
	doc, err := openapi3.NewLoader().LoadFromData([]byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	type other struct {
		A float64   `json:"a"`
		B string    `json:"b,omitempty"`
		C []float64 `json:"c,omitempty"`
		D float64   `json:"d,omitempty"`
		E int       `json:"e"`
		G string    `json:"g,omitempty"`
	}
	got := differences("S", doc.Components.Schemas["S"], reflect.TypeFor[other]())
	want := []string{
		"S.a is [integer] in openapi.yaml, in Go number",
		"S.b: required is true in openapi.yaml, in Go false",
		"S.c[] is [string] in openapi.yaml, in Go number",
		"S.d: nullable is true in openapi.yaml, in Go false",
		"S.e is in Go and not in openapi.yaml",
		`S.g has the format "date-time" in openapi.yaml, in Go ""`,
		"S.f is in openapi.yaml and not in Go",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// What the server really writes has the fields that openapi.yaml and the
// protocol say: its own structs are those of the protocol in all but name.
func TestTheServersStructsAreTheProtocols(t *testing.T) {
	for name, pair := range serverStructs {
		mine, theirs := flat(reflect.TypeOf(pair[0]), ""), flat(reflect.TypeOf(pair[1]), "")
		for path, kind := range mine {
			if theirs[path] != kind {
				t.Errorf("%s: the server writes %s as %q, the protocol says %q", name, path, kind, theirs[path])
			}
			delete(theirs, path)
		}
		for path := range theirs {
			t.Errorf("%s: the protocol has %s, which the server does not write", name, path)
		}
	}
}
