package durable

import (
	"errors"
	"os"
	"runtime"
)

// SyncFile asks the disk to keep what has been written to the file.
func SyncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// SyncFolder asks the disk to keep the folder's list of names. Windows has no
// such call: there the file system journals names by itself.
func SyncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
