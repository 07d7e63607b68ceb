package main

import (
	"os/exec"
	"path/filepath"
	"strings"
)

// Change breaks one promise in a few lines.
type Change struct {
	Name string // what goes wrong, as one would tell a colleague

	// Where is the package's folder, or one of the page's; In the Go declaration
	// within it: "Name" or "Type.Method".
	Where, In string
	// From is what is looked for there, and must be found exactly once. In Go it is
	// an expression, an element of a composite literal, or statements, however they
	// are laid out; a name that begins with _ stands for any expression, and for the
	// same in To. In the page it is a regular expression, To its replacement.
	From, To string

	// The test that must fail: of a Go package's folder, or of a file of the page's tests.
	TestIn, Test string
}

// page says whether a change is in TypeScript.
func (c Change) page() bool { return strings.HasPrefix(c.Where, "web/") }

// How a change may end.
const (
	caught    = "caught"
	notCaught = "NOT CAUGHT"
	noPlace   = "DOES NOT APPLY"
	noBuild   = "DOES NOT COMPILE"
	otherwise = "FAILS OTHERWISE" // the test failed, but not by what it asserts
	unsound   = "TEST NOT SOUND"  // the test does not run, or fails without the change
)

// verdict is a change's end, with what was seen.
type verdict struct{ word, detail string }

// bench is where changes are judged.
type bench struct {
	root  string
	copy  string             // of the page, made when first needed
	sound map[string]verdict // of each test, without any change

	unchanged func(test string) verdict // of the page's tests
}

// judge applies one change and runs its test.
func (b *bench) judge(c Change) verdict {
	place, err := locate(b.root, c)
	if err != nil {
		return verdict{noPlace, err.Error()}
	}
	run := b.goTest
	if c.page() {
		run = b.pageTest
	}
	key := c.TestIn + " " + c.Test
	before, ok := b.sound[key]
	if !ok {
		before = run(c, nil)
		b.sound[key] = before
	}
	if before.word != notCaught {
		return verdict{unsound, "without any change: " + before.word + "\n" + before.detail}
	}
	return run(c, place)
}

// place is a file and what it holds after the change.
type place struct {
	path  string // absolute
	bytes []byte
}

func moduleRoot() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", err
	}
	return filepath.Clean(strings.TrimSpace(string(out))), nil
}

// indented is the end of a text, moved to the right.
func indented(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) > 40 {
		lines = append([]string{"..."}, lines[len(lines)-40:]...)
	}
	return "        " + strings.Join(lines, "\n        ")
}
