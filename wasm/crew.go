//go:build js && wasm

package main

import (
	"encoding/json"
	"errors"

	"github.com/hack-pad/safejs"

	"atelier/core/checkpoint"
	"atelier/core/nn"
	"atelier/core/train"
)

// A run with several workers has a leader, which the page commands, and
// helpers, each joined with the leader by a MessagePort. All run the same
// trainer on their own shards. Between two steps the leader says a word to all:
// go on, change something, share what is needed for saving. Within a step they
// meet through a train.Exchange: shared memory where the page is isolated
// (shared.go), else messages (star.go).

// word is what the leader says to its helpers.
type word struct {
	Say   string  `json:"say"` // start, bench, again, go, change, share, abandon
	Term  int     `json:"term"`
	Key   string  `json:"key,omitempty"`
	Value float64 `json:"value,omitempty"`

	// Of start and bench: the run, new or from a checkpoint that comes beside the
	// word. Steps are done from again on, those of bench at once.
	Config *train.Config `json:"config,omitempty"`
	Kind   string        `json:"kind,omitempty"`
	World  int           `json:"world,omitempty"`
}

// errAbandoned ends a step that the leader has given up, errReplaced whatever a
// run does that another took the place of.
var (
	errAbandoned = errors.New("the step was given up")
	errReplaced  = errors.New("another run took this one's place")
)

// peer is the other end of a port.
type peer struct {
	port   safejs.Value
	page   *bridge
	words  []heard
	parts  []part
	nudges []chan struct{} // told of every arrival
}

// heard is a word with what came beside it.
type heard struct {
	word
	bytes  []byte
	shared safejs.Value // SharedArrayBuffer, or undefined
}

// part is a worker's share of a meeting by messages.
type part struct {
	term  int
	bytes []byte
}

// newPeer listens to a port.
func newPeer(b *bridge, port safejs.Value, nudges ...chan struct{}) (*peer, error) {
	p := &peer{port: port, page: b, nudges: nudges}
	listener, err := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		if err := p.hear(args[0]); err != nil {
			die(err)
		}
		for _, n := range p.nudges {
			nudge(n)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return p, port.Set("onmessage", listener)
}

func (p *peer) hear(event safejs.Value) error {
	data, err := event.Get("data")
	if err != nil {
		return err
	}
	said, err := data.Get("word")
	if err != nil {
		return err
	}
	payload, err := data.Get("bytes")
	if err != nil {
		return err
	}
	var content []byte
	if !payload.IsUndefined() {
		if content, err = p.page.bytes(payload); err != nil {
			return err
		}
	}
	if said.IsUndefined() {
		term, err := number(data, "term")
		if err != nil {
			return err
		}
		p.parts = append(p.parts, part{int(term), content})
		return nil
	}
	h := heard{bytes: content}
	line, err := said.String()
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(line), &h.word); err != nil {
		return err
	}
	if h.shared, err = data.Get("shared"); err != nil {
		return err
	}
	p.words = append(p.words, h)
	return nil
}

// say sends a word, with bytes and shared memory beside it if given.
func (p *peer) say(w word, content []byte, shared safejs.Value) error {
	line, err := json.Marshal(w)
	if err != nil {
		return err
	}
	m, err := p.page.objectMaker.New()
	if err != nil {
		return err
	}
	if err := m.Set("word", string(line)); err != nil {
		return err
	}
	if err := m.Set("shared", shared); err != nil {
		return err
	}
	return p.send(m, content)
}

// give sends a part of a meeting.
func (p *peer) give(term int, content []byte) error {
	m, err := p.page.objectMaker.New()
	if err != nil {
		return err
	}
	if err := m.Set("term", term); err != nil {
		return err
	}
	return p.send(m, content)
}

func (p *peer) send(m safejs.Value, content []byte) error {
	transfer, err := p.page.arrayMaker.New()
	if err != nil {
		return err
	}
	if content != nil {
		b, err := p.page.buffer(content)
		if err != nil {
			return err
		}
		if err := m.Set("bytes", b); err != nil {
			return err
		}
		if _, err := transfer.Call("push", b); err != nil {
			return err
		}
	}
	_, err = p.port.Call("postMessage", m, transfer)
	return err
}

