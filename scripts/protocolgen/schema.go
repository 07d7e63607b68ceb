package main

import (
	"fmt"
	"reflect"
	"strings"

	"atelier/core/protocol"
)

// writeSchema writes what web/src/protocol/check.ts checks messages by. Nothing
// else may read it, so that the shipped page is without it.
func (s *shapes) writeSchema(b *strings.Builder) {
	b.WriteString("\n/** What check.ts checks messages by: see there. */\nexport const schema = {\n  commands: {\n")
	for _, c := range protocol.Commands {
		fmt.Fprintf(b, "    %s: { request: '%s', result: '%s', seconds: %d },\n", c.Name, schemaType(c.Request), schemaType(c.Result), c.Seconds)
	}
	b.WriteString("  },\n  words: {\n")
	for _, e := range protocol.Enums {
		if s.used[e.Type] {
			fmt.Fprintf(b, "    %s: [%s],\n", e.Type.Name(), strings.Join(quoted(e.Values), ", "))
		}
	}
	b.WriteString("  },\n  unions: {\n")
	for _, sh := range s.all {
		if len(sh.one) > 0 {
			var of []string
			for _, one := range sh.one {
				of = append(of, one.name)
			}
			fmt.Fprintf(b, "    %s: [%s],\n", sh.name, strings.Join(quoted(of), ", "))
		}
	}
	for _, u := range protocol.Unions {
		fmt.Fprintf(b, "    %s: [%s],\n", u.Name, strings.Join(quoted(names(u.Of)), ", "))
	}
	b.WriteString("  },\n  shapes: {\n    Nothing: { fields: {} },\n")
	for _, sh := range s.all {
		if len(sh.one) == 0 {
			sh.writeSchema(b)
		}
	}
	b.WriteString("  },\n} as const\n")
}

func schemaType(v any) string {
	return reflect.TypeOf(v).Name()
}

func (sh *shape) writeSchema(b *strings.Builder) {
	var parts []string
	for _, f := range sh.flat() {
		name := f.name
		if f.optional {
			name = "'" + name + "?'"
		}
		parts = append(parts, name+": '"+f.check+"'")
	}
	more := ""
	if sh.open {
		more += ", open: true"
	}
	if sh.of != nil {
		more += ", beside: '" + sh.of.name + "'"
	}
	if sh.maybe {
		more += ", maybe: true"
	}
	fields := "{}"
	if len(parts) > 0 {
		fields = "{ " + strings.Join(parts, ", ") + " }"
	}
	fmt.Fprintf(b, "    %s: { fields: %s%s },\n", sh.name, fields, more)
}
