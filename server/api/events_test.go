package api

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"atelier/server/runs"
	"atelier/server/runs/events"
)

// event is one event of a stream.
type event struct {
	id   uint64
	name string
	data string
}

// follow opens a run's stream and sends its events until it ends.
func (r *running) follow(t *testing.T, ctx context.Context, id string, after uint64) <-chan event {
	t.Helper()
	headers := http.Header{}
	if after > 0 {
		headers.Set("Last-Event-ID", strconv.FormatUint(after, 10))
	}
	return r.stream(t, ctx, "runs/"+id+"/events", headers)
}

// followAll opens the stream of all runs.
func (r *running) followAll(t *testing.T, ctx context.Context, after uint64) <-chan event {
	t.Helper()
	return r.stream(t, ctx, fmt.Sprintf("events?after=%d", after), http.Header{})
}

func (r *running) stream(t *testing.T, ctx context.Context, path string, headers http.Header) <-chan event {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, "GET", fmt.Sprintf("http://127.0.0.1:%d/api/%s", r.address.Port, path), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = headers
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("the stream answered %d %v", resp.StatusCode, resp.Header)
	}
	out := make(chan event, 1000)
	go func() {
		defer close(out)
		defer resp.Body.Close()
		var e event
		for s := bufio.NewScanner(resp.Body); s.Scan(); {
			if text, ok := strings.CutPrefix(s.Text(), "id: "); ok {
				e.id, _ = strconv.ParseUint(text, 10, 64)
			}
			if text, ok := strings.CutPrefix(s.Text(), "data: "); ok {
				var named struct{ Event string }
				_ = json.Unmarshal([]byte(text), &named)
				e.name, e.data = named.Event, text
				out <- e
			}
		}
	}()
	return out
}

func TestEventsTellARun(t *testing.T) {
	r := serve(t, filepath.Join(t.TempDir(), "runs"))
	d := r.run(t, "POST", "/api/runs", short, 201)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var names []string
	var last uint64
	epochs := 0
	for e := range r.follow(t, ctx, d.ID, 0) {
		if e.id < last {
			t.Fatalf("id %d after %d", e.id, last)
		}
		last = e.id
		names = append(names, e.name)
		if strings.Contains(e.data, r.root) {
			t.Fatalf("an event tells a path: %s", e.data)
		}
		if e.name == "epoch" {
			epochs++
		}
	}
	all := strings.Join(names, " ")
	if names[0] != "run" || epochs != 2 || !strings.Contains(all, "step") || !strings.Contains(all, "done") || names[len(names)-1] != "state" {
		t.Fatalf("events: %s", all)
	}
	// A run at rest answers with itself and ends the stream.
	for e := range r.follow(t, ctx, d.ID, 0) {
		if e.name != "run" || !strings.Contains(e.data, `"state":"done"`) {
			t.Fatalf("a finished run tells %s", e.data)
		}
	}
}

func TestAReaderThatComesBackMissesNothing(t *testing.T) {
	r := serve(t, filepath.Join(t.TempDir(), "runs"))
	d := r.run(t, "POST", "/api/runs", long, 201)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	one, leave := context.WithCancel(ctx)
	seen := []uint64{}
	for e := range r.follow(t, one, d.ID, 0) {
		if seen = append(seen, e.id); len(seen) == 4 {
			break
		}
	}
	leave()
	r.untilStep(t, d.ID, r.run(t, "GET", "/api/runs/"+d.ID, "", 200).Step+3)
	next := seen[len(seen)-1]
	stream := r.follow(t, ctx, d.ID, next)
	if e := <-stream; e.name != "run" || e.id != next {
		t.Fatalf("the stream begins with %+v, want the run at id %d", e, next)
	}
	for range 3 {
		if e := <-stream; e.id != next+1 {
			t.Fatalf("event %d after %d: one is missing", e.id, next)
		} else {
			next = e.id
		}
	}
}

