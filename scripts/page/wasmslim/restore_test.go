package wasmslim

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// started returns a program's memory when it may begin to run.
func started(t *testing.T, program []byte) []byte {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("there is no Node here to run WebAssembly")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "trial.wasm"), program, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "-e", `
		const fs = require('fs'), module = new WebAssembly.Module(fs.readFileSync('trial.wasm')), imports = {}
		for (const i of WebAssembly.Module.imports(module)) (imports[i.module] ??= {})[i.name] = () => {}
		fs.writeFileSync('memory', new Uint8Array(new WebAssembly.Instance(module, imports).exports.mem.buffer))`)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("node: %v\n%s", err, out)
	}
	memory, err := os.ReadFile(filepath.Join(dir, "memory"))
	if err != nil {
		t.Fatal(err)
	}
	return memory
}

func TestStartRestoresTheTable(t *testing.T) {
	program := build(t)
	small, _, err := Program(program, Passes)
	if err != nil {
		t.Fatal(err)
	}
	m, err := split(program)
	if err != nil {
		t.Fatal(err)
	}
	data, _ := m.only(dataSection)
	code, _ := m.only(codeSection)
	segments, err := read(data.body)
	if err != nil {
		t.Fatal(err)
	}
	segments = join(segments)
	table, ok := findFunctions(segments)
	if !ok {
		t.Fatal("the table of functions is not found")
	}
	table.shorten = true
	l := m.linkage(table)
	l.on = everything
	facts := table.traceFacts()
	if _, ok := improve(code.body, l, everything); !ok || !table.rewrite(l.layouts) || len(facts) == 0 {
		t.Fatal("the program is not known")
	}
	for _, fact := range facts {
		clear(fact)
	}
	want, got := image(segments), started(t, small)
	if rest := got[len(want):]; len(bytes.Trim(rest, "\x00")) > 0 {
		t.Error("there is something in the memory behind the program's data")
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("byte %#x is %d, want %d", i, got[i], want[i])
		}
	}
	if shipped := len(sectionOf(t, small, dataSection)); shipped > len(want)*3/4 {
		t.Errorf("of %d bytes of memory %d are shipped: nothing was left to restore", len(want), shipped)
	}
}

// named makes a table of functions with these names.
func named(names ...string) (f functions) {
	f.count, f.text, f.tables = len(names), []byte("unused\x00"), make([]byte, 8)
	f.memory = make([]byte, len(names)*(pairSize+recordSize))
	for i, name := range names {
		at := pairSize*len(names) + recordSize*i
		binary.LittleEndian.PutUint32(f.memory[pairSize*i+4:], uint32(at))
		binary.LittleEndian.PutUint32(f.memory[at+recordName:], uint32(len(f.text)))
		f.text = append(append(f.text, name...), 0)
	}
	return f
}

func TestNamesAreAsTracesPrintThem(t *testing.T) {
	f := named("main.main", "slices.Sort[go.shape.struct { a []int }]", "main.(*set[...]).add", "slices.Sort[go.shape.int]", "open[", "main.main")
	f.shorten = true
	size := len(f.text)
	if !f.rewrite(nil) {
		t.Fatal("the table is not known")
	}
	names, ok := f.names()
	want := []string{"main.main", "slices.Sort[...]", "main.(*set[...]).add", "slices.Sort[...]", "open[", "main.main"}
	if !ok || len(f.text) != size {
		t.Fatal("the names are gone")
	}
	for i := range want {
		if names[i] != want[i] {
			t.Errorf("function %d is named %q, want %q", i, names[i], want[i])
		}
	}
	short := "main.main\x00slices.Sort[...]\x00main.(*set[...]).add\x00open[\x00"
	if got := bytes.TrimRight(f.text, "\x00"); string(got)+"\x00" != short {
		t.Errorf("the names are stored as %q, want %q", got, short)
	}
}
