// Command bench measures the kernels, both networks natively and both networks
// in the page, and prints one table: `make bench`. What is compared takes turns
// in several rounds, of which the medians are shown, so that what else the
// machine does meets everything alike.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"

	"atelier/server/pagebuild"
)

func main() {
	rounds := flag.Int("rounds", 3, "measure `N` times")
	peers := flag.String("peers", defaultPeers(), "the peer harness's results `FILE`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := bench(ctx, max(1, *rounds), *peers); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// defaultPeers is where the peer harness writes its results, where it is at hand.
func defaultPeers() string {
	shared := os.Getenv("ATELIER_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "shared")
	}
	return filepath.Join(shared, "peers", "browser", "results", "results.jsonl")
}

// lab is where a measurement runs.
type lab struct {
	ctx    context.Context
	root   string
	dir    string // for what is built
	rounds int
	peak   float64 // of one processor, GFLOP/s
}

// say tells of progress on standard error: the table alone is the result.
func (l *lab) say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// output runs a program in the repository and returns what it prints.
func (l *lab) output(name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(l.ctx, name, args...)
	cmd.Dir, cmd.Stderr = l.root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	return out, nil
}

func bench(ctx context.Context, rounds int, peers string) error {
	root, ok := pagebuild.Root(".")
	if !ok {
		return fmt.Errorf("run this in the folder of the repository")
	}
	dir, err := os.MkdirTemp("", "atelier-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	l := &lab{ctx: ctx, root: root, dir: dir, rounds: rounds}
	t := newTable(os.Stdout)
	for _, part := range []func(*lab) ([]row, error){kernels, native, page} {
		rows, err := part(l)
		if err != nil {
			return err
		}
		t.add(l, rows)
	}
	rows, err := peerRows(peers)
	if err != nil {
		return err
	}
	if rows == nil {
		l.say("no rows of peers: there is no %s", peers)
	}
	t.add(l, rows)
	return t.end()
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	if n := len(v); n%2 == 0 {
		return (v[n/2-1] + v[n/2]) / 2
	}
	return v[len(v)/2]
}
