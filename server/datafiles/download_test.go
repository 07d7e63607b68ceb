package datafiles

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"atelier/server/failure"
)

// sample is a file of the size of a small download, incompressible.
func sample(t *testing.T) (File, []byte) {
	t.Helper()
	raw := make([]byte, 200_000)
	rand.NewChaCha8([32]byte{1}).Read(raw)
	sum := sha256.Sum256(raw)
	return File{Name: "sample-idx1-ubyte", SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(raw))}, zip(t, raw)
}

func zip(t *testing.T, raw []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// honest serves body with ranges, as a well-behaved mirror.
func honest(body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "x.gz", time.Time{}, bytes.NewReader(body))
	}
}

func TestFetchFromMirrors(t *testing.T) {
	f, body := sample(t)
	other := make([]byte, f.Bytes)
	rand.NewChaCha8([32]byte{2}).Read(other)
	wrong := zip(t, other)
	half := len(body) / 2
	truncateOnce := func() http.HandlerFunc {
		var calls atomic.Int32
		return func(w http.ResponseWriter, r *http.Request) {
			if calls.Add(1) > 1 {
				honest(body)(w, r)
				return
			}
			w.Header().Set("Content-Length", fmt.Sprint(len(body)))
			w.Write(body[:half])
			panic(http.ErrAbortHandler)
		}
	}
	tests := []struct {
		name    string
		mirrors []http.HandlerFunc
		part    []byte // what an earlier call left
		wantErr string
	}{
		{name: "honest", mirrors: []http.HandlerFunc{honest(body)}},
		{name: "breaks off, then resumes", mirrors: []http.HandlerFunc{truncateOnce()}},
		{name: "resumes an earlier call", mirrors: []http.HandlerFunc{honest(body)}, part: body[:1000]},
		{name: "earlier call left wrong bytes", mirrors: []http.HandlerFunc{honest(body)}, part: wrong[:1000]},
		{name: "earlier call left everything", mirrors: []http.HandlerFunc{honest(body)}, part: body},
		{name: "earlier call left too much", mirrors: []http.HandlerFunc{honest(body)}, part: append(bytes.Clone(body), 1, 2, 3)},
		{name: "ignores ranges", part: body[:1000], mirrors: []http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
			w.Write(body)
		}}},
		{name: "answers another range", part: body[:1000], mirrors: []http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") != "" {
				w.Header().Set("Content-Range", fmt.Sprintf("bytes 7-%d/%d", len(body)-1, len(body)))
				w.WriteHeader(http.StatusPartialContent)
			}
			w.Write(body)
		}}},
		{name: "redirects", mirrors: []http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasPrefix(r.URL.Path, "/moved/") {
				http.Redirect(w, r, "/moved"+r.URL.Path, http.StatusFound)
				return
			}
			honest(body)(w, r)
		}}},
		{name: "redirects in circles, second mirror helps", mirrors: []http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		}, honest(body)}},
		{name: "other bytes, second mirror helps", mirrors: []http.HandlerFunc{honest(wrong), honest(body)}},
		{name: "other bytes everywhere", mirrors: []http.HandlerFunc{honest(wrong), honest(wrong)}, wantErr: "SHA-256"},
		{name: "a page instead of a file", mirrors: []http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, "<html>please log in to this network</html>")
		}}, wantErr: "ends after 42 bytes"},
		{name: "announces too little", mirrors: []http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.Write(body)
		}}, wantErr: "unexpected EOF"},
		{name: "announces too much", mirrors: []http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(int64(1)<<40))
			w.Write(body)
		}}, wantErr: "announces 1099511627776 bytes"},
		{name: "bomb", mirrors: []http.HandlerFunc{honest(zip(t, make([]byte, 50<<20)))}, wantErr: "more than 200000 bytes"},
		{name: "not found, second mirror helps", mirrors: []http.HandlerFunc{http.NotFound, honest(body)}},
		{name: "not found", mirrors: []http.HandlerFunc{http.NotFound}, wantErr: "404"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "new", "folder")
			d := Downloader{Files: []File{f}, Pause: time.Millisecond}
			for _, h := range tt.mirrors {
				s := httptest.NewServer(h)
				defer s.Close()
				d.Mirrors = append(d.Mirrors, s.URL+"/")
			}
			part := filepath.Join(dir, ".atelier-"+f.Name+".gz.part")
			if tt.part != nil {
				if err := os.MkdirAll(dir, 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(part, tt.part, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			err := d.Fetch(context.Background(), dir)
			if tt.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), tt.wantErr) || !failure.Is(err, failure.NoData) {
					t.Fatalf("error %v, want no_data with %q", err, tt.wantErr)
				}
				if _, err := os.Stat(filepath.Join(dir, f.Name+".gz")); err == nil {
					t.Fatal("a wrong file was put in place")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Read(dir, f); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(part); err == nil {
				t.Fatal("the partial file stayed behind")
			}
		})
	}
}

func TestResumeAsksOnlyForTheRest(t *testing.T) {
	f, body := sample(t)
	var asked atomic.Value
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.Header.Get("Range"))
		honest(body)(w, r)
	}))
	defer s.Close()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".atelier-"+f.Name+".gz.part"), body[:1234], 0o644); err != nil {
		t.Fatal(err)
	}
	var last Progress
	d := Downloader{Files: []File{f}, Mirrors: []string{s.URL + "/"}, Progress: func(p Progress) { last = p }}
	if err := d.Fetch(context.Background(), dir); err != nil {
		t.Fatal(err)
	}
	if got := asked.Load(); got != "bytes=1234-" {
		t.Fatalf("asked for %q", got)
	}
	if last.Received != int64(len(body)) || last.Total != last.Received {
		t.Fatalf("last progress %+v, want %d bytes", last, len(body))
	}
}

func TestInterruptedDownloadIsKept(t *testing.T) {
	f, body := sample(t)
	ctx, cancel := context.WithCancel(context.Background())
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		w.Write(body[:len(body)/2])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	defer s.Close()
	dir := t.TempDir()
	d := Downloader{Files: []File{f}, Mirrors: []string{s.URL + "/"}, Progress: func(p Progress) {
		if p.Received == int64(len(body)/2) {
			cancel()
		}
	}}
	if err := d.Fetch(ctx, dir); err != context.Canceled {
		t.Fatalf("error %v, want context.Canceled", err)
	}
	kept, err := os.ReadFile(filepath.Join(dir, ".atelier-"+f.Name+".gz.part"))
	if err != nil || !bytes.Equal(kept, body[:len(body)/2]) {
		t.Fatalf("%d bytes kept (%v), want %d", len(kept), err, len(body)/2)
	}
}

func TestTwoDownloadsOfOneFolder(t *testing.T) {
	f, body := sample(t)
	var served atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		served.Add(1)
		time.Sleep(50 * time.Millisecond)
		honest(body)(w, r)
	}))
	defer s.Close()
	dir := t.TempDir()
	errs := make(chan error, 2)
	for range 2 {
		go func() {
			d := Downloader{Files: []File{f}, Mirrors: []string{s.URL + "/"}}
			errs <- d.Fetch(context.Background(), dir)
		}()
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
	}
	if served.Load() != 1 {
		t.Fatalf("downloaded %d times, want once", served.Load())
	}
}
