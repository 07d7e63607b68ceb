package cli

import (
	"flag"
	"fmt"
	"io"
	"runtime/debug"

	"atelier/server/failure"
)

// usage writes the overview of all commands.
func usage(w io.Writer, all []*command) {
	fmt.Fprint(w, "Atelier trains two convolutional networks on Fashion-MNIST, in the browser and here.\n\n"+
		"Usage: atelier [COMMAND] [flags]\n\n")
	for i, k := range all {
		summary := k.summary
		if i == 0 {
			summary += " (the default)"
		}
		fmt.Fprintf(w, "  %-8s %s\n", k.name, summary)
	}
	fmt.Fprint(w, "\nFlags are -name value or --name=value; `atelier COMMAND -help` lists them.\n"+
		"Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted and saved.\n")
}

// checkWorkers refuses a number of goroutines that is none; 0 is one a processor.
func checkWorkers(n int) error {
	if n < 0 {
		return failure.New(failure.Usage, fmt.Sprintf("-workers must be 0 or more, not %d", n), "")
	}
	return nil
}

// commandUsage writes the flags of one command.
func commandUsage(w io.Writer, cmd *command) {
	line := "Usage: atelier " + cmd.name + " [flags]"
	if cmd.args != "" {
		line += " " + cmd.args
	}
	fmt.Fprintf(w, "%s\n\n%s.\n\n", line, failure.Sentence(cmd.summary))
	cmd.flags.VisitAll(func(f *flag.Flag) {
		kind, text := flag.UnquoteUsage(f)
		left := "-" + f.Name
		if kind != "" {
			left += " " + kind
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" {
			text += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(w, "  %-22s %s\n", left, text)
	})
}

// version is the revision that this program was built from, where it knows.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return "unknown"
}
