package cli

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"atelier/scripts/reference"
)

// otherSet fills a folder with another data set under Fashion-MNIST's names.
func otherSet(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for name, header := range map[string][]byte{
		"train-images-idx3-ubyte": {0, 0, 8, 3, 0, 0, 0, 20, 0, 0, 0, 28, 0, 0, 0, 28},
		"train-labels-idx1-ubyte": {0, 0, 8, 1, 0, 0, 0, 20},
		"t10k-images-idx3-ubyte":  {0, 0, 8, 3, 0, 0, 0, 20, 0, 0, 0, 28, 0, 0, 0, 28},
		"t10k-labels-idx1-ubyte":  {0, 0, 8, 1, 0, 0, 0, 20},
	} {
		size := 20
		if strings.Contains(name, "images") {
			size *= 28 * 28
		}
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(append(header, make([]byte, size)...)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name+".gz")
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		out[path] = b.Bytes()
	}
	return out
}

// TestAnotherDataSetStays names a folder with another data set to every command
// that downloads: by flag and by environment, with the cache filled and empty.
func TestAnotherDataSetStays(t *testing.T) {
	source := filepath.Join(reference.Dir(t), "fashion-mnist")
	asked := 0
	mirror := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.FileServer(http.Dir(source)).ServeHTTP(w, r)
	}))
	defer mirror.Close()
	dir, cache := t.TempDir(), t.TempDir()
	theirs := otherSet(t, dir)
	stays := func(t *testing.T) {
		t.Helper()
		for path, want := range theirs {
			if b, err := os.ReadFile(path); err != nil || !bytes.Equal(b, want) {
				t.Errorf("%s was replaced or removed (%v)", filepath.Base(path), err)
			}
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != len(theirs) {
			t.Errorf("the folder holds %v (%v)", entries, err)
		}
	}
	env := map[string]string{"ATELIER_MIRROR": mirror.URL, "XDG_CACHE_HOME": cache}
	byEnv := map[string]string{"ATELIER_MIRROR": mirror.URL, "XDG_CACHE_HOME": cache, "FASHION_MNIST_DIR": dir}
	t.Run("data", func(t *testing.T) {
		code, _, stderr := atelier(t, context.Background(), env, "data", "-out", dir)
		if code != ExitFailed || !strings.Contains(stderr, "t10k-labels-idx1-ubyte.gz holds another data set (20 labels)") || asked != 0 {
			t.Errorf("exit %d after %d requests: %s", code, asked, stderr)
		}
		stays(t)
	})
	t.Run("serve", func(t *testing.T) {
		url, _, stop := served(t, env, "-data", dir)
		defer stop()
		kind := ""
		for end := time.Now().Add(60 * time.Second); !strings.Contains(kind, `"real"`) && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			_, kind = get(t, url+"data/index.json")
		}
		if !strings.Contains(kind, `"real"`) || asked != 4 {
			t.Errorf("after %d requests the server has %s", asked, kind)
		}
		stays(t)
	})
	for name, tt := range map[string]struct {
		env  map[string]string
		flag string
	}{"train by flag": {env, dir}, "train by environment": {byEnv, ""}} {
		t.Run(name, func(t *testing.T) {
			var said bytes.Buffer
			c := &Console{Out: io.Discard, Err: &said, Getenv: func(k string) string { return tt.env[k] }}
			set, err := openData(context.Background(), c, tt.flag)
			if err != nil || set.Kind != "real" || set.Train.Len() != 60_000 {
				t.Fatalf("%v: %s", err, &said)
			}
			if !strings.Contains(said.String(), "train-images-idx3-ubyte.gz holds another data set (20 images of 28 × 28)") {
				t.Errorf("it says %s", &said)
			}
			stays(t)
		})
	}
	if asked != 4 {
		t.Errorf("%d requests, want 4: the cache is filled once", asked)
	}
}
