package api

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"
)

// TestThirtyTwoStreamsAreOpenAtMost opens them at once, lets go of one, and
// opens one more.
func TestThirtyTwoStreamsAreOpenAtMost(t *testing.T) {
	r := serve(t, filepath.Join(t.TempDir(), "runs"))
	for deadline := time.Now().Add(10 * time.Second); readers.Load() > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("streams of another test are open")
		}
	}
	open := func() (int, context.CancelFunc) {
		ctx, leave := context.WithCancel(t.Context())
		q, err := http.NewRequestWithContext(ctx, "GET", fmt.Sprintf("http://localhost:%d/api/events", r.address.Port), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { leave(); resp.Body.Close() })
		return resp.StatusCode, leave
	}
	var last context.CancelFunc
	for i := range 32 {
		var code int
		if code, last = open(); code != 200 {
			t.Fatalf("stream %d: status %d, want 200", i+1, code)
		}
	}
	if code, _ := open(); code != 503 {
		t.Fatalf("stream 33: status %d, want 503", code)
	}
	last()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if code, _ := open(); code == 200 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("no stream could be opened after another had ended")
		}
	}
}
