package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"atelier/server/runs/events"
)

// stuck is a reader's connection that takes nothing until it is freed.
type stuck struct {
	*httptest.ResponseRecorder
	free, full chan struct{}
	once       sync.Once
}

func (s *stuck) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "stuck here") {
		s.once.Do(func() { close(s.full) })
		<-s.free
	}
	return s.ResponseRecorder.Write(b)
}

func (s *stuck) SetReadDeadline(time.Time) error  { return nil }
func (s *stuck) SetWriteDeadline(time.Time) error { return nil }

// TestAReaderThatLostEventsIsToldHowThingsAre keeps a reader from reading until
// the newest state is lost to it: it is told it all the same, whether the stream
// goes on or has ended meanwhile.
func TestAReaderThatLostEventsIsToldHowThingsAre(t *testing.T) {
	for _, tt := range []struct {
		name  string
		ended bool
	}{{"the stream goes on", false}, {"the stream has ended", true}} {
		t.Run(tt.name, func(t *testing.T) {
			hub := events.NewHub()
			w := &stuck{ResponseRecorder: httptest.NewRecorder(), free: make(chan struct{}), full: make(chan struct{})}
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			subscribed, told, ended := make(chan struct{}), make(chan uint64, 1), make(chan struct{})
			go func() {
				defer close(ended)
				follow(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/events", nil), source{
					subscribe: func(after uint64) (any, []events.Message, uint64, *events.Reader, error) {
						defer close(subscribed)
						missed, now, reader := hub.Subscribe(after)
						return "how things were", missed, now, reader, nil
					},
					snapshot: func(now uint64) (any, error) {
						told <- now
						return "how things are", nil
					},
				})
			}()
			<-subscribed
			publish := func(words string) {
				if err := hub.Publish(words); err != nil {
					t.Error(err)
				}
			}
			publish("stuck here")
			<-w.full
			for range 100 {
				publish("a step")
			}
			publish("paused")
			_, newest, _ := hub.Subscribe(0)
			if tt.ended {
				hub.Close()
			}
			close(w.free)
			select {
			case now := <-told:
				if now != newest {
					t.Errorf("told how things are after event %d, want %d", now, newest)
				}
			case <-time.After(10 * time.Second):
				t.Fatal("the reader does not learn that it lost events")
			}
			if !tt.ended {
				hub.Close()
			}
			<-ended
			text := w.Body.String()
			if strings.Contains(text, "paused") {
				t.Error("nothing was lost: the test shows nothing")
			}
			if strings.Count(text, "how things are") != 1 || strings.LastIndex(text, "a step") > strings.Index(text, "how things are") {
				t.Errorf("the reader is told:\n%s", text)
			}
		})
	}
}
