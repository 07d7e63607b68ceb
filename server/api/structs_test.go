package api

import (
	"reflect"
	"time"

	"atelier/core/protocol"
	"atelier/server/engine"
	"atelier/server/failure"
	"atelier/server/runs"
)

// serverStructs are what the server writes, beside the protocol's structs.
var serverStructs = map[string][2]any{
	"run": {runs.Document{}, protocol.RunDocument{}}, "device": {deviceAnswer{}, protocol.Device{}}, "failure": {failure.Failure{}, protocol.ServerFailure{}},
	"engine": {engine.Description{}, protocol.Engine{}}, "present": {runSnapshot{}, protocol.PresentEvent{}}, "everything": {allSnapshot{}, protocol.AllRuns{}},
	"order": {order{}, protocol.Order{}},
}

// flat lists the paths of a struct's fields in JSON with their kinds.
func flat(t reflect.Type, at string) map[string]string {
	out := map[string]string{}
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() {
		kind := "string"
		if t != reflect.TypeFor[time.Time]() {
			kind = kindOf(t)
		}
		return map[string]string{at: kind}
	}
	for _, f := range jsonFields(t, "") {
		for path, kind := range flat(f.typ, at+"."+f.name) {
			out[path] = kind
		}
	}
	return out
}
