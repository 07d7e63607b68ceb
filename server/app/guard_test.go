package app

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"atelier/server/guard"
)

func TestHostTable(t *testing.T) {
	r := start(t)
	port := r.Port
	tests := []struct {
		name, host string
		want       int
	}{
		{"localhost", fmt.Sprintf("localhost:%d", port), 200},
		{"127.0.0.1", fmt.Sprintf("127.0.0.1:%d", port), 200},
		{"::1", fmt.Sprintf("[::1]:%d", port), 200},
		{"no port", "localhost", 403},
		{"other port", "localhost:81", 403},
		{"rebound name", fmt.Sprintf("evil.example:%d", port), 403},
		{"rebound name without port", "evil.example", 403},
		{"trailing dot", fmt.Sprintf("localhost.:%d", port), 403},
		{"our name as a prefix", fmt.Sprintf("localhost.evil.example:%d", port), 403},
		{"our address as a prefix", fmt.Sprintf("127.0.0.1.nip.io:%d", port), 403},
		{"IPv4-mapped", fmt.Sprintf("[::ffff:127.0.0.1]:%d", port), 403},
		{"upper case", fmt.Sprintf("LOCALHOST:%d", port), 403},
		{"another loopback address", fmt.Sprintf("127.0.0.2:%d", port), 403},
		{"all interfaces", fmt.Sprintf("0.0.0.0:%d", port), 403},
		{"user part", fmt.Sprintf("localhost:%d@evil.example", port), 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, path := range []string{"/", "/data/index.json", "/api/thing"} {
				if code := r.raw(t, "GET "+path+" HTTP/1.1\r\nHost: "+tt.host+"\r\n\r\n"); code != tt.want {
					t.Fatalf("GET %s: %d, want %d", path, code, tt.want)
				}
			}
		})
	}
	ours := fmt.Sprintf("localhost:%d", port)
	for name, head := range map[string]string{
		"empty":        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
		"none":         "GET / HTTP/1.1\r\n\r\n",
		"none in 1.0":  "GET / HTTP/1.0\r\n\r\n",
		"two":          "GET / HTTP/1.1\r\nHost: " + ours + "\r\nHost: evil.example\r\n\r\n",
		"absolute URI": "GET http://evil.example/ HTTP/1.1\r\nHost: " + ours + "\r\n\r\n",
	} {
		if code := r.raw(t, head); code != 400 && code != 403 {
			t.Errorf("%s: %d, want 400 or 403", name, code)
		}
	}
}

// raw sends bytes and returns the status of the answer.
func (r *running) raw(t *testing.T, head string) int {
	t.Helper()
	resp, _ := r.rawAnswer(t, head, 1)
	return resp.StatusCode
}

// rawAnswer sends bytes and returns the n-th answer.
func (r *running) rawAnswer(t *testing.T, head string, n int) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", r.Port))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprint(conn, head)
	var resp *http.Response
	var body []byte
	reader := bufio.NewReader(conn)
	for range n {
		if resp, err = http.ReadResponse(reader, nil); err != nil {
			t.Fatalf("%.200q: %v", head, err)
		}
		if body, err = io.ReadAll(resp.Body); err != nil {
			t.Fatalf("%.200q: %v", head, err)
		}
	}
	return resp, string(body)
}

