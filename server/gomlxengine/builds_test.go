package gomlxengine

import (
	"os"
	"os/exec"
	"testing"
)

// TestBuilds compiles the program in each way that users meet: with XLA, where
// there is no C compiler, and with XLA left out by hand.
func TestBuilds(t *testing.T) {
	if testing.Short() || raceDetector {
		t.Skip("compiles the program several times")
	}
	for _, tt := range []struct {
		name string
		env  string
		args []string
	}{
		{"default", "GOFLAGS=-buildvcs=false", nil},
		{"no C compiler", "CGO_ENABLED=0", nil},
		{"noxla", "GOFLAGS=-buildvcs=false", []string{"-tags", "noxla"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cmd := exec.Command("go", append(append([]string{"build", "-o", os.DevNull}, tt.args...), "atelier/server")...)
			cmd.Env = append(os.Environ(), tt.env)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
