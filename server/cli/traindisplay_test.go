package cli

import (
	"bytes"
	"strings"
	"testing"

	"atelier/core/train"
)

// An epoch's line on a terminal or in a log ends with the run's fingerprint.
func TestEpochLineShowsTheFingerprint(t *testing.T) {
	var out bytes.Buffer
	c := &Console{Out: &out, Err: &out}
	number, sha := .5, "0123456789abcdef"
	(&trainDisplay{c: c}).show(train.Event{
		Event: train.EventEpoch, Epoch: 3, TrainLoss: &number, TrainAcc: &number, ValLoss: &number, ValAcc: &number,
		LR: &number, Seconds: &number, WeightsSHA256: &sha,
	})
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || !strings.HasSuffix(lines[0], "fingerprint") || !strings.HasSuffix(lines[1], "  01234567") {
		t.Errorf("printed\n%s", &out)
	}
}
