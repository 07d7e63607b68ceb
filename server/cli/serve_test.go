package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// served starts `serve` and returns the address that it prints.
func served(t *testing.T, env map[string]string, args ...string) (url, token string, stop func() int) {
	t.Helper()
	page := t.TempDir()
	if err := os.WriteFile(filepath.Join(page, "index.html"), []byte("<!doctype html><title>Atelier</title>"), 0o600); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(page, "assets", "main-1a.wasm")
	if err := errors.Join(os.Mkdir(filepath.Dir(program), 0o755), os.WriteFile(program, make([]byte, 1_600_000), 0o600)); err != nil {
		t.Fatal(err)
	}
	out, in := io.Pipe()
	c := &Console{In: strings.NewReader(""), Out: in, Err: io.Discard, Getenv: func(k string) string { return env[k] }}
	ctx, cancel := context.WithCancel(context.Background())
	code := make(chan int, 1)
	go func() {
		code <- Run(ctx, append([]string{"serve", "-addr", "127.0.0.1:0", "-page", page, "-runs", filepath.Join(page, "runs")}, args...), c)
		in.Close()
	}()
	t.Cleanup(cancel)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("serve printed nothing: %v, exit %d", err, <-code)
	}
	url, token, ok := strings.Cut(strings.TrimSpace(line), "#token=")
	if !ok || len(token) < 20 || !strings.HasPrefix(url, "http://localhost:") {
		t.Fatalf("serve printed %q", line)
	}
	return url, token, func() int { cancel(); return <-code }
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func TestServePrintsOneAddressAndStops(t *testing.T) {
	url, token, stop := served(t, nil, "-data", "drawn")
	if code, body := get(t, url); code != 200 || !strings.Contains(body, "<title>Atelier") {
		t.Fatalf("the page: %d %s", code, body)
	}
	if code, body := get(t, url+"api/health"); code != 200 || !strings.Contains(body, `"ok"`) || strings.Contains(body, token) {
		t.Fatalf("health: %d %s", code, body)
	}
	began := time.Now()
	if code := stop(); code != ExitInterrupted {
		t.Fatalf("exit %d, want 130", code)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Fatalf("stopping took %v", took)
	}
}

// TestServeWithoutANetwork listens at once, shows the drawn sample, and says
// how the download failed.
func TestServeWithoutANetwork(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	url, _, stop := served(t, map[string]string{"ATELIER_MIRROR": gone.URL}, "-data", t.TempDir())
	var index struct {
		Kind     string
		Download struct{ State, Message, Hint string }
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		_, body := get(t, url+"data/index.json")
		if err := json.Unmarshal([]byte(body), &index); err != nil {
			t.Fatal(err)
		}
		if index.Download.State == "failed" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the index: %s", body)
		}
	}
	if index.Kind != "drawn" || index.Download.Message == "" || index.Download.Hint == "" {
		t.Fatalf("the index: %+v", index)
	}
	stop()
}

func TestServeRefusesAddresses(t *testing.T) {
	for _, addr := range []string{"nonsense", "127.0.0.1:99999", "127.0.0.1:x"} {
		page := t.TempDir()
		if err := os.WriteFile(filepath.Join(page, "index.html"), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, stderr := atelier(t, context.Background(), nil, "serve", "-addr", addr, "-page", page, "-data", "drawn"); code != ExitUsage {
			t.Errorf("%s: exit %d: %s", addr, code, stderr)
		}
	}
}