func TestStrictHeadersEverywhere(t *testing.T) {
	r := start(t)
	type request struct {
		method, path, body string
		headers            map[string]string
		want               int
	}
	auth := map[string]string{"Authorization": "Bearer " + testToken, "Content-Type": "application/json"}
	requests := []request{
		{"GET", "/nothing-here", "", nil, 404},
		{"GET", "/api/nothing", "", nil, 404},
		{"GET", "/data/passwd", "", nil, 404},
		{"GET", "/..%2f..%2fetc/passwd", "", nil, 404},
		{"GET", "//evil.example/", "", nil, 404},
		{"GET", "/a/../api/thing", "", nil, 404},
		{"DELETE", "/api/thing", "", nil, 405},
		{"OPTIONS", "/api/thing", "", map[string]string{"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}, 405},
		{"POST", "/", "", auth, 405},
		{"POST", "/api/thing", "{}", map[string]string{"Content-Type": "application/json"}, 401},
		{"POST", "/api/thing", `{"Name":"` + strings.Repeat("x", guard.MaxJSON) + `"}`, auth, 413},
		{"POST", "/api/thing", `{"Wings":2}`, auth, 400},
		{"POST", "/api/thing", `{"Name":"a"} trailing`, auth, 400},
		{"POST", "/api/thing", `{"Name":`, auth, 400},
		{"POST", "/api/thing", `{}`, map[string]string{"Authorization": "Bearer " + testToken}, 400},
		{"GET", "/", "", map[string]string{"Host": "evil.example"}, 403},
		{"GET", "/api/panic", "", nil, 500},
		{"GET", "/data/index.json", "", nil, 200},
		{"GET", "/data/train-images-idx3-ubyte.gz", "", nil, 200},
		{"GET", "/data/train-labels-idx1-ubyte", "", nil, 200},
		{"HEAD", "/", "", nil, 200},
	}
	for _, name := range r.app.Site.Names() {
		requests = append(requests, request{"GET", name, "", nil, 200})
	}
	for _, q := range requests {
		t.Run(q.method+" "+q.path+fmt.Sprint(q.want), func(t *testing.T) {
			resp, body := r.ask(t, q.method, q.path, q.body, q.headers)
			if resp.StatusCode != q.want {
				t.Fatalf("status %d, want %d: %s", resp.StatusCode, q.want, body)
			}
			strict(t, resp)
			if q.want >= 400 {
				oneError(t, body)
			}
		})
	}
	if !strings.Contains(r.log.String(), "secret detail") {
		t.Error("the panic is not in the log")
	}
	if r.changed.Load() != 0 {
		t.Error("a refused request changed state")
	}
}

// promised are the headers of every response, as the browser must get them.
var promised = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; " +
		"img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"X-Content-Type-Options":       "nosniff",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Embedder-Policy": "require-corp",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Referrer-Policy":              "no-referrer",
}

// strict checks the headers that every response has.
func strict(t *testing.T, resp *http.Response) {
	t.Helper()
	for k, v := range promised {
		if got := resp.Header.Values(k); len(got) != 1 || got[0] != v {
			t.Errorf("%s: %q, want %q", k, got, v)
		}
	}
	for k := range resp.Header {
		if strings.HasPrefix(k, "Access-Control-") {
			t.Errorf("a CORS header: %s", k)
		}
	}
	if resp.Header.Get("Content-Type") == "" {
		t.Error("no content type")
	}
}

// oneError checks that a body is the one kind of error, and tells nothing of
// the inside.
func oneError(t *testing.T, body string) {
	t.Helper()
	var answer struct {
		Error struct{ Code, Message, Hint string }
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Error.Code == "" || answer.Error.Message == "" {
		t.Errorf("no error object: %s", body)
	}
	if strings.Contains(body, "secret detail") || strings.Contains(body, "goroutine") {
		t.Errorf("the answer tells of the inside: %s", body)
	}
}

// TestAnswersToNoRequestAreStrictToo sends what package net/http refuses before
// any handler sees it, alone and behind a good request on the same connection.
func TestAnswersToNoRequestAreStrictToo(t *testing.T) {
	r := start(t)
	host := fmt.Sprintf("Host: localhost:%d\r\n", r.Port)
	good := "GET /data/index.json HTTP/1.1\r\n" + host + "\r\n"
	tests := []struct {
		name, head string
		want       int
	}{
		{"no HTTP", "what is this\r\n\r\n", 400},
		{"a malformed header", "GET / HTTP/1.1\r\n" + host + "no colon\r\n\r\n", 400},
		{"no host", "GET / HTTP/1.1\r\n\r\n", 400},
		{"two hosts", "GET / HTTP/1.1\r\n" + host + host + "\r\n", 400},
		{"two lengths", "POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
		{"a huge header", "GET / HTTP/1.1\r\n" + host + "X-Large: " + strings.Repeat("x", 64<<10) + "\r\n\r\n", 431},
		{"an unknown encoding", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: soup\r\n\r\n", 501},
		{"an unknown expectation", "POST /api/thing HTTP/1.1\r\n" + host + "Expect: miracles\r\nContent-Length: 0\r\n\r\n", 417},
		{"another HTTP", "GET / HTTP/3.0\r\n" + host + "\r\n", 505},
		{"options of everything", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n", 404},
	}
	for _, tt := range tests {
		for i, before := range []string{"", good} {
			t.Run(tt.name+[]string{" alone", " behind a good request"}[i], func(t *testing.T) {
				resp, body := r.rawAnswer(t, before+tt.head, i+1)
				if resp.StatusCode != tt.want {
					t.Fatalf("status %d, want %d: %s", resp.StatusCode, tt.want, body)
				}
				strict(t, resp)
				oneError(t, body)
			})
		}
	}
}

func TestOnlyTheTokenChangesState(t *testing.T) {
	r := start(t)
	ours := fmt.Sprintf("http://localhost:%d", r.Port)
	good := map[string]string{"Authorization": "Bearer " + testToken, "Content-Type": "application/json"}
	with := func(more map[string]string) map[string]string {
		h := map[string]string{}
		for _, m := range []map[string]string{good, more} {
			for k, v := range m {
				h[k] = v
			}
		}
		return h
	}
	refused := []struct {
		name, method, path string
		headers            map[string]string
		want               int
	}{
		{"no token", "POST", "/api/thing", map[string]string{"Content-Type": "application/json"}, 401},
		{"wrong token", "POST", "/api/thing", with(map[string]string{"Authorization": "Bearer nope"}), 401},
		{"empty token", "POST", "/api/thing", with(map[string]string{"Authorization": "Bearer "}), 401},
		{"token without Bearer", "POST", "/api/thing", with(map[string]string{"Authorization": testToken}), 401},
		{"long token", "POST", "/api/thing", with(map[string]string{"Authorization": "Bearer " + strings.Repeat("x", 8000)}), 401},
		{"token and more", "POST", "/api/thing", with(map[string]string{"Authorization": "Bearer " + testToken + "x"}), 401},
		{"token in the query", "POST", "/api/thing?token=" + testToken, map[string]string{"Content-Type": "application/json"}, 401},
		{"other site", "POST", "/api/thing", with(map[string]string{"Sec-Fetch-Site": "cross-site"}), 403},
		{"other port of localhost", "POST", "/api/thing", with(map[string]string{"Sec-Fetch-Site": "same-site"}), 403},
		{"origin null", "POST", "/api/thing", with(map[string]string{"Origin": "null"}), 403},
		{"origin of another port", "POST", "/api/thing", with(map[string]string{"Origin": "http://localhost:1"}), 403},
		{"form", "POST", "/api/thing", with(map[string]string{"Content-Type": "application/x-www-form-urlencoded"}), 400},
		{"text", "POST", "/api/thing", with(map[string]string{"Content-Type": "text/plain"}), 400},
	}
	for _, tt := range refused {
		t.Run(tt.name, func(t *testing.T) {
			tt.headers["Host"] = fmt.Sprintf("localhost:%d", r.Port)
			if resp, body := r.ask(t, tt.method, tt.path, `{"Name":"a"}`, tt.headers); resp.StatusCode != tt.want {
				t.Fatalf("status %d, want %d: %s", resp.StatusCode, tt.want, body)
			}
			if r.changed.Load() != 0 {
				t.Fatal("state changed")
			}
		})
	}
	for _, h := range []map[string]string{good, with(map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": ours})} {
		if resp, body := r.ask(t, "POST", "/api/thing", `{"Name":"a"}`, h); resp.StatusCode != 200 {
			t.Fatalf("our own page is refused: %d %s", resp.StatusCode, body)
		}
	}
	if r.changed.Load() != 2 {
		t.Fatalf("changed %d times, want 2", r.changed.Load())
	}
}
