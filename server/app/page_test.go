package app

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"atelier/core/fashion"
	"atelier/core/sample"
	"atelier/server/datafiles"
)

func TestPrecompressedFiles(t *testing.T) {
	r := start(t)
	tests := []struct{ accept, encoding, body string }{
		{"", "", "\x00asm plain"},
		{"gzip", "gzip", "gzip"},
		{"gzip, deflate, br", "br", "brotli"},
		{"br;q=0, gzip", "gzip", "gzip"},
		{"identity", "", "\x00asm plain"},
	}
	for _, tt := range tests {
		resp, body := r.ask(t, "GET", "/assets/main-1a.wasm", "", map[string]string{"Accept-Encoding": tt.accept})
		if resp.Header.Get("Content-Encoding") != tt.encoding || body != tt.body {
			t.Errorf("%q: encoding %q, body %q", tt.accept, resp.Header.Get("Content-Encoding"), body)
		}
		if got := resp.Header.Get("Content-Type"); got != "application/wasm" {
			t.Errorf("content type %q", got)
		}
		if got := resp.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
			t.Errorf("a hashed name is cached as %q", got)
		}
		again, _ := r.ask(t, "GET", "/assets/main-1a.wasm", "", map[string]string{"Accept-Encoding": tt.accept, "If-None-Match": resp.Header.Get("ETag")})
		if again.StatusCode != 304 {
			t.Errorf("with its ETag: status %d, want 304", again.StatusCode)
		}
	}
	resp, _ := r.ask(t, "GET", "/", "", nil)
	if got := resp.Header.Get("Cache-Control"); got != "no-cache" || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		t.Errorf("the page is cached as %q", got)
	}
}

// TestDataRoutes reads the data set back as a page does.
func TestDataRoutes(t *testing.T) {
	r := start(t)
	_, body := r.ask(t, "GET", "/data/index.json", "", nil)
	var index datafiles.Index
	if err := json.Unmarshal([]byte(body), &index); err != nil {
		t.Fatal(err)
	}
	if index.Kind != "drawn" || len(index.Files) != 4 || index.Download.State != "none" {
		t.Fatalf("index %+v", index)
	}
	open := func(name string) (io.Reader, error) {
		resp, body := r.ask(t, "GET", "/data/"+name+".gz", "", nil)
		if resp.Header.Get("Content-Type") != "application/gzip" || resp.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s.gz: headers %v", name, resp.Header)
		}
		return strings.NewReader(body), nil
	}
	got, err := fashion.Load(fashion.KindDrawn, open)
	if err != nil {
		t.Fatal(err)
	}
	want := drawn()
	if got.SHA256 != want.SHA256 || !bytes.Equal(got.Train.Pixels, want.Train.Pixels) {
		t.Fatal("the data set came back changed")
	}
	resp, packed := r.ask(t, "GET", "/data/t10k-labels-idx1-ubyte", "", nil)
	z, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil || resp.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("without .gz: %v, headers %v", err, resp.Header)
	}
	plain, err := io.ReadAll(z)
	if err != nil || len(plain) != 8+sample.TestImages {
		t.Fatalf("%d bytes (%v)", len(plain), err)
	}
}
