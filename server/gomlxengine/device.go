package gomlxengine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/gomlx/gomlx/backends"
	"github.com/gomlx/gomlx/backends/simplego"
)

// Choice names the backend to open.
type Choice string

// The choices; an absolute path of a PJRT plugin is one too.
const (
	Best     Choice = ""         // XLA where a device is found, else the portable mode
	XLA      Choice = "xla"      // XLA on CUDA, else XLA on the CPU: what the engine "auto" tries
	CUDA     Choice = "cuda"     // XLA on an NVIDIA GPU
	CPU      Choice = "cpu"      // XLA on the CPU
	Portable Choice = "portable" // GoMLX's pure-Go backend: slow, for tests and proofs
)

// PluginEnv names the environment variable that stands in for Best and XLA: a
// choice, mostly the absolute path of a PJRT plugin.
const PluginEnv = "ATELIER_PJRT"

// Device is an opened GoMLX backend.
type Device struct {
	backend  backends.Backend
	portable bool
	reasons  []string
	spread   *spread // where several devices share each batch, else nil
}

// Description is what the backend says of itself.
func (d *Device) Description() string {
	s := d.backend.Description() + ", " + d.backend.DeviceDescription(0)
	if d.spread != nil {
		s += fmt.Sprintf(", and %s like it (experimental)", count(d.spread.devices-1, "other"))
	}
	return s
}

// Reasons say why no faster device was taken, one sentence for each that was
// tried; none where the first was.
func (d *Device) Reasons() []string { return d.reasons }

// Portable tells whether this is GoMLX's pure-Go backend.
func (d *Device) Portable() bool { return d.portable }

// Devices is the number of devices of the backend: several GPUs, say.
func (d *Device) Devices() int { return d.backend.NumDevices() }

var (
	openMu sync.Mutex
	opened = make(map[string]*Device) // a backend is created once a process and never closed
)

// Open opens the chosen backend. Nothing is ever downloaded, a plugin is tried
// in a child process first, and no device is returned that has not computed a
// small graph correctly. Best falls back; every other choice is the one asked
// for or an error.
func Open(c Choice) (*Device, error) {
	openMu.Lock()
	defer openMu.Unlock()
	if c == Best || c == XLA {
		if env := os.Getenv(PluginEnv); env != "" {
			d, err := openOne(Choice(env))
			if err != nil {
				return nil, fmt.Errorf("$%s asks for %q: %w", PluginEnv, env, err)
			}
			return d, nil
		}
	}
	switch c {
	case Best:
		return openFirst(CUDA, CPU, Portable)
	case XLA:
		return openFirst(CUDA, CPU)
	}
	return openOne(c)
}

// Demanded tells whether $ATELIER_PJRT asks for a device, so that none other will do.
func Demanded() bool { return os.Getenv(PluginEnv) != "" }

func openFirst(choices ...Choice) (*Device, error) {
	var reasons []string
	for _, c := range choices {
		d, err := openOne(c)
		if err != nil {
			reasons = append(reasons, fmt.Sprintf("xla:%s: %v", c, err))
			continue
		}
		taken := *d
		taken.reasons = reasons
		return &taken, nil
	}
	return nil, errors.New(strings.Join(reasons, "; "))
}

func openOne(c Choice) (d *Device, err error) {
	if c == Portable {
		return remembered("portable", openPortable)
	}
	plugins := []string{string(c)}
	if !filepath.IsAbs(string(c)) {
		if plugins, err = findPlugins(c); err != nil {
			return nil, err
		}
	}
	var reasons []string
	for _, plugin := range plugins {
		if d, err = remembered(plugin, func() (*Device, error) { return openProbed(plugin) }); err == nil {
			return d, nil
		}
		reasons = append(reasons, err.Error())
	}
	return nil, errors.New(strings.Join(reasons, "; "))
}

// openProbed opens a plugin that a child process has opened before.
func openProbed(plugin string) (d *Device, err error) {
	defer func() {
		if r := recover(); r != nil { // GoMLX panics on broken plugin files and unknown names
			d, err = nil, fmt.Errorf("opening the plugin %s failed: %v", plugin, r)
		}
	}()
	if err := probe(plugin); err != nil {
		return nil, err
	}
	return openPlugin(plugin)
}

func remembered(key string, open func() (*Device, error)) (*Device, error) {
	if d, ok := opened[key]; ok {
		return d, nil
	}
	d, err := open()
	if err == nil {
		opened[key] = d
	}
	return d, err
}

// openPortable runs operations one after the other: GoMLX's pool of workers
// deadlocks where there is one processor, and matrix products are parallel
// within themselves anyway.
func openPortable() (*Device, error) {
	b, err := simplego.New("ops_sequential")
	if err != nil {
		return nil, err
	}
	d := &Device{backend: b, portable: true}
	return d, d.smoke()
}
