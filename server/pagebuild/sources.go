// Package pagebuild knows of what sources a built page was made, and has it built
// where they have changed: by scripts/page, a program of its own, as `make web` does.
//
// In go the module's root and, for [Ensure], where progress is told. Out come the hash
// of the sources, whether a page is of them, and a failure with a sentence.
package pagebuild

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Stamp is the file in a built page that says what it was made of.
const Stamp = "sources.sha256"

// Site is where the built page lies, below the module's root.
const Site = "web/dist/site"

// Root walks up from dir to the root of this module; ok is false outside it.
func Root(dir string) (root string, ok bool) {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	for {
		b, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil {
			return dir, strings.HasPrefix(string(b), "module atelier\n")
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", false
		}
		dir = up
	}
}

// Sources returns the SHA-256 of all that the page is made of and by, names and
// contents.
func Sources(root string) (string, error) {
	h := sha256.New()
	for _, part := range []string{"core", "wasm", "web", "scripts/page", "go.mod"} {
		err := filepath.WalkDir(filepath.Join(root, part), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				if errors.Is(err, fs.ErrNotExist) && path == filepath.Join(root, part) {
					return nil
				}
				return err
			}
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			rel = filepath.ToSlash(rel)
			if d.IsDir() {
				if notSources[rel] || strings.HasPrefix(d.Name(), ".") {
					return filepath.SkipDir
				}
				return nil
			}
			if !d.Type().IsRegular() || notASource(rel) {
				return nil
			}
			return hashFile(h, rel, path)
		})
		if err != nil {
			return "", fmt.Errorf("the page's sources: %w", err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// notSources are folders that hold no sources of the page.
var notSources = map[string]bool{
	"web/node_modules": true, "web/dist": true, "web/build": true, "web/tests": true,
	"web/test-results": true, "web/test-scratch": true, "web/playwright-report": true, "web/shots": true,
}

func notASource(rel string) bool {
	if strings.HasPrefix(rel, "web/") {
		base := filepath.Base(rel)
		return strings.HasSuffix(rel, ".go") || strings.HasPrefix(base, ".") && base != ".npmrc" || strings.HasPrefix(base, "playwright.")
	}
	return rel != "go.mod" && (!strings.HasSuffix(rel, ".go") || strings.HasSuffix(rel, "_test.go"))
}

func hashFile(h io.Writer, rel, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	inner := sha256.New()
	if _, err := io.Copy(inner, f); err != nil {
		return err
	}
	_, err = fmt.Fprintf(h, "%x %s\n", inner.Sum(nil), rel)
	return err
}

// Fresh says whether the built page in site was made of sources.
func Fresh(site fs.FS, sources string) bool {
	b, err := fs.ReadFile(site, Stamp)
	return err == nil && strings.TrimSpace(string(b)) == sources
}
