package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"atelier/scripts/page/wasmslim"
	"atelier/server/pagebuild"
)

// steps are those of one run, of a batch of 16 images.
const steps = 12

// measure prints what the passes earn, one more with each row, and what other programs
// do, such as that of an older page.
func measure(ctx context.Context, root string, rounds int, others []string) error {
	dir, err := os.MkdirTemp("", "atelier-measure-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := ensure(ctx, root, os.Stderr); err != nil {
		return err
	}
	b := builder{ctx, root, os.Stderr}
	files, err := b.variants(dir)
	if err != nil {
		return err
	}
	for _, other := range others {
		file, err := filepath.Abs(other)
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	server := filepath.Join(dir, "atelier")
	if err := b.run(root, os.Environ(), "go", "build", "-o", server, "./server"); err != nil {
		return err
	}
	address, stop, err := b.serve(server, dir)
	if err != nil {
		return err
	}
	defer stop()
	cmd := exec.CommandContext(ctx, "node", append([]string{"tools/variants.mjs", address, fmt.Sprint(rounds), fmt.Sprint(steps)}, files...)...)
	cmd.Dir, cmd.Stderr = filepath.Join(root, "web"), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("the page could not be measured: %w", err)
	}
	return table(os.Stdout, out)
}

// variants writes the compiler's program, and what it becomes with one pass more each time.
func (b builder) variants(dir string) (files []string, err error) {
	compiled := filepath.Join(dir, "none.wasm")
	if err := b.compile(compiled); err != nil {
		return nil, err
	}
	program, err := os.ReadFile(compiled)
	if err != nil {
		return nil, err
	}
	files = []string{compiled}
	for i, pass := range wasmslim.Passes {
		small, _, err := wasmslim.Program(bytes.Clone(program), wasmslim.Passes[:i+1])
		if err != nil {
			return nil, err
		}
		file := filepath.Join(dir, "+"+pass+".wasm")
		if err := os.WriteFile(file, small, 0o644); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// serve starts the page's server on a free port.
func (b builder) serve(program, dir string) (address string, stop func(), err error) {
	cmd := exec.CommandContext(b.ctx, program, "serve", "-addr", "127.0.0.1:0", "-data", "drawn",
		"-page", filepath.Join(b.root, filepath.FromSlash(pagebuild.Site)), "-runs", filepath.Join(dir, "runs"))
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, errors.New("the server printed no address")
	}
	return strings.TrimSpace(line), stop, nil
}

// measured is a line of web/tools/variants.mjs: a program's bytes, or a run of it.
type measured struct {
	File   string
	Bytes  int
	Model  int
	MS     float64
	CPU    float64 `json:"cpuMs"`
	Digest string  `json:"weightsSha256"`
}

// table prints the medians. All programs must come to the same weights.
func table(to io.Writer, lines []byte) error {
	type key struct {
		file  string
		model int
	}
	ms, cpu, weights, sizes := map[key][]float64{}, map[key][]float64{}, map[int]string{}, map[string]int{}
	var files []string
	for line := range bytes.Lines(lines) {
		var m measured
		if err := json.Unmarshal(line, &m); err != nil {
			return fmt.Errorf("the page's measurement %q: %w", line, err)
		}
		if m.Bytes > 0 {
			files, sizes[m.File] = append(files, m.File), m.Bytes
			continue
		}
		if want, ok := weights[m.Model]; ok && m.Digest != want {
			return fmt.Errorf("%s: model %d comes to other weights than with the first program", filepath.Base(m.File), m.Model)
		}
		weights[m.Model] = m.Digest
		k := key{m.File, m.Model}
		ms[k], cpu[k] = append(ms[k], m.MS), append(cpu[k], m.CPU)
	}
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "program\tbytes of Brotli\tmodel 1, ms\tprocessor's\tmodel 2, ms\tprocessor's\t")
	for _, f := range files {
		fmt.Fprintf(w, "%s\t%d\t", strings.TrimSuffix(filepath.Base(f), ".wasm"), sizes[f])
		for _, model := range []int{1, 2} {
			fmt.Fprintf(w, "%.1f\t%.1f\t", median(ms[key{f, model}]), median(cpu[key{f, model}]))
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	v = slices.Sorted(slices.Values(v))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
