//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64))

package gomlxengine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/gomlx/go-xla/pkg/installer"
	"github.com/gomlx/go-xla/pkg/pjrt"
)

// findPlugins searches the folders that GoMLX searches, by the file names it
// knows, and returns at least one path. GoMLX's own search opens every candidate
// and panics on a broken one, which would hide a good one behind it.
func findPlugins(c Choice) ([]string, error) {
	if c != CUDA && c != CPU {
		return nil, fmt.Errorf("%q is no device: there are %q, %q, %q and the absolute path of a PJRT plugin", c, CUDA, CPU, Portable)
	}
	if c == CUDA && !hasNvidia() {
		return nil, errors.New("no NVIDIA device found")
	}
	var found []string
	for _, folder := range PluginFolders() {
		entries, _ := os.ReadDir(folder) // most of the folders do not exist
		for _, e := range entries {
			if strings.HasPrefix(pluginName(e.Name()), string(c)) {
				found = append(found, filepath.Join(folder, e.Name()))
			}
		}
	}
	if found == nil {
		return nil, errors.New("no plugin found")
	}
	return found, nil
}

var pluginFile = regexp.MustCompile(`^(?:pjrt_c_api_(.+)_plugin|pjrt[-_]plugin[-_](.+))\.(?:so|dylib)$`)

// pluginName is the name in a plugin's file name, perhaps with a version:
// cpu_v0.83.3 of pjrt_c_api_cpu_v0.83.3_plugin.so. Other files have none.
func pluginName(file string) string {
	m := pluginFile.FindStringSubmatch(file)
	if m == nil {
		return ""
	}
	return m[1] + m[2]
}

// PluginFolders are the folders in which plugins are looked for, in order.
func PluginFolders() []string {
	if env, ok := os.LookupEnv(pjrt.PJRTPluginPathsEnv); ok {
		return filepath.SplitList(env)
	}
	var folders []string
	if home, err := installer.DefaultHomeLibPath(); err == nil {
		folders = append(folders, filepath.Join(home, "go-xla"), filepath.Join(home, "go-xla", "nvidia"))
	}
	folders = append(folders, "/usr/local/lib/go-xla", "/usr/local/lib/go-xla/nvidia")
	for _, f := range append(filepath.SplitList(os.Getenv("LD_LIBRARY_PATH")), listed("/etc/ld.so.conf")...) {
		if filepath.IsAbs(f) && !slices.Contains(folders, f) {
			folders = append(folders, f)
		}
	}
	return folders
}

// listed are the folders in a configuration of the dynamic linker: one a line,
// or the word include and a pattern of further files. # begins a comment.
func listed(file string) (folders []string) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil // not every system has one
	}
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		pattern, ok := strings.CutPrefix(line, "include ")
		if !ok {
			folders = append(folders, line)
			continue
		}
		more, _ := filepath.Glob(strings.TrimSpace(pattern))
		for _, f := range more {
			if f != file {
				folders = append(folders, listed(f)...)
			}
		}
	}
	return folders
}

func hasNvidia() bool {
	if runtime.GOOS != "linux" {
		return false
	}
	found, _ := filepath.Glob("/dev/nvidia*")
	return len(found) > 0
}
