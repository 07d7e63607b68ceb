package guard

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"

	"atelier/server/failure"
)

// net/http answers by itself, with headers of its own, where a request never
// becomes one: it is malformed (400), its header too large (431), its transfer
// encoding unknown (501), its expectation not to be met (417). API.md promises the
// strict headers and the error object on these answers too, and net/http has no
// hook for them: so the connection itself puts answers of ours in their place.

// Serve accepts connections on l until the server is shut down.
func (s *Server) Serve(l net.Listener) error { return s.Server.Serve(listener{l}) }

// listener hands out connections that watch what is written to them.
type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		return &conn{TCPConn: tcp}, nil
	}
	return c, err
}

// conn is a connection of the server. What is written while no handler answers
// on it is net/http's own.
type conn struct {
	*net.TCPConn
	handled atomic.Bool // since the request in progress reached a handler
}

// Write implements net.Conn. net/http writes a response of its own at once.
func (c *conn) Write(p []byte) (int, error) {
	if c.handled.Load() || !bytes.HasPrefix(p, []byte("HTTP/1.")) {
		return c.TCPConn.Write(p)
	}
	if _, err := c.TCPConn.Write(refusal(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// unhandled notes that no handler answers on a connection: its last answer has
// been sent (idle), or the first bytes of a request have come (active).
func unhandled(c net.Conn, state http.ConnState) {
	if c, ok := c.(*conn); ok && (state == http.StateActive || state == http.StateIdle) {
		c.handled.Store(false)
	}
}

// connKey is where a request's context holds its connection.
type connKey struct{}

func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// handled notes that a handler of ours answers from here on.
func handled(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := r.Context().Value(connKey{}).(*conn); ok {
			c.handled.Store(true)
		}
		next.ServeHTTP(w, r)
	})
}

// refusals are the sentences of the answers that are not a plain 400.
var refusals = map[int]*failure.Failure{
	http.StatusRequestHeaderFieldsTooLarge: failure.New(failure.TooLarge, "The request's header is too large", fmt.Sprintf("%d bytes are taken", MaxHeaderBytes)),
	http.StatusNotImplemented:              failure.New(failure.Unsupported, "The request's transfer encoding is not understood", ""),
	http.StatusExpectationFailed:           failure.New(failure.Unsupported, "The request expects what the server does not do", ""),
	http.StatusHTTPVersionNotSupported:     failure.New(failure.Unsupported, "The request's version of HTTP is not understood", ""),
}

// refusal is our answer in the place of net/http's: with its status, the strict
// headers, an error object, and the end of the connection.
func refusal(theirs []byte) []byte {
	code := http.StatusBadRequest
	if words := strings.Fields(string(theirs[:min(len(theirs), 40)])); len(words) > 1 {
		if n, err := strconv.Atoi(words[1]); err == nil && http.StatusText(n) != "" {
			code = n
		}
	}
	f, ok := refusals[code]
	if !ok {
		f = failure.New(failure.Usage, "The request is no HTTP that this server understands", "")
	}
	body, err := json.Marshal(map[string]any{"error": f})
	if err != nil {
		body = nil // a Failure has three strings
	}
	h := http.Header{"Content-Type": {"application/json"}, "Cache-Control": {"no-store"}, "Connection": {"close"}}
	h.Set("Content-Length", strconv.Itoa(len(body)+1))
	for name, value := range Strict {
		h.Set(name, value)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", code, http.StatusText(code))
	_ = h.Write(&b) // a Buffer takes everything
	fmt.Fprintf(&b, "\r\n%s\n", body)
	return b.Bytes()
}
