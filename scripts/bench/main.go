// Command bench measures the kernels, both networks natively and both networks
// in the page, and prints one table: `make bench`. What is compared takes turns
// in several rounds, of which the medians are shown, so that what else the
// machine does meets everything alike.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"time"

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
	return l.measure(os.Stdout, []part{
		{"the kernels", kernels},
		{"the networks, natively", native},
		{"the networks in the page", page},
		{"the peers", func(l *lab) ([]row, error) { return l.peers(peers) }},
	})
}

// part is a part of the table.
type part struct {
	name string
	rows func(*lab) ([]row, error)
}

// partTime is how long a part may take: what hangs must not take the other
// parts' figures along.
const partTime = 10 * time.Minute

// measure prints the rows of all parts as one table. A part that fails is left
// out, aloud, and makes the whole fail in the end.
func (l *lab) measure(to io.Writer, parts []part) error {
	t := newTable(to)
	var failed error
	for _, p := range parts {
		began, all := time.Now(), l.ctx
		ctx, cancel := context.WithTimeout(all, partTime)
		l.ctx = ctx
		rows, err := p.rows(l)
		l.ctx = all
		cancel()
		if all.Err() != nil {
			return fmt.Errorf("interrupted while measuring %s", p.name)
		}
		if err != nil {
			l.say("LEFT OUT: %s: %v", p.name, err)
			failed = errors.Join(failed, fmt.Errorf("%s: %w", p.name, err))
			continue
		}
		l.say("%s took %.0f s", p.name, time.Since(began).Seconds())
		t.add(l, rows)
	}
	return errors.Join(t.end(), failed)
}

// peers are the rows of the peer harness's last run, where there was one.
func (l *lab) peers(file string) ([]row, error) {
	rows, err := peerRows(file)
	if rows == nil && err == nil {
		l.say("no rows of peers: there is no %s", file)
	}
	return rows, err
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	if n := len(v); n%2 == 0 {
		return (v[n/2-1] + v[n/2]) / 2
	}
	return v[len(v)/2]
}
