package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"atelier/core/checkpoint"
	"atelier/core/nn"
)

// lines are two drawings that any answer fits.
const lines = `{"word":"box","accept":[0,1,2,3,4,5,6,7,8,9],"drawing":[[[0,100,100,0,0],[0,0,100,100,0]]]}
{"word":"box","accept":[0,1,2,3,4,5,6,7,8,9],"drawing":[[[0,90,40],[0,10,70]]]}
`

func TestScores(t *testing.T) {
	if testing.Short() {
		t.Skip("answers 2,000 generated drawings")
	}
	dir := t.TempDir()
	net := nn.NewNet(nn.Model2)
	net.Init(1)
	b, err := checkpoint.Encode(&checkpoint.File{Tensors: net.StateDict()})
	if err != nil {
		t.Fatal(err)
	}
	file, drawings := filepath.Join(dir, "w.safetensors"), filepath.Join(dir, "box.ndjson")
	for name, b := range map[string][]byte{file: b, drawings: []byte(lines)} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	if err := run(&out, "model2", file, []string{drawings}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`box +100\.0 % \(2 of 2, 34\.2 to 100\.0\)`, `all +100\.0 % \(2 of 2`, `Ankle boot +\d+\.\d % \(\d+ of 200,`, `all +\d+\.\d % \(\d+ of 2000,`} {
		if !regexp.MustCompile(want).MatchString(out.String()) {
			t.Errorf("no %s in\n%s", want, out.String())
		}
	}
	if err := os.WriteFile(drawings, []byte(`{"word":"box","drawing":[[[0,9],[0,9]]]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(&out, "model2", file, []string{drawings}); err == nil || !strings.Contains(err.Error(), "accepts no class") {
		t.Errorf("a drawing that accepts nothing: %v", err)
	}
}
