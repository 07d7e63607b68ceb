package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every change finds its place, and names a test that is there.
func TestEveryChangeFindsItsPlace(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	all, names := table(), map[string]bool{}
	if len(all) < 45 {
		t.Errorf("%d changes, want 45 or more", len(all))
	}
	for _, c := range all {
		t.Run(c.Name, func(t *testing.T) {
			if names[c.Name] {
				t.Error("the name comes twice")
			}
			names[c.Name] = true
			p, err := locate(root, c)
			if err != nil {
				t.Fatal(err)
			}
			before, err := os.ReadFile(p.path)
			if err != nil || string(before) == string(p.bytes) {
				t.Errorf("nothing changes (%v)", err)
			}
			if !c.page() && !strings.Contains(testsOf(t, filepath.Join(root, c.TestIn)), "func "+strings.Split(c.Test, "/")[0]+"(") {
				t.Errorf("%s has no %s", c.TestIn, c.Test)
			}
		})
	}
}

func testsOf(t *testing.T, dir string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	return all.String()
}

// trial is a module with one function and tests that do and do not notice.
func trial(t *testing.T) *bench {
	t.Helper()
	dir := t.TempDir()
	for name, body := range map[string]string{
		"go.mod": "module trial\n\ngo 1.26\n",
		"p/p.go": "package p\n\nimport \"strings\"\n\nfunc Sum(a, b int) int { return a + b }\n\nfunc Upper(s string) string { return strings.ToUpper(s) }\n",
		"p/p_test.go": `package p

import "testing"

func TestNotices(t *testing.T)   { if Sum(2, 3) != 5 { t.Errorf("the sum is %d", Sum(2, 3)) } }
func TestPasses(t *testing.T)    { _ = Sum(2, 3) }
func TestPanics(t *testing.T)    { if Sum(2, 3) != 5 { panic("no sum") } }
func TestFails(t *testing.T)     { t.Error("always") }
func TestSkips(t *testing.T)     { t.Skip("never here") }
func TestUpper(t *testing.T)     { if Upper("a") != "A" { t.Error("it stays small") } }
func TestParts(t *testing.T) {
	t.Run("of a sum", func(t *testing.T) { if Sum(1, 1) != 2 { t.Error("no 2") } })
}
`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return &bench{root: dir, sound: map[string]verdict{}}
}

func TestAChangeCountsOnlyWhereItsTestNotices(t *testing.T) {
	b := trial(t)
	minus := Change{Where: "p", In: "Sum", From: "a + b", To: "a - b", TestIn: "p"}
	with := func(change func(c *Change)) Change {
		c := minus
		change(&c)
		return c
	}
	tests := []struct {
		name, want string
		c          Change
	}{
		{"the test notices", caught, with(func(c *Change) { c.Test = "TestNotices" })},
		{"a part of it notices", caught, with(func(c *Change) { c.Test = "TestParts/of a sum" })},
		{"an import is left over", caught, with(func(c *Change) { c.In, c.From, c.To, c.Test = "Upper", "strings.ToUpper(_s)", "_s", "TestUpper" })},
		{"the test does not notice", notCaught, with(func(c *Change) { c.Test = "TestPasses" })},
		{"the test panics", otherwise, with(func(c *Change) { c.Test = "TestPanics" })},
		{"the test fails always", unsound, with(func(c *Change) { c.Test = "TestFails" })},
		{"the test is skipped", unsound, with(func(c *Change) { c.Test = "TestSkips" })},
		{"there is no such test", unsound, with(func(c *Change) { c.Test = "TestNothing" })},
		{"it does not compile", noBuild, with(func(c *Change) { c.To, c.Test = "a + nothing", "TestNotices" })},
		{"it finds no place", noPlace, with(func(c *Change) { c.From, c.Test = "a * b", "TestNotices" })},
		{"it finds two", noPlace, with(func(c *Change) { c.In, c.From, c.Test = "", "a", "TestNotices" })},
		{"there is no such declaration", noPlace, with(func(c *Change) { c.In, c.Test = "Product", "TestNotices" })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if testing.Short() && tt.want != noPlace {
				t.Skip("-short: builds a module")
			}
			if got := b.judge(tt.c); got.word != tt.want {
				t.Errorf("%s, want %s: %s", got.word, tt.want, got.detail)
			}
		})
	}
}

func TestVitestsReport(t *testing.T) {
	report := func(status, said string) []byte {
		return []byte(`{"testResults":[{"assertionResults":[{"fullName":"a b","status":"` + status + `","failureMessages":["` + said + `"]}]}]}`)
	}
	tests := []struct {
		name   string
		report []byte
		test   string
		want   string
	}{
		{"passed", report("passed", ""), "a b", notCaught},
		{"failed", report("failed", "AssertionError: expected 1 to be 2"), "a b", caught},
		{"threw", report("failed", "TypeError: x is not a function"), "a b", otherwise},
		{"skipped", report("skipped", ""), "a b", otherwise},
		{"another test", report("passed", ""), "a", otherwise},
		{"no report", []byte("oops"), "a b", otherwise},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := readVitest(tt.report, tt.test); got.word != tt.want {
				t.Errorf("%s, want %s", got.word, tt.want)
			}
		})
	}
}
