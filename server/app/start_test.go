package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"atelier/core/sample"
	"atelier/server/datafiles"
	"atelier/server/guard"
	"atelier/server/page"
)

// running is a server behind real listeners, with a few routes that misbehave
// on purpose.
type running struct {
	*Address
	app     *App
	log     bytes.Buffer
	changed atomic.Int32  // how often the state-changing route ran
	release chan struct{} // /api/slow hangs until it closes
	hangs   chan struct{} // told of a request that hangs there
	stop    func() error
}

// drawn makes the sample once for all tests.
var drawn = sync.OnceValue(sample.Dataset)

const testToken = "the-token-of-this-test"

func start(t *testing.T) *running {
	t.Helper()
	site, err := page.Load(fstest.MapFS{
		"index.html":          {Data: []byte("<!doctype html><title>Atelier</title>")},
		"assets/main-1a.wasm": {Data: []byte("\x00asm plain")}, "assets/main-1a.wasm.br": {Data: []byte("brotli")}, "assets/main-1a.wasm.gz": {Data: []byte("gzip")},
		"assets/worker-2b.js": {Data: []byte("self.onmessage = 0")},
	})
	if err != nil {
		t.Fatal(err)
	}
	shelf, err := datafiles.NewShelf(drawn(), "")
	if err != nil {
		t.Fatal(err)
	}
	address, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &running{Address: address, release: make(chan struct{}), hangs: make(chan struct{}, 1)}
	t.Cleanup(func() { close(r.release) })
	r.app = &App{Address: address, Shelf: shelf, Site: site, Token: guard.TokenOf(testToken), Log: log.New(&r.log, "", 0), API: []guard.Route{
		{Method: "GET", Path: "/api/thing", Handler: func(w http.ResponseWriter, _ *http.Request) { guard.WriteJSON(w, 200, "read") }},
		{Method: "POST", Path: "/api/thing", Token: true, Handler: func(w http.ResponseWriter, q *http.Request) {
			var body struct{ Name string }
			if err := guard.ReadJSON(w, q, &body); err != nil {
				guard.WriteError(w, err)
				return
			}
			r.changed.Add(1)
			guard.WriteJSON(w, 200, "changed")
		}},
		{Method: "GET", Path: "/api/panic", Handler: func(http.ResponseWriter, *http.Request) { panic("secret detail") }},
		{Method: "GET", Path: "/api/slow", Handler: func(http.ResponseWriter, *http.Request) {
			r.hangs <- struct{}{}
			<-r.release
		}},
	}}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.app.Serve(ctx) }()
	r.stop = sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-done:
			return err
		case <-time.After(2 * stopTime):
			return errors.New("the server did not stop")
		}
	})
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// ask sends one request and returns the answer with its body read.
func (r *running) ask(t *testing.T, method, path, body string, headers map[string]string) (*http.Response, string) {
	t.Helper()
	q, err := http.NewRequest(method, fmt.Sprintf("http://127.0.0.1:%d%s", r.Port, path), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range headers {
		if k == "Host" {
			q.Host = v
		} else {
			q.Header.Set(k, v)
		}
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	resp, err := client.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}
