package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const benchmarks = `goos: linux
BenchmarkConv/32-64@28/input_gradient-2 	       4	 64000000 ns/op	        %s GFLOP/s
BenchmarkDense/128-10/forward 	     100	   1000000 ns/op	         9.000 GFLOP/s
PASS
`

func TestBenchmarksAreRead(t *testing.T) {
	var all []*measured
	for _, speed := range []string{"30.5", "32.5", "31.5"} {
		var err error
		if all, err = parse(strings.Replace(benchmarks, "%s", speed, 1), all); err != nil {
			t.Fatal(err)
		}
	}
	if len(all) != 2 || all[1].name != "Dense/128-10/forward" || median(all[0].gflops) != 31.5 || median(all[0].ns) != 64e6 {
		t.Fatalf("read %+v", all)
	}
	if got := spell(all[0].name); got != "convolution 32→64 at 28, input gradient" {
		t.Errorf("spelled %q", got)
	}
}

func TestPageAndPeersMakeRows(t *testing.T) {
	rows, err := pageRows([]byte(`{"model":1,"task":"train","workers":2,"batch":128,"imagesPerSecond":400,"medianMs":320,"browser":"156"}
{"model":1,"task":"infer","workers":1,"batch":1,"imagesPerSecond":700,"medianMs":1.5,"browser":"156"}
{"model":1,"task":"train","workers":2,"batch":128,"imagesPerSecond":500,"medianMs":256,"browser":"156"}`))
	if err != nil || len(rows) != 2 || rows[0].images != 450 || rows[1].ms != 1.5 || rows[1].images != 0 {
		t.Fatalf("page rows %+v, %v", rows, err)
	}
	file := filepath.Join(t.TempDir(), "results.jsonl")
	if rows, err := peerRows(file); rows != nil || err != nil {
		t.Fatalf("without a file: %v, %v", rows, err)
	}
	const lines = `{"row":"ort","model":2,"task":"train","cores":1,"date":"2026-11-22T10:00:00Z","result":{"imagesPerSecond":100,"medianMs":1280}}
{"row":"slow","model":2,"task":"train","cores":1,"error":"took longer than 100 s"}
{"row":"ort","model":2,"task":"train","cores":1,"date":"2026-11-22T11:00:00Z","result":{"imagesPerSecond":109,"medianMs":1174}}
`
	if err := os.WriteFile(file, []byte(lines), 0o644); err != nil {
		t.Fatal(err)
	}
	rows, err = peerRows(file)
	if err != nil || len(rows) != 1 || rows[0].images != 109 || rows[0].where != "peer ort (2026-11-22)" {
		t.Fatalf("peer rows %+v, %v", rows, err)
	}
	var out bytes.Buffer
	table := newTable(&out)
	table.add(&lab{peak: 10}, []row{{where: "native", what: "model1, train", workers: 2, images: 500, gflops: 49}})
	if err := table.end(); err != nil || !strings.Contains(out.String(), "2.45") {
		t.Fatalf("the table has no ratio to two processors' peak:\n%s", out.String())
	}
}

// A part that fails takes no other part's figures along.
func TestAFailingPartIsLeftOut(t *testing.T) {
	l := &lab{ctx: t.Context()}
	var out strings.Builder
	err := l.measure(&out, []part{
		{"the first", func(*lab) ([]row, error) { return []row{{where: "here", what: "one thing"}}, nil }},
		{"the second", func(*lab) ([]row, error) { return nil, errors.New("no browser") }},
		{"the third", func(*lab) ([]row, error) { return []row{{where: "there", what: "another thing"}}, nil }},
	})
	if err == nil || !strings.Contains(err.Error(), "the second: no browser") {
		t.Errorf("the failure was not told: %v", err)
	}
	if !strings.Contains(out.String(), "one thing") || !strings.Contains(out.String(), "another thing") {
		t.Errorf("the table lacks what was measured:\n%s", out.String())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out.Reset()
	if err := (&lab{ctx: ctx}).measure(&out, []part{{"the first", kernels}}); err == nil || out.Len() > 0 {
		t.Errorf("interrupted, it ended with %v and printed %q", err, out.String())
	}
}