// TestSlowReadersDoNotSlowTraining opens as many streams as are allowed, of
// which a quarter never reads, and refuses the next.
func TestSlowReadersDoNotSlowTraining(t *testing.T) {
	r := serve(t, filepath.Join(t.TempDir(), "runs"))
	d := r.run(t, "POST", "/api/runs", short, 201)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for i := range events.MaxReaders {
		if i%4 > 0 {
			r.follow(t, ctx, d.ID, 0)
			continue
		}
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", r.address.Port))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "GET /api/runs/%s/events HTTP/1.1\r\nHost: localhost:%d\r\n\r\n", d.ID, r.address.Port)
		if i == 0 {
			conn.(*net.TCPConn).SetReadBuffer(1)
		}
	}
	for deadline := time.Now().Add(5 * time.Second); readers.Load() < events.MaxReaders && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
	}
	if readers.Load() == events.MaxReaders { // unless the run was faster
		if code, _ := r.ask(t, "GET", "/api/runs/"+d.ID+"/events", ""); code != 503 {
			t.Errorf("stream 33: %d, want 503", code)
		}
	}
	d = r.until(t, d.ID, runs.Done)
	if want, err := undisturbed(); err != nil || d.Result.WeightsSHA256 != want {
		t.Fatalf("weights %s, undisturbed %s (%v)", d.Result.WeightsSHA256, want, err)
	}
	r.stop()
	for deadline := time.Now().Add(10 * time.Second); readers.Load() > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d streams are still open", readers.Load())
		}
	}
}

func TestHubLosesEventsOfSlowReadersOnly(t *testing.T) {
	h := events.NewHub()
	_, _, slow := h.Subscribe(0)
	_, before, fast := h.Subscribe(0)
	const events = 200
	for i := range events {
		if err := h.Publish(i); err != nil {
			t.Fatal(err)
		}
		select {
		case <-fast.C:
		case <-time.After(10 * time.Second):
			t.Fatal("the fast reader waits for the slow one")
		}
	}
	h.Close()
	n := 0
	for range slow.C {
		n++
	}
	if n == 0 || n >= events {
		t.Errorf("the slow reader got %d events: its queue is not bounded", n)
	}
	if _, lost := fast.Lost(); lost {
		t.Error("the fast reader lost an event")
	}
	if now, lost := slow.Lost(); !lost || now != before+events {
		t.Errorf("the slow reader lost events: %v, until %d, want %d", lost, now, before+events)
	}
	if _, lost := slow.Lost(); lost {
		t.Error("what was lost before counts twice")
	}
	missed, _, _ := h.Subscribe(before + 10)
	if len(missed) != events-10 || missed[0].ID != before+11 {
		t.Errorf("%d events kept for a reader that comes back, want %d", len(missed), events-10)
	}
}

// TestOneStreamTellsOfAllRuns listens to two runs, leaves, comes back with the
// id of the last event, and misses nothing.
func TestOneStreamTellsOfAllRuns(t *testing.T) {
	r := serve(t, filepath.Join(t.TempDir(), "runs"))
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	one, leave := context.WithCancel(ctx)
	stream := r.followAll(t, one, 0)
	if e := <-stream; e.data != fmt.Sprintf(`{"runs":[],"at":%d}`, e.id) {
		t.Fatalf("the stream begins with %s", e.data)
	}
	a := r.run(t, "POST", "/api/runs", long, 201)
	b := r.run(t, "POST", "/api/runs", long, 201)
	seen := map[string]int{}
	var last uint64
	for e := range stream {
		var tagged struct {
			Run   string
			Event struct{ Event, State string }
		}
		if err := json.Unmarshal([]byte(e.data), &tagged); err != nil || e.id <= last {
			t.Fatalf("event %d after %d: %s (%v)", e.id, last, e.data, err)
		}
		last = e.id
		seen[tagged.Run+" "+tagged.Event.Event+tagged.Event.State]++
		if seen[a.ID+" step"] > 1 && seen[b.ID+" statequeued"] > 0 {
			break
		}
	}
	leave()
	if seen[a.ID+" statequeued"] != 1 || seen[a.ID+" staterunning"] != 1 {
		t.Fatalf("events %v", seen)
	}
	r.run(t, "POST", "/api/runs/"+a.ID+"/stop", "", 200)
	stream = r.followAll(t, ctx, last)
	if e := <-stream; !strings.HasPrefix(e.data, `{"runs":[`) || !strings.Contains(e.data, b.ID) || e.id != last {
		t.Fatalf("the second stream begins with %+v, want the runs at %d", e, last)
	}
	for e := range stream {
		if e.id != last+1 {
			t.Fatalf("event %d after %d: one is missing", e.id, last)
		}
		last = e.id
		if strings.Contains(e.data, a.ID) && strings.Contains(e.data, `"state":"stopped"`) {
			return
		}
	}
	t.Fatal("the stream ended before it told that the first run was stopped")
}
