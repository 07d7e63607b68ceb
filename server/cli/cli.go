// Package cli is the command line: commands, flags, exit codes, and what goes
// to stdout (results) and stderr (progress). Words go in, an exit code comes out;
// each command has a file of its name. Start reading at Run.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"atelier/server/failure"
)

// The exit codes that the documentation promises.
const (
	ExitDone        = 0
	ExitFailed      = 1
	ExitUsage       = 2
	ExitInterrupted = 130
)

// command is one word of the command line.
type command struct {
	name    string
	args    string // the positional arguments, for the usage line
	summary string
	flags   *flag.FlagSet
	json    bool
	run     func(ctx context.Context, c *Console, args []string) error
}

func newCommand(name, args, summary string) *command {
	cmd := &command{name: name, args: args, summary: summary}
	cmd.flags = flag.NewFlagSet(name, flag.ContinueOnError)
	cmd.flags.SetOutput(io.Discard)
	cmd.flags.BoolVar(&cmd.json, "json", false, "print one JSON object a line on stdout, and nothing else")
	return cmd
}

// commands lists them in the order of the usage text. serve comes first: it
// runs when no command is given.
func commands() []*command {
	return []*command{
		serveCommand(),
		trainCommand(),
		evalCommand(),
		predictCommand(),
		benchCommand(),
		reportCommand(),
		dataCommand(),
		xlaCommand(),
	}
}

// Run carries out one command line and returns the exit code. Cancelling ctx
// is the user's Ctrl-C: commands save what they have and return.
func Run(ctx context.Context, args []string, c *Console) int {
	all := commands()
	cmd, rest := choose(all, args)
	if cmd == nil {
		c.JSON = wantsJSON(args)
		names := make([]string, len(all))
		for i, k := range all {
			names[i] = k.name
		}
		return c.fail(failure.New(failure.Usage, fmt.Sprintf("There is no command %q", args[0]),
			"The commands are "+strings.Join(names, ", ")+"; `atelier help` explains them"))
	}
	if cmd.name == "help" {
		usage(c.Out, all)
		return ExitDone
	}
	positional, err := parse(cmd.flags, rest)
	c.JSON = cmd.json || (err != nil && wantsJSON(rest))
	if errors.Is(err, flag.ErrHelp) {
		commandUsage(c.Out, cmd)
		return ExitDone
	}
	if err == nil && cmd.args == "" && len(positional) > 0 {
		err = fmt.Errorf("%s takes no argument, and got %q", cmd.name, positional[0])
	}
	if err != nil {
		return c.fail(failure.New(failure.Usage, failure.Sentence(err.Error()), "`atelier "+cmd.name+" -help` lists the flags"))
	}
	if err := cmd.run(ctx, c, positional); err != nil {
		if ctx.Err() != nil && errors.Is(err, context.Canceled) && !failure.Is(err, failure.Interrupted) {
			err = failure.Wrap(err, failure.Interrupted, "Interrupted", "")
		}
		return c.fail(err)
	}
	return ExitDone
}

// choose finds the command of args; flags without a command belong to the first.
func choose(all []*command, args []string) (*command, []string) {
	if len(args) == 0 {
		return all[0], nil
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		return &command{name: "help"}, nil
	}
	if strings.HasPrefix(args[0], "-") {
		return all[0], args
	}
	i := slices.IndexFunc(all, func(k *command) bool { return k.name == args[0] })
	if i < 0 {
		return nil, nil
	}
	return all[i], args[1:]
}

// parse reads flags wherever they stand, before or after the positional
// arguments; everything after "--" is positional.
func parse(flags *flag.FlagSet, args []string) (positional []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		rest := flags.Args()
		if len(rest) == 0 {
			return positional, nil
		}
		if n := len(args) - len(rest); n > 0 && args[n-1] == "--" {
			return append(positional, rest...), nil
		}
		positional = append(positional, rest[0])
		args = rest[1:]
	}
}

// wantsJSON looks for -json in a command line that could not be parsed.
func wantsJSON(args []string) bool {
	return slices.ContainsFunc(args, func(a string) bool {
		return a == "-json" || a == "--json" || a == "-json=true" || a == "--json=true"
	})
}

// errSilent ends a command whose output has said why already.
var errSilent = failure.New(failure.Interrupted, "", "")
