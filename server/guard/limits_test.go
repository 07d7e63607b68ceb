package guard

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The limits on a connection, written out.
func TestLimitsAreThePromisedOnes(t *testing.T) {
	s := NewServer(Config{})
	limits := []struct {
		name      string
		got, want time.Duration
	}{
		{"the header", s.ReadHeaderTimeout, 5 * time.Second},
		{"the request", s.ReadTimeout, 30 * time.Second},
		{"the answer", s.WriteTimeout, 30 * time.Second},
		{"between requests", s.IdleTimeout, 60 * time.Second},
	}
	for _, l := range limits {
		if l.got != l.want {
			t.Errorf("%s may take %v, want %v", l.name, l.got, l.want)
		}
	}
	if s.MaxHeaderBytes != 16384 || MaxJSON != 65536 {
		t.Errorf("a header may have %d bytes and a body of JSON %d, want 16384 and 65536", s.MaxHeaderBytes, MaxJSON)
	}
}

// hurried serves with a tenth of the limits on a real connection: one that is
// not there stays absent. ended hears how the handler's work ended.
func hurried(t *testing.T) (address string, ended chan error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address, ended = l.Addr().String(), make(chan error, 1)
	s := NewServer(Config{Hosts: map[string]bool{address: true}, Token: TokenOf("x"), Routes: []Route{
		{Method: "POST", Path: "/body", Handler: func(w http.ResponseWriter, r *http.Request) {
			_, err := ReadBody(w, r, 1<<20)
			ended <- err
		}},
		{Method: "GET", Path: "/flood", Handler: func(w http.ResponseWriter, _ *http.Request) {
			_, err := io.Copy(w, io.LimitReader(zeros{}, 1<<30))
			ended <- err
		}},
	}})
	s.ReadHeaderTimeout, s.ReadTimeout, s.WriteTimeout = s.ReadHeaderTimeout/10, s.ReadTimeout/10, s.WriteTimeout/10
	go func() { _ = s.Serve(l) }() // ends with the test
	t.Cleanup(func() { s.Close() })
	return address, ended
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// tenfold is far more than a tenth of any limit.
const tenfold = 12 * time.Second

func TestTimeLimitsHold(t *testing.T) {
	begin := func(t *testing.T, head string) (net.Conn, chan error) {
		address, ended := hurried(t)
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		fmt.Fprint(c, strings.ReplaceAll(head, "HOST", address))
		return c, ended
	}
	t.Run("a header that never ends", func(t *testing.T) {
		t.Parallel()
		c, _ := begin(t, "GET / HTTP/1.1\r\nHost: HOST\r\nX-Slow: ")
		// The whole request has 3 s here, its header 0.5.
		if err := c.SetReadDeadline(time.Now().Add(2 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, c); timedOut(err) {
			t.Error("the connection is open after 2 s, want 0.5")
		}
	})
	t.Run("a body that never comes", func(t *testing.T) {
		t.Parallel()
		_, ended := begin(t, "POST /body HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1000\r\n\r\nhalf of it")
		endsWithAnError(t, ended)
	})
	t.Run("an answer that nobody reads", func(t *testing.T) {
		t.Parallel()
		_, ended := begin(t, "GET /flood HTTP/1.1\r\nHost: HOST\r\n\r\n")
		endsWithAnError(t, ended)
	})
}

func timedOut(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

func endsWithAnError(t *testing.T, ended chan error) {
	t.Helper()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("the handler's work ended well, want it cut off")
		}
	case <-time.After(tenfold):
		t.Errorf("the handler goes on after %v, want 3 s", tenfold)
	}
}
