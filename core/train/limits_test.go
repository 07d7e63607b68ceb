package train

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"atelier/core/checkpoint"
)

var limited = Config{Model: "small-dropout", Recipe: "report", Batch: 37, Seed: 7, Epochs: 3}

// stated is a checkpoint of a small run after one step, with another state.
func stated(t *testing.T, alter func(*State)) *checkpoint.File {
	t.Helper()
	run, err := New(limited, smallData(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := run.Step(); err != nil {
		t.Fatal(err)
	}
	f, err := run.Save()
	if err != nil {
		t.Fatal(err)
	}
	s, err := ReadState(f)
	if err != nil {
		t.Fatal(err)
	}
	alter(&s)
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	f.Meta[stateKey] = string(b)
	return f
}

// TestWhatIsTakenCanBeWrittenAndReadAgain holds a run to its limits: at them it is
// taken, saved and read again; beyond them it is refused by a sentence.
func TestWhatIsTakenCanBeWrittenAndReadAgain(t *testing.T) {
	changes := func(n int) func(*State) {
		return func(s *State) { s.Changes = make([]Change, n); fill(s.Changes, Change{0, "lr", .001}) }
	}
	rows := func(n int) func(*State) {
		return func(s *State) {
			s.History = make(History, n)
			fill(s.History, Record{Epoch: 1, Step: 1, WeightsSHA256: strings.Repeat("f", 64)})
		}
	}
	long := strings.Repeat("x", 1<<20)
	for _, tt := range []struct {
		name, want string
		alter      func(*State)
	}{
		{"10,000 changes", "", changes(10_000)},
		{"one more", "the run in the file has 10001 changes: 10000 at most can be kept", changes(10_001)},
		{"60,000 changes", "the run in the file has 60000 changes: 10000 at most can be kept", changes(60_000)},
		{"2,990 rows and 3 epochs to come", "", rows(2_990)},
		{"3,000 rows", "the run's history has 3000 rows, and up to 4 more would come: 3000 at most can be kept", rows(3_000)},
		{"3,001 rows", "the run in the file has a history of 3001 rows: 3000 at most can be kept", rows(3_001)},
		{"2,990 rows and 1,000 epochs to come, later", "the run's history has 2990 rows, and up to 1001 more would come: 3000 at most can be kept",
			func(s *State) { rows(2_990)(s); s.Changes = []Change{{2, "epochs", 1000}} }},
		{"a long fingerprint in a row", "the run in the file has a text of 1048576 characters as the fingerprint of epoch 1: 64 at most can be kept",
			func(s *State) { rows(1)(s); s.History[0].WeightsSHA256 = long }},
		{"a long kind of data", "the run in the file has a text of 1048576 characters as its data: 64 at most can be kept", func(s *State) { s.Data = long }},
		{"a long model", "the run in the file has a text of 1048576 characters as its model: 64 at most can be kept", func(s *State) { s.Config.Model = long }},
		{"a long recipe", "the run in the file has a text of 1048576 characters as its recipe: 64 at most can be kept", func(s *State) { s.Config.Recipe = long }},
		{"a long monitor", "the run in the file has a text of 1048576 characters as its monitor: 64 at most can be kept", func(s *State) { s.Config.Monitor = long }},
		{"a long key of a change", "the run in the file has a text of 1048576 characters as what a change sets: 64 at most can be kept",
			func(s *State) { s.Changes = []Change{{0, long, 1}} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := stated(t, tt.alter)
			err := CanResume(f, smallData())
			if fmt.Sprint(err) != tt.want && (err != nil || tt.want != "") {
				text := fmt.Sprint(err)
				t.Fatalf("%s, want %q", text[:min(len(text), 200)], tt.want)
			}
			if err != nil {
				return
			}
			run, err := Resume(f, smallData(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := run.Run(Hooks{Clock: noClock}); err != nil {
				t.Fatal(err)
			}
			b, err := checkpoint.Encode(must(run.Save()))
			if err != nil {
				t.Fatal(err)
			}
			again, err := checkpoint.Decode(b, checkpoint.Own())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Resume(again, smallData(), Options{}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestARunTakesNoMoreChangesThanItCanKeep asks one for more.
func TestARunTakesNoMoreChangesThanItCanKeep(t *testing.T) {
	run, err := New(limited, smallData(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10_000 {
		if err := run.Change("lr", .001); err != nil {
			t.Fatalf("change %d: %v", i, err)
		}
	}
	if err := run.Change("lr", .001); err == nil || err.Error() != "the run has had 10000 changes: it can take no more" || len(run.State().Changes) != 10_000 {
		t.Errorf("one more: %v, and it has %d", err, len(run.State().Changes))
	}
	full, err := Resume(stated(t, func(s *State) { s.History = make(History, 2_500) }), smallData(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := full.Change("epochs", 1000); err == nil || err.Error() != "the run's history has 2500 rows, and up to 1001 more would come: 3000 at most can be kept" {
		t.Errorf("more epochs: %v", err)
	}
	if err := full.Change("epochs", 400); err != nil {
		t.Errorf("as many as there is room for: %v", err)
	}
}

func fill[T any](s []T, v T) {
	for i := range s {
		s[i] = v
	}
}
