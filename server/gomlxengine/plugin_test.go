//go:build cgo && !noxla && linux && (amd64 || arm64)

package gomlxengine

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// brokenPlugins are C programs built as plugins, and what must be said of them.
var brokenPlugins = []struct{ name, source, want string }{
	{"no entry point", `int something_else;`, "cannot be loaded"},
	{"no API", `void *GetPjrtApi(void) { return 0; }`, "crashes when it is loaded"},
	{"aborts", `#include <stdlib.h>
		void *GetPjrtApi(void) { abort(); }`, "crashes when it is loaded"},
	{"too old", `#include "pjrt_c_api.h"
		static PJRT_Error *initialize(PJRT_Plugin_Initialize_Args *a) { return 0; }
		static PJRT_Error *attributes(PJRT_Plugin_Attributes_Args *a) { a->num_attributes = 0; return 0; }
		static PJRT_Api api = {
			.struct_size = PJRT_Api_STRUCT_SIZE,
			.pjrt_api_version = {.struct_size = PJRT_Api_Version_STRUCT_SIZE, .major_version = 0, .minor_version = 40},
			.PJRT_Plugin_Initialize = initialize, .PJRT_Plugin_Attributes = attributes,
		};
		void *GetPjrtApi(void) { return &api; }`, "has version 0.40 of the PJRT API: 0.83"},
	{"missing functions", `#include "pjrt_c_api.h"
		static PJRT_Error *initialize(PJRT_Plugin_Initialize_Args *a) { return 0; }
		static PJRT_Error *attributes(PJRT_Plugin_Attributes_Args *a) { a->num_attributes = 0; return 0; }
		static PJRT_Api api = {
			.struct_size = PJRT_Api_STRUCT_SIZE,
			.pjrt_api_version = {.struct_size = PJRT_Api_Version_STRUCT_SIZE, .major_version = 0, .minor_version = 83},
			.PJRT_Plugin_Initialize = initialize, .PJRT_Plugin_Attributes = attributes,
		};
		void *GetPjrtApi(void) { return &api; }`, "crashes when it is loaded"},
}

func TestBrokenPluginsGiveSentences(t *testing.T) {
	for _, tt := range brokenPlugins {
		t.Run(tt.name, func(t *testing.T) {
			plugin := compilePlugin(t, tt.source)
			folder := filepath.Dir(plugin)
			refused(t, Choice(plugin), tt.want)
			// The search finds it too, and falls back only where no plugin was asked for.
			t.Setenv("PJRT_PLUGIN_LIBRARY_PATH", folder)
			refused(t, CPU, tt.want)
			// It hides no other behind it.
			t.Setenv("PJRT_PLUGIN_LIBRARY_PATH", folder+":"+emptyPlugin(t))
			refused(t, CPU, tt.want)
			refused(t, CPU, "cannot be loaded")
			d, err := Open(Best)
			if err != nil || !d.Portable() || !strings.Contains(strings.Join(d.Reasons(), " "), tt.want) {
				t.Errorf("Open(Best) gave %v with reasons %q, want the portable mode and why", err, d.Reasons())
			}
		})
	}
}

// compilePlugin builds a plugin from C in a folder of its own.
func compilePlugin(t *testing.T, source string) string {
	t.Helper()
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		t.Skip("no gcc: the plugin cannot be built")
	}
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/gomlx/go-xla").Output()
	if err != nil {
		t.Fatal(err)
	}
	include := filepath.Join(strings.TrimSpace(string(dir)), "pkg", "pjrt")
	folder := t.TempDir()
	file, plugin := filepath.Join(folder, "plugin.c"), filepath.Join(folder, "pjrt_c_api_cpu_plugin.so")
	if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(gcc, "-shared", "-fPIC", "-w", "-I", include, "-o", plugin, file).CombinedOutput(); err != nil {
		t.Fatalf("build the plugin: %v\n%s", err, out)
	}
	return plugin
}

func TestDamagedPluginFiles(t *testing.T) {
	folder := t.TempDir()
	garbage := filepath.Join(folder, "pjrt_c_api_cpu_plugin.so")
	if err := os.WriteFile(garbage, []byte("\x7fELF and then nothing"), 0o644); err != nil {
		t.Fatal(err)
	}
	refused(t, Choice(garbage), "cannot be loaded")
	refused(t, Choice(filepath.Join(emptyPlugin(t), "pjrt_c_api_cpu_plugin.so")), "cannot be loaded")
	refused(t, Choice(folder), "is a folder")
	refused(t, Choice(filepath.Join(folder, "absent.so")), "there is no plugin")
	t.Setenv("PJRT_PLUGIN_LIBRARY_PATH", t.TempDir())
	refused(t, CPU, "no plugin found")
	refused(t, "tpu", "is no device")
	refused(t, XLA, "xla:cpu: no plugin found")
}

// emptyPlugin is a folder with a plugin's file that holds nothing.
func emptyPlugin(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "pjrt_c_api_cpu_plugin.so"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestLinkerFolders reads a configuration of the dynamic linker.
func TestLinkerFolders(t *testing.T) {
	dir := t.TempDir()
	conf, more := filepath.Join(dir, "ld.so.conf"), filepath.Join(dir, "more.conf")
	if err := os.WriteFile(conf, []byte("# comment\n/opt/a # why\ninclude "+dir+"/*.conf\n/opt/c\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(more, []byte("/opt/b\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(strings.Fields(strings.Join(listed(conf), " ")), " "); got != "/opt/a /opt/b /opt/c" {
		t.Errorf("the folders are %q", got)
	}
}

// TestEnvironmentIsExplicit: a plugin named in the environment that cannot be
// used is an error, never a silent fallback.
func TestEnvironmentIsExplicit(t *testing.T) {
	t.Setenv(PluginEnv, "/nowhere/plugin.so")
	refused(t, Best, "there is no plugin /nowhere/plugin.so")
	refused(t, XLA, "there is no plugin /nowhere/plugin.so")
}

func refused(t *testing.T, c Choice, want string) {
	t.Helper()
	d, err := Open(c)
	if err == nil {
		t.Fatalf("Open(%q) gave %s", c, d.Description())
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("Open(%q) says %q, which does not hold %q", c, err, want)
	}
}

func TestPluginNames(t *testing.T) {
	for file, want := range map[string]string{
		"pjrt_c_api_cpu_plugin.so":         "cpu",
		"pjrt_c_api_cpu_v0.83.3_plugin.so": "cpu_v0.83.3",
		"pjrt-plugin-cuda.so":              "cuda",
		"pjrt_plugin_cuda.dylib":           "cuda",
		"libcuda.so":                       "",
		"pjrt_c_api_cpu_plugin.so.bak":     "",
	} {
		if got := pluginName(file); got != want {
			t.Errorf("pluginName(%q) = %q, want %q", file, got, want)
		}
	}
}
