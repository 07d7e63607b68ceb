package failure

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// codeArgument is which argument of a call is a code, by the function of this
// package that is called.
var codeArgument = map[string]int{"New": 0, "Wrap": 1, "Is": 1}

// TestEveryCodeIsDeclared reads all of the server: a code without a status, written
// as a literal or as a constant of this package, would become a 500 by accident.
func TestEveryCodeIsDeclared(t *testing.T) {
	constants := declared(t)
	checked := 0
	err := filepath.WalkDir("..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			code, ok := codeOf(n, constants)
			if !ok {
				return true
			}
			checked++
			if _, ok := Status[code]; !ok {
				t.Errorf("%s: the code %q has no status", path, code)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if checked < 100 {
		t.Errorf("only %d codes were found in the server: is it read?", checked)
	}
	for name, code := range constants {
		if Status[code] == 0 {
			t.Errorf("%s (%q) has no status", name, code)
		}
	}
}

// codeOf returns the code in a call of New, Wrap or Is. What is neither a literal
// nor a constant of this package is its own text, which is no code.
func codeOf(n ast.Node, constants map[string]string) (string, bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return "", false
	}
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	if x, ok := f.X.(*ast.Ident); !ok || x.Name != "failure" {
		return "", false
	}
	i, ok := codeArgument[f.Sel.Name]
	if !ok || i >= len(call.Args) {
		return "", false
	}
	switch arg := call.Args[i].(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(arg.Value)
		return text, err == nil
	case *ast.SelectorExpr:
		if code, ok := constants[arg.Sel.Name]; ok {
			return code, true
		}
		return "failure." + arg.Sel.Name, true
	}
	return "an expression", true
}

// declared are the constants of codes.go, by their names.
func declared(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
			if lit, ok := v.Values[0].(*ast.BasicLit); ok {
				found[v.Names[0].Name] = strings.Trim(lit.Value, `"`)
			}
		}
		return true
	})
	if len(found) < 15 {
		t.Fatalf("only %d constants are in codes.go", len(found))
	}
	return found
}

// TestTheDocumentsListEveryCode: programs read the codes, so API.md has each with its
// status, and openapi.yaml lists them.
func TestTheDocumentsListEveryCode(t *testing.T) {
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	md := read("API.md")
	for code, status := range Status {
		if row := "| `" + code + "` | " + strconv.Itoa(status) + " |"; !strings.Contains(md, row) {
			t.Errorf("API.md has no line %q", row)
		}
	}
	list := regexp.MustCompile(`code: \{type: string, enum: \[([^\]]*)\]\}`).FindStringSubmatch(read("api/openapi.yaml"))
	if list == nil {
		t.Fatal("openapi.yaml lists no codes")
	}
	listed := strings.Fields(strings.ReplaceAll(list[1], ",", " "))
	slices.Sort(listed)
	if want := slices.Sorted(maps.Keys(Status)); !slices.Equal(listed, want) {
		t.Errorf("openapi.yaml lists %v, want %v", listed, want)
	}
}
