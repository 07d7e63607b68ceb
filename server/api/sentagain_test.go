package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"atelier/server/runs"
)

// hashed is the lower-case hex SHA-256 of what was sent.
func hashed(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// toldHash is the hash of the checkpoint that a run was begun from, as the
// server's JSON has it.
func (r *running) toldHash(t *testing.T, id string) string {
	t.Helper()
	code, b := r.ask(t, "GET", "/api/runs/"+id, "")
	var told struct {
		Hash string `json:"handed_over_sha256"`
	}
	if err := json.Unmarshal(b, &told); code != 200 || err != nil {
		t.Fatalf("GET %s: %d, %v: %s", id, code, err, b)
	}
	return told.Hash
}

// TestACheckpointSentAgainChangesNothing: whoever lost the answer may send the
// same again, and takes nothing back.
func TestACheckpointSentAgainChangesNothing(t *testing.T) {
	tests := []struct {
		name   string
		before func(t *testing.T, r *running) *running // what happens in between
		want   string                                  // the state afterwards; empty: whatever it is
	}{
		{"at once", func(_ *testing.T, r *running) *running { return r }, ""},
		{"after it has trained on", func(t *testing.T, r *running) *running {
			r.untilStep(t, "sent", 2)
			return r
		}, ""},
		{"when it is paused", func(t *testing.T, r *running) *running {
			r.untilStep(t, "sent", 2)
			r.run(t, "POST", "/api/runs/sent/pause", "", 200)
			return r
		}, runs.Paused},
		{"when it has ended", func(t *testing.T, r *running) *running {
			r.until(t, "sent", runs.Done)
			return r
		}, runs.Done},
		{"after a restart", func(t *testing.T, r *running) *running {
			r.stop()
			return serve(t, r.root)
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := serve(t, filepath.Join(t.TempDir(), "runs"))
			page := here(t, nil)
			steps(t, page, 1)
			sent := encoded(t, page)
			r.run(t, "POST", "/api/runs/sent/checkpoint", string(sent), 201)
			r = tt.before(t, r)
			before := r.run(t, "GET", "/api/runs/sent", "", 200)
			d := r.run(t, "POST", "/api/runs/sent/checkpoint", string(sent), 201)
			if d.Step < before.Step || tt.want != "" && d.State != tt.want {
				t.Fatalf("step %d (before: %d), state %s, want %s", d.Step, before.Step, d.State, tt.want)
			}
			if got, want := r.toldHash(t, "sent"), hashed(sent); got != want {
				t.Fatalf("the server tells %q of a checkpoint with %s", got, want)
			}
		})
	}
}

func TestACheckpointSentTwiceAtOnceIsOneHandOver(t *testing.T) {
	r := serve(t, filepath.Join(t.TempDir(), "runs"))
	page := here(t, nil)
	steps(t, page, 1)
	sent := string(encoded(t, page))
	codes := make([]int, 4)
	var all sync.WaitGroup
	for i := range codes {
		all.Go(func() {
			req, err := http.NewRequest("POST", fmt.Sprintf("http://127.0.0.1:%d/api/runs/sent/checkpoint", r.address.Port), bytes.NewReader([]byte(sent)))
			if err != nil {
				return
			}
			req.Header.Set("Authorization", "Bearer "+testToken)
			if resp, err := http.DefaultClient.Do(req); err == nil {
				codes[i] = resp.StatusCode
				resp.Body.Close()
			}
		})
	}
	all.Wait()
	for _, code := range codes {
		if code != 201 {
			t.Fatalf("statuses %v, want 201 of each", codes)
		}
	}
	r.until(t, "sent", runs.Done)
}

// TestARunThatArrivesIsNotDenied: while a checkpoint comes in, "there is no such
// run" could be untrue a moment later, and the page would go on with it.
func TestARunThatArrivesIsNotDenied(t *testing.T) {
	r := serve(t, filepath.Join(t.TempDir(), "runs"))
	page := here(t, nil)
	steps(t, page, 1)
	sent := encoded(t, page)
	if code, _ := r.ask(t, "GET", "/api/runs/sent", ""); code != 404 {
		t.Fatalf("before it was sent: %d", code)
	}
	body, write := io.Pipe()
	req, err := http.NewRequest("POST", fmt.Sprintf("http://127.0.0.1:%d/api/runs/sent/checkpoint", r.address.Port), body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+testToken)
	answered := make(chan int, 1)
	go func() {
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			answered <- 0
			return
		}
		resp.Body.Close()
		answered <- resp.StatusCode
	}()
	if _, err := write.Write(sent[:len(sent)/2]); err != nil {
		t.Fatal(err)
	}
	if code, b := r.ask(t, "GET", "/api/runs/sent", ""); code != 503 {
		t.Fatalf("half way: %d: %s", code, b)
	}
	if code, b := r.ask(t, "GET", "/api/runs/other", ""); code != 404 {
		t.Fatalf("a run of another name: %d: %s", code, b)
	}
	write.CloseWithError(io.ErrUnexpectedEOF) // the page has gone
	<-answered
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		code, _ := r.ask(t, "GET", "/api/runs/sent", "")
		if code == 404 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after it was cut off: %d", code)
		}
	}
}
