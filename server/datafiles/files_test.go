package datafiles

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"atelier/core/fashion"
	"atelier/scripts/reference"
)

func TestFolder(t *testing.T) {
	tests := []struct {
		name, flag string
		env        map[string]string
		want       string
	}{
		{"flag first", "/a", map[string]string{"FASHION_MNIST_DIR": "/b", "XDG_CACHE_HOME": "/c"}, "/a"},
		{"then the variable", "", map[string]string{"FASHION_MNIST_DIR": "/b", "XDG_CACHE_HOME": "/c"}, "/b"},
		{"then the cache", "", map[string]string{"XDG_CACHE_HOME": "/c"}, filepath.Join("/c", "atelier", "fashion-mnist")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Folder(tt.flag, func(k string) string { return tt.env[k] })
			if err != nil || got != tt.want {
				t.Fatalf("Folder = %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestRealFilesVerify(t *testing.T) {
	dir := filepath.Join(reference.Dir(t), "fashion-mnist")
	for _, f := range fashion.Files {
		if _, err := Read(dir, f); err != nil {
			t.Error(err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	f, body := sample(t)
	plain := make([]byte, f.Bytes)
	tests := []struct {
		name, file string
		content    []byte
		want       string
	}{
		{"nothing there", "unrelated", nil, "not there"},
		{"plain file with other bytes", f.Name, plain, "SHA-256"},
		{"plain file too long", f.Name, make([]byte, f.Bytes+1), "more than"},
		{"empty", f.Name + ".gz", nil, "ends after 0 bytes"},
		{"gzip cut short", f.Name + ".gz", body[:len(body)-9], "cannot be read beyond"},
		{"gzip damaged", f.Name + ".gz", append([]byte{0x1f, 0x8b, 9}, body[3:]...), "gzip"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, tt.file), tt.content, 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := Read(dir, f); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want %q", err, tt.want)
			}
		})
	}
}
