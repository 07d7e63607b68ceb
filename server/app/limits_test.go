package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"atelier/server/guard"
)

// TestSlowReadersAreCutOff opens connections that send one header byte a
// second. The server must close them after its header time-out, and answer
// others meanwhile. SLOW_CONNECTIONS sets their number.
func TestSlowReadersAreCutOff(t *testing.T) {
	if testing.Short() {
		t.Skip("takes as long as the header time-out")
	}
	n := 50
	if v, err := strconv.Atoi(os.Getenv("SLOW_CONNECTIONS")); err == nil {
		n = v
	}
	r := start(t)
	r.ask(t, "GET", "/", "", nil)
	before := runtime.NumGoroutine()
	began := time.Now()
	closed := make(chan time.Duration, n)
	for range n {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", r.Port))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		go func() {
			fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: localhost:%d\r\nX-Slow: ", r.Port)
			for {
				if _, err := conn.Write([]byte("x")); err != nil {
					closed <- time.Since(began)
					return
				}
				time.Sleep(200 * time.Millisecond)
			}
		}()
	}
	for range 20 {
		asked := time.Now()
		if resp, _ := r.ask(t, "GET", "/", "", nil); resp.StatusCode != 200 {
			t.Fatalf("status %d among slow connections", resp.StatusCode)
		}
		if took := time.Since(asked); took > time.Second {
			t.Errorf("a page load took %v among slow connections", took)
		}
	}
	for range n {
		select {
		case after := <-closed:
			if after < guard.ReadHeaderTimeout-time.Second {
				t.Fatalf("cut off after %v already", after)
			}
		case <-time.After(guard.ReadHeaderTimeout + 10*time.Second):
			t.Fatal("a slow connection was not cut off")
		}
	}
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before+5; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

func TestHugeHeaderIsRefused(t *testing.T) {
	r := start(t)
	head := fmt.Sprintf("GET / HTTP/1.1\r\nHost: localhost:%d\r\nX-Large: %s\r\n\r\n", r.Port, strings.Repeat("x", 64<<10))
	if code := r.raw(t, head); code != http.StatusRequestHeaderFieldsTooLarge {
		t.Fatalf("status %d, want 431", code)
	}
}

func TestStopsWhileARequestHangs(t *testing.T) {
	r := start(t)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	hanging := make(chan error, 1)
	go func() {
		q, _ := http.NewRequestWithContext(ctx, "GET", r.URL()+"api/slow", nil)
		_, err := http.DefaultClient.Do(q)
		hanging <- err
	}()
	<-r.hangs
	asked := time.Now()
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(asked); took > stopTime+2*time.Second {
		t.Fatalf("stopping took %v", took)
	}
	if err := <-hanging; err == nil {
		t.Fatal("the hanging request was answered")
	}
}
