//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64))

package gomlxengine

import (
	"fmt"
	"os"
	"strings"

	"github.com/gomlx/go-xla/pkg/pjrt"
	"github.com/gomlx/gomlx/backends/xla"
)

// go-xla v0.1.4 is generated for PJRT C API 0.83. It checks no version itself;
// newer 0.x plugins work by PJRT's rules (fields are only appended), older ones
// may be called through function pointers they do not have.
const (
	pjrtMajor = 0
	pjrtMinor = 83
)

func init() {
	// GoMLX downloads plugins by itself unless told not to.
	xla.EnableAutoInstall(false)
}

// openPlugin opens the plugin at an absolute path and tries it.
func openPlugin(path string) (*Device, error) {
	if strings.Contains(path, ",") {
		return nil, fmt.Errorf("the plugin's path %q holds a comma, which GoMLX takes for an option", path)
	}
	// go-xla v0.1.4 would point XLA at a folder of its author's machine.
	if os.Getenv("GOPJRT_CUDA_CHECKS") == "" {
		if err := os.Setenv("GOPJRT_CUDA_CHECKS", "0"); err != nil {
			return nil, err
		}
	}
	plugin, err := pjrt.GetPlugin(path)
	if err != nil {
		return nil, fmt.Errorf("the plugin %s cannot be loaded: %w", path, err)
	}
	if err := checkVersion(path, plugin); err != nil {
		return nil, err
	}
	var options pjrt.NamedValuesMap
	if strings.Contains(path, "cuda") {
		options = pjrt.NamedValuesMap{"preallocate": false} // else 75 % of the GPU's memory at once
	}
	b, err := xla.NewWithOptions(path, options)
	if err != nil {
		return nil, fmt.Errorf("the plugin %s finds no device: %w", path, err)
	}
	d := &Device{backend: b}
	return d, d.smoke()
}

func checkVersion(path string, plugin *pjrt.Plugin) error {
	major, minor := plugin.Version()
	if major != pjrtMajor || minor < pjrtMinor {
		return fmt.Errorf("the plugin %s has version %d.%d of the PJRT API: %d.%d or a newer %d.x is needed",
			path, major, minor, pjrtMajor, pjrtMinor, pjrtMajor)
	}
	return nil
}
