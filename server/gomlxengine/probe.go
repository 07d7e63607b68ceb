//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64))

package gomlxengine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A plugin is foreign native code: a broken one may end the process that loads
// it, which no recover can prevent. So it is first loaded by a child process,
// this same program started again with probeEnv set.
const (
	probeEnv     = "ATELIER_PROBE_PJRT"
	probeSuccess = "atelier: the plugin works"
	probeTimeout = 3 * time.Minute // loading CUDA's libraries from a cold disk is slow
)

func init() {
	path := os.Getenv(probeEnv)
	if path == "" {
		return
	}
	if _, err := openPlugin(path); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(probeSuccess)
	os.Exit(0)
}

// probe loads the plugin and runs the smoke graph in a child process. Its
// error says in a sentence what is wrong with the plugin.
func probe(path string) error {
	if info, err := os.Stat(path); err != nil {
		return fmt.Errorf("there is no plugin %s: %w", path, err)
	} else if info.IsDir() {
		return fmt.Errorf("%s is a folder, not a plugin", path)
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("try the plugin %s in a child process: %w", path, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
	defer cancel()
	child := exec.CommandContext(ctx, self)
	child.Env = append(os.Environ(), probeEnv+"="+path)
	var stdout, stderr bytes.Buffer
	child.Stdout, child.Stderr = &stdout, &stderr
	err = child.Run()
	said := strings.TrimSpace(stdout.String())
	var exit *exec.ExitError
	switch {
	case err == nil && strings.HasSuffix(said, probeSuccess):
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("the plugin %s did not answer within %v", path, probeTimeout)
	case errors.As(err, &exit) && exit.ExitCode() == 1 && said != "":
		return errors.New(said)
	case errors.As(err, &exit):
		return fmt.Errorf("the plugin %s crashes when it is loaded (%v%s)", path, err, lastLine(stderr.String()))
	}
	return fmt.Errorf("the plugin %s cannot be tried in a child process: %v", path, err)
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	for _, l := range lines {
		if strings.HasPrefix(l, "SIG") || strings.HasPrefix(l, "fatal error") || strings.HasPrefix(l, "panic:") {
			return "; " + l
		}
	}
	if l := lines[len(lines)-1]; l != "" {
		return "; " + l
	}
	return ""
}
