package main

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"atelier/core/protocol"
)

// shape is a struct of the protocol as TypeScript sees it.
type shape struct {
	name, doc string
	fields    []field
	parents   []*shape // embedded, in their order
	open      bool     // more may stand in the JSON
	one       []*shape // a union: one of these
	of        *shape   // a union whose fields stand beside its own
	maybe     bool     // those of the union may be absent
}

type field struct {
	name, doc string
	ts, check string // its type in TypeScript, and in the schema
	optional  bool
}

// shapes are collected in the order in which they are met.
type shapes struct {
	docs  docs
	all   []*shape
	byTyp map[reflect.Type]*shape
	enums map[reflect.Type]protocol.Enum
	used  map[reflect.Type]bool // of the enums
}

func goName(t reflect.Type) string {
	return t.PkgPath()[strings.LastIndex(t.PkgPath(), "/")+1:] + "." + t.Name()
}

func newShapes(d docs) *shapes {
	s := &shapes{docs: d, byTyp: map[reflect.Type]*shape{}, enums: map[reflect.Type]protocol.Enum{}, used: map[reflect.Type]bool{}}
	for _, e := range protocol.Enums {
		s.enums[e.Type] = e
	}
	for _, t := range protocol.PageWords {
		s.used[t] = true
	}
	return s
}

// shape returns the shape of a struct.
func (s *shapes) shape(t reflect.Type) (*shape, error) {
	if found, ok := s.byTyp[t]; ok {
		return found, nil
	}
	sh := &shape{name: t.Name(), doc: s.docs[goName(t)]}
	s.byTyp[t] = sh
	if err := s.fill(sh, t, ""); err != nil {
		return nil, fmt.Errorf("%s: %w", sh.name, err)
	}
	s.all = append(s.all, sh)
	return sh, nil
}

// fill adds a struct's fields to a shape; with only, all but one are optional.
func (s *shapes) fill(sh *shape, t reflect.Type, only string) error {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("ts")
		if f.Anonymous {
			if err := s.embed(sh, f, strings.TrimPrefix(tag, "only=")); err != nil {
				return err
			}
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == "-" {
			sh.open = true
		}
		if name == "" || name == "-" || tag == "-" {
			continue
		}
		one, err := s.field(f, t)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		one.name, one.optional = name, options == "omitempty" || only != "" && only != name
		// As in Go, an outer field hides an embedded one of its name.
		sh.fields = append(slices.DeleteFunc(sh.fields, func(o field) bool { return o.name == name }), one)
	}
	return nil
}

func (s *shapes) field(f reflect.StructField, owner reflect.Type) (field, error) {
	out := field{doc: s.docs[goName(owner)+"."+f.Name]}
	if word := f.Tag.Get("const"); word != "" {
		out.ts, out.check = "'"+word+"'", "="+word
		return out, nil
	}
	t := f.Type
	name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	if n, ok := protocol.Narrowed[owner.Name()+"."+name]; ok && t.Kind() == reflect.String {
		t = n
	}
	if as, ok := strings.CutPrefix(f.Tag.Get("ts"), "as="); ok {
		out.ts, out.check = as, as
		return out, nil
	}
	null := t.Kind() == reflect.Pointer && options != "omitempty"
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var err error
	if out.ts, out.check, err = s.typ(t); null {
		out.ts, out.check = out.ts+" | null", out.check+"|null"
	}
	return out, err
}

// embed takes up an embedded struct: a union, a type of the protocol's own, or
// the fields of another package's.
func (s *shapes) embed(sh *shape, f reflect.StructField, only string) error {
	t, pointer := f.Type, f.Type.Kind() == reflect.Pointer
	if pointer {
		t = t.Elem()
	}
	if t.PkgPath() != reflect.TypeFor[protocol.Command]().PkgPath() {
		return s.fill(sh, t, only)
	}
	parent, err := s.shape(t)
	switch {
	case err != nil:
		return err
	case len(parent.one) > 0:
		sh.of, sh.maybe = parent, pointer
	case pointer:
		sh.one = append(sh.one, parent)
	default:
		sh.parents, sh.open = append(sh.parents, parent), sh.open || parent.open
	}
	return nil
}

var opaque = map[string][2]string{
	"Buffer":      {"ArrayBufferLike", "Buffer"},
	"Transferred": {"ArrayBuffer", "ArrayBuffer"},
	"Port":        {"MessagePort", "MessagePort"},
	"Module":      {"WebAssembly.Module", "Module"},
	"Clamped":     {"Uint8ClampedArray", "Uint8ClampedArray"},
	"Nine":        {"Nine", "number[]"},
}

var typed = map[reflect.Kind]string{reflect.Uint8: "Uint8Array", reflect.Uint32: "Uint32Array", reflect.Float32: "Float32Array"}

// typ names a type in TypeScript and in the schema.
func (s *shapes) typ(t reflect.Type) (ts, check string, err error) {
	if o, ok := opaque[t.Name()]; ok {
		return o[0], o[1], nil
	}
	if _, ok := s.enums[t]; ok {
		s.used[t] = true
		return t.Name(), t.Name(), nil
	}
	switch t.Kind() {
	case reflect.String:
		return "string", "string", nil
	case reflect.Bool:
		return "boolean", "boolean", nil
	case reflect.Float32, reflect.Float64:
		return "number", "number", nil
	case reflect.Int, reflect.Int64, reflect.Uint32:
		return "number", "whole", nil
	case reflect.Struct:
		sh, err := s.shape(t)
		if err != nil {
			return "", "", err
		}
		return sh.name, sh.name, nil
	case reflect.Slice:
		if name, ok := typed[t.Elem().Kind()]; ok {
			return name, name, nil
		}
		fallthrough
	case reflect.Array:
		ts, check, err = s.typ(t.Elem())
		return ts + "[]", check + "[]", err
	case reflect.Map:
		return s.record(t)
	}
	return "", "", fmt.Errorf("the generator knows no type %s", t)
}

func (s *shapes) record(t reflect.Type) (ts, check string, err error) {
	key, _, err := s.typ(t.Key())
	if err != nil {
		return "", "", err
	}
	value, null := t.Elem(), ""
	if value.Kind() == reflect.Pointer {
		value, null = value.Elem(), "null"
	}
	if ts, check, err = s.typ(value); null != "" {
		ts, check = ts+" | null", check+"|null"
	}
	return "Record<" + key + ", " + ts + ">", "{" + check + "}", err
}

// flat are a shape's fields with those of what it embeds; its own come last and
// take the place of others of their name.
func (sh *shape) flat() []field {
	var out []field
	for _, p := range sh.parents {
		out = append(out, p.flat()...)
	}
	for _, f := range sh.fields {
		out = slices.DeleteFunc(out, func(o field) bool { return o.name == f.name })
	}
	return append(out, sh.fields...)
}
