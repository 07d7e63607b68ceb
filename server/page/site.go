// Package page serves the built page: a folder of files that never change
// while the server runs, some of them compressed beforehand.
package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"atelier/server/failure"
	"atelier/server/guard"
	"atelier/server/pagebuild"
)

// types are the content types of what a built page holds. A file of another
// kind is an error of the build, found at start.
var types = map[string]string{
	".html":        "text/html; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".svg":         "image/svg+xml",
	".png":         "image/png",
	".webp":        "image/webp",
	".ico":         "image/x-icon",
	".woff2":       "font/woff2",
	".wasm":        "application/wasm",
	".json":        "application/json",
	".map":         "application/json",
	".webmanifest": "application/manifest+json",
	".txt":         "text/plain; charset=utf-8",
	".md":          "text/markdown; charset=utf-8",
	".safetensors": "application/octet-stream",
	".gz":          "application/gzip",
	".zip":         "application/zip",
}

// Site is a page in memory.
type Site struct{ files map[string]*file }

// file is one file of the page.
type file struct {
	kind    string
	bodies  map[string][]byte // by content encoding: "", "br", "gzip"
	tags    map[string]string // ETag of each
	forever bool              // the name carries a hash of the content
}

// Load reads a built page. Files named X.br and X.gz beside X are X compressed.
func Load(fsys fs.FS) (*Site, error) {
	s := &Site{files: map[string]*file{}}
	packed := map[string]string{".br": "br", ".gz": "gzip"}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") || name == pagebuild.Stamp {
			return err
		}
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		encoding := packed[path.Ext(name)]
		if encoding != "" {
			plain := strings.TrimSuffix(name, path.Ext(name))
			if _, err := fs.Stat(fsys, plain); err == nil {
				name = plain
			} else {
				encoding = ""
			}
		}
		return s.add(name, encoding, body)
	})
	if err != nil {
		return nil, fmt.Errorf("the built page: %w", err)
	}
	if s.files["index.html"] == nil {
		return nil, fmt.Errorf("the built page has no index.html")
	}
	return s, nil
}

func (s *Site) add(name, encoding string, body []byte) error {
	kind, ok := types[path.Ext(name)]
	if !ok {
		return fmt.Errorf("%s: its kind is not known to the server", name)
	}
	f := s.files[name]
	if f == nil {
		f = &file{kind: kind, bodies: map[string][]byte{}, tags: map[string]string{}, forever: strings.HasPrefix(name, "assets/")}
		s.files[name] = f
	}
	sum := sha256.Sum256(body)
	f.bodies[encoding] = body
	f.tags[encoding] = `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
	return nil
}

// Names lists the addresses of the page, for tests that walk over all.
func (s *Site) Names() []string {
	names := []string{"/"}
	for name := range s.files {
		names = append(names, "/"+name)
	}
	return names
}

// ServeHTTP answers with the file of that name, in the smallest encoding that
// the reader takes.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = "index.html"
	}
	f := s.files[name]
	if f == nil {
		guard.WriteError(w, failure.New(failure.NotFound, "There is nothing at this address", "The page is at /"))
		return
	}
	encoding := f.choose(r.Header.Get("Accept-Encoding"))
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("ETag", f.tags[encoding])
	if len(f.bodies) > 1 {
		h.Set("Vary", "Accept-Encoding")
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	if f.forever {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.bodies[encoding]))
}

// choose picks the first of br, gzip and plain that is there and taken.
func (f *file) choose(accept string) string {
	taken := map[string]bool{}
	for part := range strings.SplitSeq(accept, ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if q = strings.ReplaceAll(q, " ", ""); q == "q=0" || q == "q=0.0" || q == "q=0.00" || q == "q=0.000" {
			continue
		}
		taken[strings.ToLower(name)] = true
	}
	for _, e := range []string{"br", "gzip"} {
		if f.bodies[e] != nil && taken[e] {
			return e
		}
	}
	return ""
}
