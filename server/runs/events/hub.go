package events

import (
	"encoding/json"
	"sync"
	"time"
)

// The sizes of an event stream.
const (
	keptEvents  = 256 // the newest events of a run, for readers that come back
	readerQueue = 32  // events that wait for one reader; beyond them it loses some
	MaxReaders  = 32  // of all runs together
)

// Message is one event on its way to readers: JSON with an id that grows.
type Message struct {
	ID   uint64
	Data []byte
}

// Hub passes events to readers. It never waits for one: training is
// not slowed by whoever watches.
type Hub struct {
	mu      sync.Mutex
	next    uint64
	kept    []Message
	readers map[*Reader]bool
	closed  bool
}

// Reader is one subscriber. C is closed when the stream has ended.
type Reader struct {
	C    chan Message
	hub  *Hub
	lost bool
}

// NewHub returns a hub whose ids go on growing over restarts of the server.
func NewHub() *Hub {
	return &Hub{next: uint64(time.Now().UnixMicro()), readers: map[*Reader]bool{}}
}

// Publish sends v as JSON to all readers that keep up.
func (h *Hub) Publish(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.next++
	m := Message{h.next, b}
	if len(h.kept) == keptEvents {
		h.kept = append(h.kept[:0], h.kept[1:]...)
	}
	h.kept = append(h.kept, m)
	for r := range h.readers {
		select {
		case r.C <- m:
		default: // Last-Event-ID brings it back
			r.lost = true
		}
	}
	return nil
}

// Subscribe returns a reader and the kept events after the one with this id
// (none for 0: such a reader begins with the present).
func (h *Hub) Subscribe(after uint64) (missed []Message, now uint64, r *Reader) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r = &Reader{C: make(chan Message, readerQueue), hub: h}
	if h.closed {
		close(r.C)
	} else {
		h.readers[r] = true
	}
	if after > 0 {
		for _, m := range h.kept {
			if m.ID > after {
				missed = append(missed, m)
			}
		}
	}
	return missed, h.next, r
}

// Lost says whether the reader was too slow for an event since this was last
// asked, and the id of the newest event until now.
func (r *Reader) Lost() (now uint64, lost bool) {
	r.hub.mu.Lock()
	defer r.hub.mu.Unlock()
	lost, r.lost = r.lost, false
	return r.hub.next, lost
}

// Close ends the subscription.
func (r *Reader) Close() {
	r.hub.mu.Lock()
	defer r.hub.mu.Unlock()
	delete(r.hub.readers, r)
}

// Close ends all streams: no event will follow.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for r := range h.readers {
		close(r.C)
		delete(h.readers, r)
	}
}
