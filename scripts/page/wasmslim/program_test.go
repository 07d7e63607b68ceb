package wasmslim

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// build compiles testdata/trial for WebAssembly.
func build(t *testing.T) []byte {
	t.Helper()
	if testing.Short() {
		t.Skip("compiles a program for WebAssembly: left out of the short tests")
	}
	file := filepath.Join(t.TempDir(), "trial.wasm")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", file, "./testdata/trial")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	program, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// run runs a program under Node.
func run(t *testing.T, program []byte) (stdout, stderr string, code int) {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("there is no Node here to run WebAssembly")
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "trial.wasm")
	if err := os.WriteFile(file, program, 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "--stack-size=8192", filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec_node.js"), file)
	// What is freed is overwritten: the twin's tables must know all that is alive.
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "GODEBUG=clobberfree=1"}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), code
}

func TestTheSmallTwinDoesTheSame(t *testing.T) {
	program := build(t)
	small, left, err := Program(program, Passes)
	if err != nil || left != (Left{}) {
		t.Fatalf("Program: left %+v, %v; this toolchain's tables and instructions must be known", left, err)
	}
	if at := bytes.IndexFunc(memory(t, program), func(r rune) bool { return r != 0 }); at < reach {
		t.Errorf("the linker's data begin at %d: offsets below %d may not be folded", at, reach)
	}
	wantOut, wantTrace, wantCode := run(t, program)
	gotOut, gotTrace, gotCode := run(t, small)
	if gotOut != wantOut || gotCode != wantCode || wantCode != 2 || !strings.Contains(wantOut, "collected") {
		t.Fatalf("the small twin says %q and exits %d, the program says %q and exits %d", gotOut, gotCode, wantOut, wantCode)
	}
	if !strings.Contains(wantTrace, "main.go:") || strings.Contains(gotTrace, "main.go") {
		t.Errorf("the program's trace must have lines and its twin's none:\n%s\n%s", wantTrace, gotTrace)
	}
	for _, name := range []string{"index out of range [5] with length 3", "main.reach(", "main.main("} {
		if !strings.Contains(gotTrace, name) {
			t.Errorf("the twin's trace has no %q:\n%s", name, gotTrace)
		}
	}
	again, _, err := Program(small, Passes)
	if err != nil || !bytes.Equal(again, small) {
		t.Errorf("a small twin does not stay as it is: %v", err)
	}
}

// memory is what a program starts from.
func memory(t *testing.T, program []byte) []byte {
	t.Helper()
	segments, err := read(sectionOf(t, program, dataSection))
	if err != nil {
		t.Fatal(err)
	}
	return image(segments)
}

// image is the memory that segments make.
func image(segments []segment) (memory []byte) {
	for _, s := range segments {
		memory = append(memory, make([]byte, max(0, s.at+len(s.data)-len(memory)))...)
		copy(memory[s.at:], s.data)
	}
	return memory
}

// sectionOf returns the one section of a kind.
func sectionOf(t *testing.T, program []byte, kind byte) []byte {
	t.Helper()
	m, err := split(program)
	if err != nil {
		t.Fatal(err)
	}
	s, ok := m.only(kind)
	if !ok {
		t.Fatalf("the program has no section %d, or more than one", kind)
	}
	return s.body
}

// data makes a program of one data section.
func data(segments ...segment) []byte {
	body := write(segments)
	return append(binary.AppendUvarint([]byte(magic+"\x0b"), uint64(len(body))), body...)
}

func TestSegmentsKeepTheMemory(t *testing.T) {
	tests := []struct {
		name     string
		segments []segment
		want     int // segments
	}{
		{"none", nil, 0},
		{"one", []segment{{4096, []byte("abc")}}, 1},
		{"neighbors", []segment{{63, []byte("a")}, {64, []byte("b")}, {70, []byte("c")}}, 1},
		{"a desert between", []segment{{8191, []byte("a")}, {8192 + gap, []byte("b")}, {1 << 20, []byte("c")}}, 2},
		{"overlapping", []segment{{100, []byte("abcd")}, {102, []byte("X")}}, 2},
		{"descending", []segment{{200, []byte("a")}, {100, []byte("b")}}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			program := data(tt.segments...)
			small, left, err := Program(program, Passes)
			if err != nil || left != (Left{true, true}) {
				t.Fatal(left, err)
			}
			if !bytes.Equal(memory(t, small), memory(t, program)) {
				t.Fatalf("memory %q, want %q", memory(t, small), memory(t, program))
			}
			if got := len(join(tt.segments)); got != tt.want {
				t.Fatalf("%d segments, want %d", got, tt.want)
			}
		})
	}
}

func TestWhatIsNotAProgram(t *testing.T) {
	good := data(segment{4096, []byte("abc")})
	tests := []struct {
		name    string
		program []byte
	}{
		{"nothing", nil},
		{"text", []byte("#!/bin/sh\n")},
		{"cut off in a section", good[:len(good)-1]},
		{"a section without a length", append([]byte(magic), dataSection)},
		{"a passive segment", append([]byte(magic), dataSection, 3, 1, 1, 0)},
		{"more segments than there are", append([]byte(magic), dataSection, 1, 9)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if small, _, err := Program(tt.program, Passes); err == nil {
				t.Fatalf("made %d bytes of it", len(small))
			}
		})
	}
}

// FuzzProgram: any bytes are a program or an error, and a small twin has none smaller.
func FuzzProgram(f *testing.F) {
	f.Add(data(segment{63, []byte("a")}, segment{64, []byte("b")}, segment{8192, []byte("c")}))
	f.Add(data(segment{4096, table(nil)}))
	f.Add([]byte(magic))
	section := code(body(cat(get, add8, loadF32, done)...), cat([]byte{3}, frame[1:], begin, derive(2, 8, 3), through(3, 4), []byte{opDrop}, done))
	f.Add(append(binary.AppendUvarint([]byte(magic+"\x0a"), uint64(len(section))), section...))
	f.Fuzz(func(t *testing.T, program []byte) {
		small, _, err := Program(program, Passes)
		if err != nil {
			return
		}
		again, _, err := Program(small, Passes)
		if err != nil || !bytes.Equal(again, small) {
			t.Fatalf("the small twin of %d bytes has another of %d (%v)", len(small), len(again), err)
		}
	})
}
