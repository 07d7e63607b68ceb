//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64))

package gomlxengine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/gomlx/go-xla/pkg/installer"
	"github.com/gomlx/go-xla/pkg/pjrt"
)

// findPlugin searches the folders that GoMLX searches, by the file names it
// knows. GoMLX's own search opens every candidate and panics on a broken one,
// which would hide a good one behind it.
func findPlugin(c Choice) (string, error) {
	if c != CUDA && c != CPU {
		return "", fmt.Errorf("%q is no device: there are %q, %q, %q and the absolute path of a PJRT plugin", c, CUDA, CPU, Portable)
	}
	if c == CUDA && !hasNvidia() {
		return "", errors.New("no NVIDIA device found")
	}
	for _, folder := range PluginFolders() {
		entries, _ := os.ReadDir(folder) // most of the folders do not exist
		for _, e := range entries {
			if strings.HasPrefix(pluginName(e.Name()), string(c)) {
				return filepath.Join(folder, e.Name()), nil
			}
		}
	}
	return "", errors.New("no plugin found")
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
	for _, f := range filepath.SplitList(os.Getenv("LD_LIBRARY_PATH")) {
		if filepath.IsAbs(f) {
			folders = append(folders, f)
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
