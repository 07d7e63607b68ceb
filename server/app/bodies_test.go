package app

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"atelier/server/guard"
)

// ourPost is the head of a request that our page may send.
func ourPost(r *running, more string) string {
	return fmt.Sprintf("POST /api/thing HTTP/1.1\r\nHost: localhost:%d\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n%s\r\n\r\n", r.Port, testToken, more)
}

// TestABodyWithoutAnEndIsCutOff sends chunks for as long as they are taken.
func TestABodyWithoutAnEndIsCutOff(t *testing.T) {
	r := start(t)
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", r.Port))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprint(conn, ourPost(r, "Transfer-Encoding: chunked")+"9\r\n{\"Name\":\"\r\n")
	chunk := "1000\r\n" + strings.Repeat("x", 0x1000) + "\r\n"
	sent := make(chan int, 1)
	go func() {
		n := 0
		for n < 64<<20 {
			if _, err := fmt.Fprint(conn, chunk); err != nil {
				break
			}
			n += 0x1000
		}
		sent <- n
	}()
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Fatalf("the answer: %+v, %v", resp, err)
	}
	strict(t, resp)
	conn.Close()
	if n := <-sent; n > 16<<20 {
		t.Errorf("the server took %d bytes of a body of which it takes %d", n, guard.MaxJSON)
	}
	if r.changed.Load() != 0 {
		t.Error("state changed")
	}
}

// TestALengthThatLies says more, and less, than it sends.
func TestALengthThatLies(t *testing.T) {
	r := start(t)
	body := `{"Name":"a"}`
	tests := []struct {
		name   string
		length int
		want   int
	}{
		{"too long for any JSON", guard.MaxJSON + 1, http.StatusRequestEntityTooLarge},
		{"shorter than the body", len(body) - 1, http.StatusBadRequest},
		{"negative", -1, http.StatusBadRequest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			filled := body
			if tt.length > len(body) {
				filled = `{"Name":"` + strings.Repeat("x", tt.length)
			}
			resp, answer := r.rawAnswer(t, ourPost(r, fmt.Sprintf("Content-Length: %d", tt.length))+filled, 1)
			if resp.StatusCode != tt.want {
				t.Fatalf("status %d, want %d: %s", resp.StatusCode, tt.want, answer)
			}
			strict(t, resp)
			oneError(t, answer)
		})
	}
	// A body that never comes in full: the connection is closed in the end, and nothing has changed.
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", r.Port))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, ourPost(r, fmt.Sprintf("Content-Length: %d", len(body)+10))+body)
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if answer, err := io.ReadAll(conn); err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 400 ") {
		t.Errorf("a body cut short is answered %q, %v", answer, err)
	}
	if r.changed.Load() != 0 {
		t.Error("state changed")
	}
}
