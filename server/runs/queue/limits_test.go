package queue

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"atelier/core/checkpoint"
	"atelier/core/train"
	"atelier/server/failure"
	"atelier/server/runs"
	"atelier/server/runs/runstest"
)

// changedTimes is a checkpoint of a run with so many changes.
func changedTimes(t *testing.T, n int) []byte {
	t.Helper()
	file, err := runs.DecodeRun(runstest.Checkpoint(t, 1))
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
	file.Meta["state"] = string(b)
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
			q := idle(t.TempDir(), nil)
			_, err := q.HandOver("many", changedTimes(t, tt.changes), "core")
			list, e := q.List()
			if e != nil {
				t.Fatal(e)
			}
			if tt.want != "" {
				if !failure.Is(err, failure.BadFile) || !strings.Contains(err.Error(), tt.want) || len(list) != 0 || len(contents(t, q.Store.Root)) != 0 {
					t.Fatalf("%v; %d runs, and the folder holds %v", err, len(list), changed(nil, contents(t, q.Store.Root)))
				}
				return
			}
			if err != nil || len(list) != 1 {
				t.Fatalf("%v; %d runs", err, len(list))
			}
			if d, err := q.Pause(t.Context(), "many"); err != nil || d.State != runs.Paused || len(d.Changes) != tt.changes {
				t.Errorf("paused: %d changes, %v", len(d.Changes), err)
			}
			if _, err := q.Resume(t.Context(), "many"); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAChangeTooManyIsRefusedAtOnce: none is accepted that the run cannot take.
func TestAChangeTooManyIsRefusedAtOnce(t *testing.T) {
	q := idle(t.TempDir(), nil)
	q.training = q.newJob(runs.Document{ID: "run", Changes: make([]train.Change, 9_998)})
	for i, taken := range []bool{true, true, false, false} {
		err := q.Change("run", "lr", .001)
		if taken != (err == nil) || !taken && (!failure.Is(err, failure.Conflict) || failure.Of(err).Message != "The run has had 10000 changes: it can take no more") {
			t.Errorf("change %d: %v", 9_999+i, err)
		}
	}
}
