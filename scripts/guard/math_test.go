package guard

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// allowedMath are the functions of package math that give the same bits on
// every platform: they are exact, or correctly rounded by IEEE 754. Constants
// and types are free.
var allowedMath = map[string]bool{
	"Sqrt": true, "Abs": true, "Floor": true, "Inf": true, "NaN": true, "IsNaN": true, "IsInf": true,
	"Float32bits": true, "Float32frombits": true, "Float64bits": true, "Float64frombits": true,
}

// allowedMath32 are math32's functions that core/kernel's TestMath32… holds to
// the same bits everywhere.
var allowedMath32 = map[string]bool{"Sqrt": true, "IsNaN": true, "IsInf": true, "Float32bits": true, "Float32frombits": true}

// mathFunctions lists what a file calls of packages math and math32, and
// math/bits apart, that is not allowed, as "Name at line".
func mathFunctions(t *testing.T, path string, source any) []string {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string]map[string]bool{} // by the name of an import
	nameless := false
	for _, imp := range file.Imports {
		switch path := strings.Trim(imp.Path.Value, `"`); path {
		case "math", "github.com/chewxy/math32":
			name, functions := "math", allowedMath
			if path != "math" {
				name, functions = "math32", allowedMath32
			}
			if imp.Name != nil {
				name = imp.Name.Name
			}
			allowed[name] = functions
			nameless = nameless || name == "." || name == "_"
		case "math/cmplx", "math/rand", "math/rand/v2", "math/big":
			return []string{imp.Path.Value + " at " + fset.Position(imp.Pos()).String()}
		}
	}
	var bad []string
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && allowed[x.Name] != nil && x.Obj == nil && isFunction(sel.Sel.Name) && !allowed[x.Name][sel.Sel.Name] {
			bad = append(bad, x.Name+"."+sel.Sel.Name+" at "+fset.Position(sel.Pos()).String())
		}
		return true
	})
	if nameless {
		bad = append(bad, "a nameless import of math at "+path)
	}
	return bad
}

// isFunction tells math's functions from its constants.
func isFunction(name string) bool {
	switch name {
	case "E", "Pi", "Phi", "Sqrt2", "SqrtE", "SqrtPi", "SqrtPhi", "Ln2", "Log2E", "Ln10", "Log10E":
		return false
	}
	return !strings.HasPrefix(name, "Max") && !strings.HasPrefix(name, "Smallest") && !strings.HasPrefix(name, "Min") || name == "Max" || name == "Min"
}

func TestCoreAsksOnlyTheSameOfMathEverywhere(t *testing.T) {
	for _, path := range sources(t, []string{".go"}, "core") {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, bad := range mathFunctions(t, path, nil) {
			t.Errorf("%s may differ between platforms in its last bits: use core/kernel's own, or one of math's exact functions", bad)
		}
	}
}

func TestTheRuleOnMathNotices(t *testing.T) {
	tests := []struct {
		name, body string
		bad        int
	}{
		{"exp", `import "math"; var x = math.Exp(1)`, 1},
		{"passed on", `import "math"; var f = math.Tanh`, 1},
		{"renamed", `import m "math"; var x = m.Cos(1)`, 1},
		{"min", `import "math"; var x = math.Min(1, 2)`, 1},
		{"random", `import "math/rand/v2"; var x = rand.Int()`, 1},
		{"exact", `import "math"; var x = math.Sqrt(2) + math.Pi + math.MaxFloat32`, 0},
		{"math32's exp", `import "github.com/chewxy/math32"; var x = math32.Exp(1)`, 1},
		{"math32's maximum", `import "github.com/chewxy/math32"; var x = math32.Max(1, 2)`, 1},
		{"math32's root", `import "github.com/chewxy/math32"; var x = math32.Sqrt(2) + math32.Pi`, 0},
		{"both", `import ("math"; "github.com/chewxy/math32"); var x, y = math.Exp(1), math32.Log(2)`, 2},
		{"bits", `import "math/bits"; var x = bits.Len(3)`, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := mathFunctions(t, "x.go", "package x; "+tt.body); len(got) != tt.bad {
				t.Errorf("%d complaints, want %d: %v", len(got), tt.bad, got)
			}
		})
	}
}
