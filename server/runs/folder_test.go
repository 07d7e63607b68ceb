package runs

import (
	"os"
	"path/filepath"
	"testing"

	"atelier/server/failure"
)

func TestOneProgramAtATimeHasAFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run")
	folder, err := OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	if _, err := OpenFolder(path); !failure.Is(err, failure.Conflict) {
		t.Fatalf("a second opening gave %v", err)
	}
}

// TestAskingForALockedFolderDisturbsNoSave opens a folder while its run is in
// the middle of a save.
func TestAskingForALockedFolderDisturbsNoSave(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run")
	folder, err := OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(path, LastFile+".unfinished-HALFWAY1")
	if err := os.WriteFile(half, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenFolder(path); !failure.Is(err, failure.Conflict) {
		t.Fatalf("a second opening gave %v", err)
	}
	if _, err := os.Stat(half); err != nil {
		t.Fatalf("the save in progress lost its file: %v", err)
	}
	if err := folder.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if _, err := os.Stat(half); !os.IsNotExist(err) {
		t.Fatalf("what a dead program left is still there (%v)", err)
	}
}