// crew is the leader's side; nil is a run without helpers.
type crew struct {
	s        *session
	run      *run // nil in a benchmark
	peers    []*peer
	exchange joint
	arrived  chan struct{}
	term     int
}

// joint is an exchange over which a crew runs.
type joint interface {
	train.Exchange
	// renew begins a term: what is left of an abandoned step is forgotten.
	renew(term int)
	// abandon ends the meetings of the term for all.
	abandon()
}

// takeCrew makes this worker the leader of the helpers at the other ends of
// the ports; none disbands the crew.
func (s *session) takeCrew(v safejs.Value) (result, error) {
	ports, err := v.Get("ports")
	if err != nil {
		return result{}, err
	}
	n, err := ports.Length()
	if err != nil {
		return result{}, err
	}
	s.giveWay()
	s.crew = nil
	if n == 0 {
		return result{}, nil
	}
	c := &crew{s: s, arrived: make(chan struct{}, 1)}
	for i := range n {
		port, err := ports.Index(i)
		if err != nil {
			return result{}, err
		}
		p, err := newPeer(s.page, port, c.arrived)
		if err != nil {
			return result{}, err
		}
		c.peers = append(c.peers, p)
	}
	s.crew = c
	return result{}, nil
}

func (c *crew) size() int {
	if c == nil {
		return 1
	}
	return len(c.peers) + 1
}

// prepare makes the exchange for a run of a network.
func (c *crew) prepare(spec nn.Spec) error {
	if c == nil {
		return nil
	}
	shared, err := newSharedMemory(c.s.page, spec, c.size())
	if err != nil {
		return err
	}
	if shared != nil {
		c.exchange = &sharedExchange{sharedMemory: shared, rank: 0, wait: c.s.breath.take, leave: c.leave}
		return nil
	}
	c.exchange = &starLeader{crew: c}
	return nil
}

// begin hands the helpers the run of w, from a checkpoint if state is not nil.
func (c *crew) begin(w word, state *checkpoint.File) error {
	if c == nil {
		return nil
	}
	var content []byte
	if state != nil {
		var err error
		if content, err = checkpoint.Encode(state); err != nil {
			return err
		}
	}
	memory := safejs.Undefined()
	if x, ok := c.exchange.(*sharedExchange); ok {
		memory = x.buffer
	}
	c.term++
	c.exchange.renew(c.term)
	w.Term, w.World = c.term, c.size()
	for _, p := range c.peers {
		if err := p.say(w, content, memory); err != nil {
			return err
		}
	}
	return nil
}

// say says a word to all helpers.
func (c *crew) say(w word) error {
	if c == nil {
		return nil
	}
	// A step that was given up ended its term: whatever meets next needs another.
	if w.Say == "again" || w.Say == "share" && !c.run.going {
		c.term++
		c.exchange.renew(c.term)
	}
	w.Term = c.term
	for _, p := range c.peers {
		if err := p.say(w, nil, safejs.Undefined()); err != nil {
			return err
		}
	}
	return nil
}

// abandon gives up the step that the helpers are in, whether they compute,
// meet or wait for a word.
func (c *crew) abandon() {
	if c == nil || c.exchange == nil {
		return
	}
	c.exchange.abandon()
	if err := c.say(word{Say: "abandon"}); err != nil {
		die(err)
	}
}

func (c *crew) poke() {
	if c != nil {
		nudge(c.arrived)
	}
}

// leave reports why the leader is to give up a meeting, nil where it is not.
func (c *crew) leave() error {
	switch r := c.run; {
	case r == nil:
		return nil
	case r.replaced:
		return errReplaced
	case r.going:
		return r.leaving()
	}
	return nil
}

// sealed reports whether the workers are exchanging updated weights.
func (c *crew) sealed() bool {
	if c == nil {
		return false
	}
	x, ok := c.exchange.(*sharedExchange)
	return ok && x.sealed
}
