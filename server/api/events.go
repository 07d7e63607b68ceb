package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"atelier/server/failure"
	"atelier/server/guard"
	"atelier/server/runs"
	"atelier/server/runs/events"
)

// readers counts the open event streams of all runs.
var readers atomic.Int32

// heartbeat is how often a quiet stream says that it is there.
const heartbeat = 10 * time.Second

// streamWrite is how long one write to a reader may take: a reader that takes
// nothing for so long is gone.
const streamWrite = 20 * time.Second

// runSnapshot is the first event of a stream: the run as it is now.
type runSnapshot struct {
	Event string        `json:"event"` // "run"
	Run   runs.Document `json:"run"`
}

// allSnapshot is the first event of the stream of all runs: how they are after
// the event with the id At, at least. A state told by that event or an earlier one
// is over, although it may come later here, to a reader that missed it.
type allSnapshot struct {
	Runs []runs.Document `json:"runs"`
	At   uint64          `json:"at"`
}

// events streams a run's events: first the run itself, then, where the reader
// comes back with Last-Event-ID, what it missed, then what happens. The stream
// ends when the run does.
func (a *API) events(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	follow(w, r, source{
		subscribe: func(after uint64) (any, []events.Message, uint64, *events.Reader, error) {
			doc, missed, now, reader, err := a.Runs.Events(id, after)
			return runSnapshot{"run", doc}, missed, now, reader, err
		},
		snapshot: func(uint64) (any, error) {
			doc, err := a.Runs.Get(id)
			return runSnapshot{"run", doc}, err
		},
	})
}

// allEvents streams the events of all runs until the server stops.
func (a *API) allEvents(w http.ResponseWriter, r *http.Request) {
	follow(w, r, source{
		subscribe: func(after uint64) (any, []events.Message, uint64, *events.Reader, error) {
			docs, missed, now, reader, err := a.Runs.AllEvents(after)
			return allSnapshot{docs, now}, missed, now, reader, err
		},
		snapshot: func(now uint64) (any, error) {
			docs, err := a.Runs.List()
			return allSnapshot{docs, now}, err
		},
	})
}

// source is what a stream tells of one run, or of all.
type source struct {
	// subscribe gives how things are, what was missed after an event, and what happens from now on.
	subscribe func(after uint64) (first any, missed []events.Message, now uint64, reader *events.Reader, err error)
	// snapshot is how things are after the event now, for a reader that lost some before.
	snapshot func(now uint64) (any, error)
}

// lastEventID is the id of the last event that a reader has: a browser says it
// itself when it comes back by itself, and cannot when a page opens a new
// stream, which then says it in the address.
func lastEventID(r *http.Request) uint64 {
	text := r.Header.Get("Last-Event-ID")
	if text == "" {
		text = r.URL.Query().Get("after")
	}
	id, _ := strconv.ParseUint(text, 10, 64)
	return id
}

// follow streams to one reader how things are, what was missed, and what happens.
func follow(w http.ResponseWriter, r *http.Request, src source) {
	if readers.Add(1) > events.MaxReaders {
		readers.Add(-1)
		guard.WriteError(w, failure.New(failure.Busy, "32 event streams are open already", "Close another page"))
		return
	}
	defer readers.Add(-1)
	first, missed, now, reader, err := src.subscribe(lastEventID(r))
	if err != nil {
		guard.WriteError(w, err)
		return
	}
	defer reader.Close()
	s := stream{w: w, c: http.NewResponseController(w), snapshot: src.snapshot}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	_ = s.c.SetReadDeadline(time.Time{}) // the request has been read; the stream may last
	if len(missed) > 0 {
		now = missed[0].ID - 1
	}
	if !s.send(now, first) {
		return
	}
	for _, m := range missed {
		if !s.sendBytes(m.ID, m.Data) {
			return
		}
	}
	s.forward(r, reader)
}

// forward writes what happens until the reader or the stream is gone.
func (s *stream) forward(r *http.Request, reader *events.Reader) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case m, ok := <-reader.C:
			if ok && !s.sendBytes(m.ID, m.Data) || !s.catchUp(reader) || !ok {
				return
			}
		case <-beat.C:
			if !s.write(": still here\n\n") {
				return
			}
		}
	}
}

// catchUp tells a reader that was too slow, and has caught up, how things are: a
// state that it lost would stay wrong for as long as nothing else happens.
func (s *stream) catchUp(reader *events.Reader) bool {
	if len(reader.C) > 0 {
		return true
	}
	now, lost := reader.Lost()
	if !lost {
		return true
	}
	snapshot, err := s.snapshot(now)
	// As the last event that was sent: whoever comes back after it gets what was lost, too.
	return err == nil && s.send(s.last, snapshot)
}

// stream writes server-sent events, each with its own deadline.
type stream struct {
	w        http.ResponseWriter
	c        *http.ResponseController
	snapshot func(now uint64) (any, error)
	last     uint64 // the id of the event that was sent last
}

func (s *stream) send(id uint64, v any) bool {
	b, err := json.Marshal(v)
	return err == nil && s.sendBytes(id, b)
}

func (s *stream) sendBytes(id uint64, b []byte) bool {
	s.last = id
	return s.write(fmt.Sprintf("id: %d\ndata: %s\n\n", id, b))
}

func (s *stream) write(text string) bool {
	if err := s.c.SetWriteDeadline(time.Now().Add(streamWrite)); err != nil {
		return false
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return false
	}
	return s.c.Flush() == nil
}
