package runstest

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"

	"atelier/server/durable"
)

// Disk may be full, or fail at one operation. Its method On is a runs.Disk.
type Disk struct {
	Full   atomic.Bool
	Fits   string       // files with this in their names fit on the full disk; "": none
	Count  atomic.Int64 // of operations
	FailAt atomic.Int64 // the operation that fails; 0: none
}

// On puts the disk under a folder.
func (d *Disk) On(files durable.FS) durable.FS { return folder{files, d} }

func (d *Disk) fault() error {
	if d.Count.Add(1) == d.FailAt.Load() {
		return syscall.EIO
	}
	return nil
}

type folder struct {
	durable.FS
	disk *Disk
}

func (f folder) Create(name string) (durable.File, error) {
	fits := f.disk.Fits != "" && strings.Contains(name, f.disk.Fits)
	if f.disk.Full.Load() && !fits {
		return nil, fmt.Errorf("create %s: %w", name, syscall.ENOSPC)
	}
	opened, err := f.FS.Create(name)
	return file{opened, f.disk}, errors.Join(f.disk.fault(), err)
}

func (f folder) Rename(from, to string) error {
	if err := f.disk.fault(); err != nil {
		return err
	}
	return f.FS.Rename(from, to)
}

func (f folder) Sync() error { return errors.Join(f.disk.fault(), f.FS.Sync()) }

type file struct {
	durable.File
	disk *Disk
}

func (f file) Write(b []byte) (int, error) {
	if err := f.disk.fault(); err != nil {
		return 0, err
	}
	return f.File.Write(b)
}

func (f file) Sync() error { return errors.Join(f.disk.fault(), f.File.Sync()) }
