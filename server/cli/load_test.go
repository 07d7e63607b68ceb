package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"atelier/scripts/visitors"
)

// keptSpeed is what is promised of the images a second of a server that trains,
// of those with nobody looking. It is only printed, since the machine may do
// something else.
const keptSpeed = .9

// visitedURL tells the test's own program that it is to be the visitors: in a
// process of their own, so that their processor time can be told from the server's.
const visitedURL = "ATELIER_VISIT"

// TestPageLoadsWhileTraining loads the page again and again while a run trains
// and 32 readers listen to it, of which 8 never read.
func TestPageLoadsWhileTraining(t *testing.T) {
	if where := os.Getenv(visitedURL); where != "" {
		if err := visit(where); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if testing.Short() {
		t.Skip("measures time")
	}
	address, token, stop := served(t, nil, "-data", "drawn")
	defer stop()
	id := startRun(t, address, token)
	before := trainingSpeed(t, address, id)
	end := visited(t, address)
	watched := trainingSpeed(t, address, id)
	took, share := end()
	alone := (before + trainingSpeed(t, address, id)) / 2
	if len(took) < 20 {
		t.Fatalf("%d page loads are too few to measure", len(took))
	}
	p99 := visitors.Slowest(took)
	t.Logf("%d page loads while training, 32 readers: median %v, 99th percentile %v (promised: %v)", len(took), visitors.Median(took), p99, visitors.PageLoad)
	t.Logf("training: %.0f images/s alone, %.0f with all this: %.3f of it; visitors and readers themselves took %.3f of this machine's processors, so %.3f of what they left (promised: %.2f)",
		alone, watched, watched/alone, share, watched/alone/(1-share), keptSpeed)
	if p99 > visitors.Patience*visitors.PageLoad {
		t.Errorf("99th percentile %v, more than five times %v", p99, visitors.PageLoad)
	}
}

// visited lets visitors come, in a process of their own. end lets them go, and
// returns how long their page loads took and which share of this machine's
// processors they needed themselves.
func visited(t *testing.T, address string) (end func() (took []time.Duration, share float64)) {
	t.Helper()
	crowd := exec.Command(os.Args[0], "-test.run=^TestPageLoadsWhileTraining$")
	crowd.Env, crowd.Stderr = append(os.Environ(), visitedURL+"="+address), os.Stderr
	goHome, err := crowd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	crowd.Stdout = &said
	if err := crowd.Start(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	return func() (took []time.Duration, share float64) {
		goHome.Close()
		if err := crowd.Wait(); err != nil {
			t.Fatalf("the visitors: %v", err)
		}
		wall := time.Since(began) * time.Duration(runtime.NumCPU())
		if err := json.Unmarshal([]byte(said.String()), &took); err != nil {
			t.Fatalf("the visitors said %q: %v", said.String(), err)
		}
		return took, float64(crowd.ProcessState.UserTime()+crowd.ProcessState.SystemTime()) / float64(wall)
	}
}

// visit is the visitors: four who load the page, and the readers. They go when
// stdin ends, and say on stdout how long each page load took.
func visit(address string) error {
	leave, err := listen(address)
	if err != nil {
		return err
	}
	defer leave()
	ctx, enough := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		enough()
	}()
	crowd := visitors.Crowd{
		URL: address, Paths: []string{"", "assets/main-1a.wasm", "data/index.json", "api/runs"},
		People: 4, Pause: 50 * time.Millisecond, // a person looks at it
	}
	took, err := crowd.Visit(ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(took)
}

// startRun begins a run that does not end by itself, and waits for its first step.
func startRun(t *testing.T, address, token string) string {
	t.Helper()
	q, err := http.NewRequest("POST", address+"api/runs", strings.NewReader(`{"model":"model2","epochs":1000,"batch":32,"engine":"core"}`))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+token)
	q.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var run struct{ ID string }
	if err := json.NewDecoder(resp.Body).Decode(&run); err != nil || run.ID == "" {
		t.Fatalf("the order: %s, %v", resp.Status, err)
	}
	for deadline := time.Now().Add(time.Minute); stepOf(t, address, run.ID) == 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the run does not train")
		}
	}
	return run.ID
}

func stepOf(t *testing.T, address, id string) int {
	t.Helper()
	_, body := get(t, address+"api/runs/"+id)
	var run struct{ Step int }
	if err := json.Unmarshal([]byte(body), &run); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return run.Step
}

// trainingSpeed is the run's images per second over some seconds.
func trainingSpeed(t *testing.T, address, id string) float64 {
	t.Helper()
	const over = 6 * time.Second
	began, before := time.Now(), stepOf(t, address, id)
	time.Sleep(over)
	return float64(32*(stepOf(t, address, id)-before)) / time.Since(began).Seconds()
}

// listen opens 32 event streams, of which 8 are never read.
func listen(address string) (leave func(), err error) {
	where, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	var conns []net.Conn
	leave = func() {
		for _, conn := range conns {
			conn.Close()
		}
	}
	for i := range 32 {
		conn, err := net.Dial("tcp", where.Host)
		if err != nil {
			leave()
			return nil, err
		}
		conns = append(conns, conn)
		fmt.Fprintf(conn, "GET /api/events HTTP/1.1\r\nHost: %s\r\n\r\n", where.Host)
		if i%4 > 0 {
			go func() { _, _ = io.Copy(io.Discard, conn) }()
		}
	}
	return leave, nil
}
