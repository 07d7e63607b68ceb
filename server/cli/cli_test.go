package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// atelier runs one command line and returns what it printed.
func atelier(t *testing.T, ctx context.Context, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	c := &Console{In: strings.NewReader(""), Out: &out, Err: &err, Getenv: func(k string) string { return env[k] }}
	code = Run(ctx, args, c)
	return code, out.String(), err.String()
}

func TestUsageErrors(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"unknown command", []string{"fly"}, `There is no command "fly"`},
		{"unknown flag", []string{"data", "-wings", "2"}, "Flag provided but not defined: -wings"},
		{"argument where none belongs", []string{"data", "here"}, `Data takes no argument, and got "here"`},
		{"flag without its value", []string{"data", "-out"}, "Flag needs an argument: -out"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, stderr := atelier(t, context.Background(), nil, tt.args...)
			if code != ExitUsage || stdout != "" || !strings.Contains(stderr, tt.want) {
				t.Fatalf("exit %d, stdout %q, stderr %q; want 2 and %q", code, stdout, stderr, tt.want)
			}
			code, stdout, stderr = atelier(t, context.Background(), nil, append([]string{tt.args[0], "-json"}, tt.args[1:]...)...)
			var line struct {
				Error struct{ Code, Message, Hint string }
			}
			if err := json.Unmarshal([]byte(stdout), &line); err != nil {
				t.Fatalf("stdout %q: %v", stdout, err)
			}
			if code != ExitUsage || stderr != "" || line.Error.Code != "usage" || !strings.Contains(line.Error.Message, tt.want) || line.Error.Hint == "" {
				t.Fatalf("exit %d, error %+v, stderr %q", code, line.Error, stderr)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"help"}, {"-h"}, {"--help"}, {"data", "-h"}, {"data", "--help"}} {
		code, stdout, stderr := atelier(t, context.Background(), nil, args...)
		if code != ExitDone || !strings.HasPrefix(stdout, "Atelier") && !strings.HasPrefix(stdout, "Usage") || stderr != "" {
			t.Fatalf("%v: exit %d, stdout %q, stderr %q", args, code, stdout, stderr)
		}
	}
}

func TestFlagsStandAnywhere(t *testing.T) {
	tests := []struct {
		args       []string
		positional []string
		json       bool
	}{
		{[]string{"a.png", "-json", "b.png"}, []string{"a.png", "b.png"}, true},
		{[]string{"--json=true", "a.png"}, []string{"a.png"}, true},
		{[]string{"a.png", "--", "-json"}, []string{"a.png", "-json"}, false},
		{nil, nil, false},
	}
	for _, tt := range tests {
		cmd := newCommand("x", "FILE...", "")
		got, err := parse(cmd.flags, tt.args)
		if err != nil || !slices.Equal(got, tt.positional) || cmd.json != tt.json {
			t.Fatalf("%v: %v, json %v, error %v", tt.args, got, cmd.json, err)
		}
	}
}
