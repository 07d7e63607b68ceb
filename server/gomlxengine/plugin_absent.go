//go:build !(cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64)))

package gomlxengine

import (
	"errors"
	"io"
)

var errNoXLA = errors.New("this program was built without XLA, which needs cgo and a C compiler (and no tag noxla), on Linux or an ARM Mac")

func findPlugins(Choice) ([]string, error) { return nil, errNoXLA }
func probe(string) error                   { return errNoXLA }
func openPlugin(string) (*Device, error)   { return nil, errNoXLA }

// PluginFolders are none: this build cannot use plugins.
func PluginFolders() []string { return nil }

// InstallPlugin downloads XLA's plugins; this build cannot use them.
func InstallPlugin(io.Writer) error { return errNoXLA }
