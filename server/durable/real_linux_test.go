package durable

import (
	"errors"
	"io/fs"
	"os"
	"testing"
)

// A file system that cannot sync says so (EINVAL), and an fsync that is never
// asked for hears nothing of it: /proc has folders and files of that kind.
func unsyncable(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Skipf("no %s here: %v", path, err)
	}
	defer f.Close()
	if f.Sync() == nil {
		t.Skipf("%s can be synced here", path)
	}
}

func TestSyncReachesTheRealFolder(t *testing.T) {
	const dir = "/proc/self/task"
	unsyncable(t, dir)
	t.Run("of a run", func(t *testing.T) {
		f, err := OpenFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := f.Sync(); err == nil {
			t.Error("Folder.Sync reports success where fsync fails")
		}
	})
	t.Run("of a download", func(t *testing.T) {
		if err := SyncFolder(dir); err == nil {
			t.Error("SyncFolder reports success where fsync fails")
		}
	})
}

func TestSyncReachesTheRealFile(t *testing.T) {
	f, _ := folder(t)
	file, err := f.Create("a")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		t.Fatal(err)
	}
	if err := file.Sync(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("fsync of a closed file says %v, want %v: the system was not asked", err, fs.ErrClosed)
	}
	const path = "/proc/self/comm"
	unsyncable(t, path)
	if err := SyncFile(path); err == nil {
		t.Error("SyncFile reports success where fsync fails")
	}
}
