package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// pageParts are what the page's unit tests need of web/.
var pageParts = []string{"src", "tests", "tools", "index.html", "package.json", "tsconfig.json", "vite.config.ts", "playwright.config.ts"}

// copyPage makes a copy of the page in which changes may be tried; the packages
// and the weights are linked.
func (b *bench) copyPage() (string, error) {
	if b.copy != "" {
		return b.copy, nil
	}
	web := filepath.Join(b.root, "web")
	modules := filepath.Join(web, "node_modules")
	if _, err := os.Stat(filepath.Join(modules, ".package-lock.json")); err != nil {
		return "", errors.New("the page's packages are not installed: run npm ci in web/")
	}
	dir, err := os.MkdirTemp("", "mutate-page")
	if err != nil {
		return "", err
	}
	b.copy = dir
	for _, part := range pageParts {
		from, to := filepath.Join(web, part), filepath.Join(dir, part)
		info, err := os.Stat(from)
		switch {
		case err != nil:
			return "", err
		case info.IsDir():
			err = os.CopyFS(to, os.DirFS(from))
		default:
			var body []byte
			if body, err = os.ReadFile(from); err == nil {
				err = os.WriteFile(to, body, 0o600)
			}
		}
		if err != nil {
			return "", err
		}
	}
	return dir, errors.Join(os.Symlink(modules, filepath.Join(dir, "node_modules")), os.Symlink(filepath.Join(web, "weights"), filepath.Join(dir, "weights")))
}

func (b *bench) close() {
	if b.copy != "" {
		_ = os.RemoveAll(b.copy) // in the system's folder for such things
	}
}

// pageTest is goTest for the page: its types must hold with the change, too.
// Without one, all tests are run at once, the first time that one is asked for.
func (b *bench) pageTest(c Change, p *place) verdict {
	dir, err := b.copyPage()
	if err != nil {
		return verdict{otherwise, err.Error()}
	}
	if p == nil {
		if b.unchanged == nil {
			b.unchanged = vitest(dir)
		}
		return b.unchanged(c.Test)
	}
	restore, err := b.put(dir, p)
	if err != nil {
		return verdict{otherwise, err.Error()}
	}
	defer restore()
	if out, err := inFolder(dir, "tsc", "--noEmit"); err != nil {
		return verdict{noBuild, string(out)}
	}
	return vitest(dir, strings.TrimPrefix(c.TestIn, "web/"), "-t", "^"+regexp.QuoteMeta(c.Test)+"$")(c.Test)
}

// vitest runs Vitest and returns what is to be said of each of its tests.
func vitest(dir string, args ...string) func(test string) verdict {
	report := filepath.Join(dir, "report.json")
	_ = os.Remove(report)
	out, _ := inFolder(dir, "vitest", append([]string{"run", "--reporter=json", "--outputFile=" + report}, args...)...)
	found, err := os.ReadFile(report)
	if err != nil {
		return func(string) verdict { return verdict{otherwise, string(out)} }
	}
	return func(test string) verdict { return readVitest(found, test) }
}

// put writes a changed file into the copy and returns what takes it back.
func (b *bench) put(dir string, p *place) (restore func(), err error) {
	rel, err := filepath.Rel(filepath.Join(b.root, "web"), p.path)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, rel)
	was, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return func() { _ = os.WriteFile(path, was, 0o600) }, os.WriteFile(path, p.bytes, 0o600)
}

// inFolder runs one of the page's programs.
func inFolder(dir, name string, args ...string) ([]byte, error) {
	cmd := exec.Command(filepath.Join(dir, "node_modules", ".bin", name), args...)
	cmd.Dir = dir
	return cmd.CombinedOutput()
}

// readVitest reads Vitest's report in JSON.
func readVitest(report []byte, test string) verdict {
	var r struct {
		TestResults []struct {
			Message          string
			AssertionResults []struct {
				FullName, Status string
				FailureMessages  []string
			}
		}
	}
	if err := json.Unmarshal(report, &r); err != nil {
		return verdict{otherwise, "Vitest's report cannot be read: " + err.Error()}
	}
	for _, file := range r.TestResults {
		for _, t := range file.AssertionResults {
			said := strings.Join(t.FailureMessages, "\n")
			switch {
			case t.FullName != test:
			case t.Status == "passed":
				return verdict{notCaught, ""}
			case t.Status == "failed" && strings.HasPrefix(said, "AssertionError"):
				return verdict{caught, said[:min(len(said), 300)]}
			default:
				return verdict{otherwise, "the test is " + t.Status + ", but not by what it asserts\n" + said}
			}
		}
	}
	return verdict{otherwise, "there is no test of this name, or it did not run\n" + string(report[:min(len(report), 2000)])}
}
