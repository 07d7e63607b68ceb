package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"

	"golang.org/x/term"

	"atelier/server/failure"
)

// Console is what a command may see of the world around it.
type Console struct {
	In          io.Reader
	Out         io.Writer           // results, and nothing else
	Err         io.Writer           // progress and explanations
	Getenv      func(string) string // the environment
	Interactive bool                // Err is a terminal: draw bars instead of lines
	JSON        bool                // Out carries one JSON object a line

	mu sync.Mutex
}

// System is the console of this process.
func System() *Console {
	return &Console{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv,
		Interactive: term.IsTerminal(int(os.Stderr.Fd())),
	}
}

// object prints one JSON line on stdout; without -json it prints nothing.
func (c *Console) object(v any) error {
	if !c.JSON {
		return nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("result as JSON: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err = c.Out.Write(append(b, '\n'))
	return err
}

// printf prints a result for people on stdout; with -json it prints nothing.
func (c *Console) printf(format string, args ...any) {
	if c.JSON {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Fprintf(c.Out, format, args...)
}

// say prints one line of progress on stderr.
func (c *Console) say(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Fprintf(c.Err, format+"\n", args...)
}

// fail reports err where the reader looks for it and returns the exit code.
func (c *Console) fail(err error) int {
	f := failure.Of(err)
	if f == errSilent {
		return ExitInterrupted
	}
	if c.JSON {
		message := *f
		message.Message = f.Error()
		_ = c.object(map[string]any{"error": &message})
	} else {
		c.say("atelier: %s", f.Error())
		if f.Hint != "" {
			c.say("  %s", f.Hint)
		}
	}
	switch f.Code {
	case failure.Usage:
		return ExitUsage
	case failure.Interrupted:
		return ExitInterrupted
	}
	return ExitFailed
}
