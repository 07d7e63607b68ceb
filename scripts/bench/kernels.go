package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"atelier/server/engine"
)

// The batch of the benchmarks in core/kernel.
const kernelBatch = 128

// line is one result of `go test -bench`, for example
// BenchmarkConv/32-64@28/input_gradient-2  4  59 ns/op  31.2 GFLOP/s
var line = regexp.MustCompile(`(?m)^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+([\d.e+]+) ns/op\s+([\d.e+]+) GFLOP/s`)

// measured is one benchmark's results, a number each round.
type measured struct {
	name       string
	ns, gflops []float64
}

// parse adds one round's results.
func parse(out string, to []*measured) ([]*measured, error) {
	for _, m := range line.FindAllStringSubmatch(out, -1) {
		ns, err1 := strconv.ParseFloat(m[2], 64)
		gflops, err2 := strconv.ParseFloat(m[3], 64)
		if err1 != nil || err2 != nil {
			return nil, fmt.Errorf("a benchmark's line is not as expected: %q", m[0])
		}
		var found *measured
		for _, old := range to {
			if old.name == m[1] {
				found = old
			}
		}
		if found == nil {
			found = &measured{name: m[1]}
			to = append(to, found)
		}
		found.ns, found.gflops = append(found.ns, ns), append(found.gflops, gflops)
	}
	return to, nil
}

// kernels runs core/kernel's benchmarks, every layer and pass, on one processor.
func kernels(l *lab) ([]row, error) {
	program := filepath.Join(l.dir, "kernel.test")
	if _, err := l.output("go", "test", "-c", "-o", program, "./core/kernel"); err != nil {
		return nil, err
	}
	var all []*measured
	var peaks []float64
	for round := range l.rounds {
		l.say("kernels, round %d of %d", round+1, l.rounds)
		peaks = append(peaks, engine.ScalarPeak(1))
		out, err := l.output(program, "-test.run=^$", "-test.bench=.", "-test.benchtime=200ms", "-test.cpu=1")
		if err != nil {
			return nil, err
		}
		if all, err = parse(string(out), all); err != nil {
			return nil, err
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("the benchmarks of core/kernel gave no figures")
	}
	l.peak = median(peaks)
	rows := []row{{where: "native", what: "scalar peak, registers only", workers: 1, gflops: l.peak}}
	for _, m := range all {
		r := row{where: "kernel", what: spell(m.name), workers: 1, gflops: median(m.gflops)}
		r.images = kernelBatch * 1e9 / median(m.ns)
		rows = append(rows, r)
	}
	return rows, nil
}

// spell makes words of a benchmark's name: "Conv/32-64@28/input_gradient".
func spell(name string) string {
	return strings.NewReplacer("Conv/", "convolution ", "Dense/", "dense ", "-", "→", "@", " at ", "/", ", ", "_", " ").Replace(name)
}
