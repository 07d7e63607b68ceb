package cli

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"atelier/scripts/reference"
)

func TestDataDownloadsAndVerifies(t *testing.T) {
	source := filepath.Join(reference.Dir(t), "fashion-mnist")
	mirror := httptest.NewServer(http.FileServer(http.Dir(source)))
	defer mirror.Close()
	dir := filepath.Join(t.TempDir(), "fashion")
	env := map[string]string{"ATELIER_MIRROR": mirror.URL + "/"}
	code, stdout, stderr := atelier(t, context.Background(), env, "data", "-out", dir, "-json")
	if code != ExitDone {
		t.Fatalf("exit %d: %s%s", code, stdout, stderr)
	}
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if len(lines) != 5 {
		t.Fatalf("%d lines on stdout, want 5:\n%s", len(lines), stdout)
	}
	for _, line := range lines {
		if !json.Valid([]byte(line)) {
			t.Fatalf("not JSON: %s", line)
		}
	}
	if !strings.Contains(stderr, "Downloading train-images-idx3-ubyte") || !strings.Contains(stderr, "50 %") {
		t.Fatalf("progress on stderr: %s", stderr)
	}
	mirror.Close()
	code, stdout, stderr = atelier(t, context.Background(), env, "data", "--out="+dir)
	if code != ExitDone || !strings.Contains(stdout, "verified") || stderr != "" {
		t.Fatalf("second call: exit %d, %s%s", code, stdout, stderr)
	}
}

func TestDataWithoutANetwork(t *testing.T) {
	mirror := httptest.NewServer(nil)
	mirror.Close()
	env := map[string]string{"ATELIER_MIRROR": mirror.URL + "/"}
	code, stdout, _ := atelier(t, context.Background(), env, "data", "-out", t.TempDir(), "-json")
	if code != ExitFailed || !strings.Contains(stdout, `"code":"no_data"`) {
		t.Fatalf("exit %d, %s", code, stdout)
	}
}
