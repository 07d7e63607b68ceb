package runs

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math"
	"strings"
	"testing"

	"atelier/core/checkpoint"
	"atelier/core/train"
	"atelier/server/failure"
)

// changedTimes is a checkpoint of a run with so many changes.
func changedTimes(t *testing.T, n int) []byte {
	t.Helper()
	file, err := DecodeRun(pageAt(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	s, err := train.ReadState(file)
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		s.Changes = append(s.Changes, train.Change{Step: 1, Key: "label_smoothing", Value: .012345678901234567})
	}
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	file.Meta[stateKey] = string(b)
	if b, err = checkpoint.Encode(file); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestWhatIsHandedOverCanBeReadAgain hands over runs with very many changes.
func TestWhatIsHandedOverCanBeReadAgain(t *testing.T) {
	for _, tt := range []struct {
		changes int
		want    string
	}{{10_000, ""}, {10_001, "10001 changes"}, {60_000, "60000 changes"}} {
		t.Run(fmt.Sprint(tt.changes), func(t *testing.T) {
			m := &Manager{Root: t.TempDir(), Data: fewImages, Log: log.New(io.Discard, "", 0), all: NewHub()}
			_, err := m.TakeOver("many", changedTimes(t, tt.changes), "core")
			list, e := m.List()
			if e != nil {
				t.Fatal(e)
			}
			if tt.want != "" {
				if !failure.Is(err, failure.BadFile) || !strings.Contains(err.Error(), tt.want) || len(list) != 0 || len(contents(t, m.Root)) != 0 {
					t.Fatalf("%v; %d runs, and the folder holds %v", err, len(list), changed(nil, contents(t, m.Root)))
				}
				return
			}
			if err != nil || len(list) != 1 {
				t.Fatalf("%v; %d runs", err, len(list))
			}
			if d, err := m.Pause(t.Context(), "many"); err != nil || d.State != Paused || len(d.Changes) != tt.changes {
				t.Errorf("paused: %d changes, %v", len(d.Changes), err)
			}
			if _, err := m.Resume(t.Context(), "many"); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestTheLargestDocumentFits writes run.json with as much as a run can collect.
func TestTheLargestDocumentFits(t *testing.T) {
	d := Document{ID: strings.Repeat("r", 64), Error: failure.New("x", strings.Repeat("m", 2000), ""), Best: &train.Best{}, BestAcc: &train.Best{}}
	for range 10_000 {
		d.Changes = append(d.Changes, train.Change{Step: math.MaxInt, Key: "label_smoothing", Value: 1.2345678901234567e-300})
	}
	for range 3_000 {
		x := -1.2345678901234567e-300
		d.History = append(d.History, train.Record{Epoch: math.MaxInt, Step: math.MaxInt, TrainLoss: x, TrainAcc: x, ValLoss: x, ValAcc: x, LR: x, Seconds: x, WeightsSHA256: strings.Repeat("<", 64)})
	}
	c := begin(t, nil)
	if err := c.Folder.SaveDocument(&d); err != nil {
		t.Fatal(err)
	}
	if again, err := c.Folder.Document(); err != nil || len(again.Changes) != 10_000 || len(again.History) != 3_000 {
		t.Fatalf("it cannot be read again: %v", err)
	}
}

// TestATooLargeDocumentIsNotWritten: the one before stays.
func TestATooLargeDocumentIsNotWritten(t *testing.T) {
	c := begin(t, nil)
	d := Document{ID: "run", State: Paused}
	if err := c.Folder.SaveDocument(&d); err != nil {
		t.Fatal(err)
	}
	d.Environment.Device = strings.Repeat("x", 5<<20)
	for name, save := range map[string]func() error{
		"alone":             func() error { return c.Folder.SaveDocument(&d) },
		"with a checkpoint": func() error { return c.Folder.SaveWith(&d, []byte("checkpoint")) },
		"with its run":      func() error { return c.Folder.SaveRun(c.Run, &d) },
	} {
		if err := save(); !failure.Is(err, failure.TooLarge) {
			t.Errorf("%s: %v", name, err)
		}
		if kept, err := c.Folder.Document(); err != nil || kept.State != Paused {
			t.Errorf("%s: run.json is %+v, %v", name, kept, err)
		}
	}
}

// TestAChangeTooManyIsRefusedAtOnce: none is accepted that the run cannot take.
func TestAChangeTooManyIsRefusedAtOnce(t *testing.T) {
	a := &active{id: "run", ask: make(chan train.Change, 8), stop: make(chan struct{}), doc: Document{Changes: make([]train.Change, 9_998)}}
	m := &Manager{Log: log.New(io.Discard, "", 0), current: a}
	for i, taken := range []bool{true, true, false, false} {
		err := m.Change("run", "lr", .001)
		if taken != (err == nil) || !taken && (!failure.Is(err, failure.Conflict) || failure.Of(err).Message != "The run has had 10000 changes: it can take no more") {
			t.Errorf("change %d: %v", 9_999+i, err)
		}
	}
}
