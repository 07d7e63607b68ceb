//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64))

package gomlxengine

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/gomlx/go-xla/pkg/installer"
	"github.com/gomlx/gomlx/backends/xla"
)

// InstallPlugin downloads and installs XLA's plugin for this machine's
// processor and, where it sees an NVIDIA GPU, the one for CUDA. It is the only
// thing here that downloads; w is told first what and from where.
func InstallPlugin(w io.Writer) error {
	home, err := installer.DefaultHomeLibPath()
	if err != nil {
		return fmt.Errorf("find the folder for plugins: %w", err)
	}
	fmt.Fprintf(w, "Installing XLA's plugins into %s.\n", filepath.Join(home, "go-xla"))
	fmt.Fprintf(w, "CPU: the PJRT plugin that go-xla v0.1.4 was tested with, from the releases of github.com/gomlx/pjrt-cpu-binaries (its publisher gives no checksum).\n")
	if hasNvidia() {
		fmt.Fprintf(w, "NVIDIA: the newest jax-cuda13-pjrt and the CUDA libraries it needs, several GB, from pypi.org (checksums verified).\n")
	}
	if err := xla.AutoInstall(); err != nil {
		return fmt.Errorf("install XLA's plugins: %w", err)
	}
	fmt.Fprintf(w, "Done. Training with -engine auto or gomlx now uses them.\n")
	return nil
}
