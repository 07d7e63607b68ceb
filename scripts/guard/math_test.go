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

// mathFunctions lists what a file calls of package math, and math/bits apart,
// that is not allowed, as "Name at line".
func mathFunctions(t *testing.T, path string, source any) []string {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	name := ""
	for _, imp := range file.Imports {
		switch strings.Trim(imp.Path.Value, `"`) {
		case "math":
			name = "math"
			if imp.Name != nil {
				name = imp.Name.Name
			}
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
		if x, ok := sel.X.(*ast.Ident); ok && name != "" && x.Name == name && x.Obj == nil && isFunction(sel.Sel.Name) && !allowedMath[sel.Sel.Name] {
			bad = append(bad, "math."+sel.Sel.Name+" at "+fset.Position(sel.Pos()).String())
		}
		return true
	})
	if name == "." || name == "_" {
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
