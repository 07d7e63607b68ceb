package train

import (
	"fmt"
	"unicode/utf8"
)

// What a run may collect. Whoever writes a run down, as a checkpoint or as
// run.json, can rely on it: what is taken can be written and read again.
const (
	MaxChanges = 10_000
	MaxHistory = 3 * MaxEpochs // a stop within an epoch makes a row of its own
	maxText    = 64            // characters of a name or a fingerprint
)

// limits reports what is more than can be kept.
func (s *State) limits() error {
	if n := len(s.Changes); n > MaxChanges {
		return fmt.Errorf("the run in the file has %d changes: %d at most can be kept", n, MaxChanges)
	}
	if n := len(s.History); n > MaxHistory {
		return fmt.Errorf("the run in the file has a history of %d rows: %d at most can be kept", n, MaxHistory)
	}
	c := s.Config
	for _, x := range []struct{ what, text string }{
		{"its data", s.Data}, {"its model", c.Model}, {"its recipe", c.Recipe}, {"its monitor", c.Monitor},
	} {
		if err := short(x.what, x.text); err != nil {
			return err
		}
	}
	for _, c := range s.Changes {
		if err := short("what a change sets", c.Key); err != nil {
			return err
		}
	}
	for _, r := range s.History {
		if len(r.WeightsSHA256) > maxText {
			return short(fmt.Sprintf("the fingerprint of epoch %d", r.Epoch), r.WeightsSHA256)
		}
	}
	return nil
}

func short(what, text string) error {
	if n := utf8.RuneCountInString(text); n > maxText {
		return fmt.Errorf("the run in the file has a text of %d characters as %s: %d at most can be kept", n, what, maxText)
	}
	return nil
}

// room reports a history that would outgrow its limit before the run ends.
func (t *Trainer) room() error {
	epochs := t.recipe.Epochs
	for _, c := range t.state.Changes {
		if c.Key == "epochs" && c.Step > t.state.Step {
			epochs = max(epochs, int(c.Value))
		}
	}
	return t.roomFor(epochs)
}

func (t *Trainer) roomFor(epochs int) error {
	// The epoch before may still lack its row.
	more := epochs - t.Epoch() + 1
	if n := len(t.state.History); n+more > MaxHistory {
		return fmt.Errorf("the run's history has %d rows, and up to %d more would come: %d at most can be kept", n, more, MaxHistory)
	}
	return nil
}

// ChangeRange tells the least and the greatest value that a change of key may
// have; ok is false for a key that cannot change in a run.
func ChangeRange(key string) (lo, hi float64, ok bool) {
	r, ok := changeable[key]
	return r.lo, r.hi, ok
}
