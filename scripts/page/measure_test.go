package main

import (
	"strings"
	"testing"
)

const measurements = `{"file":"/a/none.wasm","bytes":1000}
{"file":"/a/+lines.wasm","bytes":900}
{"file":"/a/none.wasm","model":1,"ms":30,"cpuMs":20,"weightsSha256":"aa"}
{"file":"/a/+lines.wasm","model":1,"ms":28,"cpuMs":18,"weightsSha256":"aa"}
{"file":"/a/none.wasm","model":2,"ms":50,"cpuMs":40,"weightsSha256":"bb"}
{"file":"/a/+lines.wasm","model":2,"ms":48,"cpuMs":38,"weightsSha256":"bb"}
{"file":"/a/none.wasm","model":1,"ms":90,"cpuMs":22,"weightsSha256":"aa"}
`

func TestTable(t *testing.T) {
	var out strings.Builder
	if err := table(&out, []byte(measurements)); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	if len(lines) != 4 || strings.Join(strings.Fields(lines[1]), " ") != "none 1000 60.0 21.0 50.0 40.0" || strings.Join(strings.Fields(lines[2]), " ") != "+lines 900 28.0 18.0 48.0 38.0" {
		t.Fatalf("the table is\n%s", out.String())
	}
	for name, text := range map[string]string{
		"other weights":  measurements + `{"file":"/a/+lines.wasm","model":2,"ms":1,"cpuMs":1,"weightsSha256":"cc"}`,
		"no measurement": "nonsense\n",
	} {
		if err := table(&out, []byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
