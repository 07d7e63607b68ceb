package pagebuild

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"atelier/server/failure"
)

// Ensure makes the built page below root be of today's sources. Where it is not,
// scripts/page builds it, and its progress goes to log.
func Ensure(ctx context.Context, root string, log io.Writer) error {
	sources, err := Sources(root)
	if err != nil {
		return err
	}
	if Fresh(os.DirFS(filepath.Join(root, filepath.FromSlash(Site))), sources) {
		return nil
	}
	cmd := exec.CommandContext(ctx, "go", "run", "./scripts/page", "-json")
	var out bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = root, &out, log
	// go run keeps signals to itself: the program stops when its input ends.
	input, err := cmd.StdinPipe()
	if err != nil {
		return failure.Wrap(err, failure.PageBuild, "The page cannot be built here", "")
	}
	cmd.Cancel = input.Close
	cmd.WaitDelay = 10 * time.Second
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return reported(out.Bytes(), err)
	}
	return nil
}

// Report is what scripts/page -json prints of a failure.
type Report struct {
	Error *failure.Failure `json:"error"`
	Cause string           `json:"cause,omitempty"`
}

// reported is the failure that the program printed before it ended with err, if it did.
func reported(out []byte, err error) error {
	var r Report
	if json.Unmarshal(out, &r) != nil || r.Error == nil || r.Error.Message == "" {
		return failure.Wrap(err, failure.PageBuild, "The page could not be built: `go run ./scripts/page` failed", "Its output is above; `make web` does the same")
	}
	if r.Cause != "" {
		r.Error.Cause = errors.New(r.Cause)
	}
	return r.Error
}
