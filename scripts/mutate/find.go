package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// locate finds a change's place and returns the file as it is after it.
func locate(root string, c Change) (*place, error) {
	if c.page() {
		return locateInPage(root, c)
	}
	pattern, err := parsePattern(c.From)
	if err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(c.Where), "*.go"))
	if err != nil {
		return nil, err
	}
	var found []*place
	declared := c.In == ""
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, source, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, decl := range declarations(file, c.In) {
			declared = true
			for _, m := range pattern.all(decl) {
				text := cut(source, fset.Position(m.from).Offset, fset.Position(m.to).Offset, c.To, m.names(fset, source))
				found = append(found, &place{path, withoutUnused(text)})
			}
		}
	}
	switch {
	case !declared:
		return nil, fmt.Errorf("%s declares no %s", c.Where, c.In)
	case len(found) != 1:
		return nil, fmt.Errorf("%q is %d times in %s %s, and must be there once", c.From, len(found), c.Where, c.In)
	}
	return found[0], nil
}

// declarations are the nodes that declare a name, "Type.Method" or "Name"; the
// whole file where it is "".
func declarations(file *ast.File, name string) []ast.Node {
	if name == "" {
		return []ast.Node{file}
	}
	var found []ast.Node
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if receiver(d)+d.Name.Name == name {
				found = append(found, d)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if v, ok := s.(*ast.ValueSpec); ok && v.Names[0].Name == name {
					found = append(found, v)
				}
			}
		}
	}
	return found
}

// receiver is "Type." of a method, "" of a function.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	t := d.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name + "."
	}
	return ""
}

// cut replaces source[from:to] by text, with the names in it replaced; an
// element that is removed takes its comma with it.
func cut(source []byte, from, to int, text string, names map[string]string) []byte {
	text = regexp.MustCompile(`\b_\w+`).ReplaceAllStringFunc(text, func(name string) string {
		if value, ok := names[name]; ok {
			return value
		}
		return name
	})
	if text == "" && to < len(source) && source[to] == ',' {
		to++
	}
	return []byte(string(source[:from]) + text + string(source[to:]))
}

// withoutUnused turns imports that a change has left unused into blank ones.
func withoutUnused(source []byte) []byte {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", source, parser.SkipObjectResolution)
	if err != nil {
		return source // the compiler says it better
	}
	used := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		}
		return true
	})
	out := string(source)
	for i := len(file.Imports) - 1; i >= 0; i-- {
		imp := file.Imports[i]
		path := strings.Trim(imp.Path.Value, `"`)
		if imp.Name == nil && !used[path[strings.LastIndex(path, "/")+1:]] {
			at := fset.Position(imp.Pos()).Offset
			out = out[:at] + "_ " + out[at:]
		}
	}
	return []byte(out)
}

// locateInPage finds a change's place in the page's sources.
func locateInPage(root string, c Change) (*place, error) {
	expr, err := regexp.Compile(c.From)
	if err != nil {
		return nil, err
	}
	var found []*place
	err = filepath.WalkDir(filepath.Join(root, filepath.FromSlash(c.Where)), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".ts") && !strings.HasSuffix(path, ".tsx") {
			return err
		}
		source, err := os.ReadFile(path)
		for range expr.FindAll(source, -1) {
			found = append(found, &place{path, expr.ReplaceAll(source, []byte(c.To))})
		}
		return err
	})
	if err == nil && len(found) != 1 {
		err = fmt.Errorf("%q is %d times in %s, and must be there once", c.From, len(found), c.Where)
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}
