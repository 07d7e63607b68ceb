package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
)

// pattern is a piece of Go: one expression (or element of a literal), or
// statements that follow each other.
type pattern struct {
	expr  ast.Expr
	stmts []ast.Stmt
}

func parsePattern(text string) (*pattern, error) {
	if e, err := parser.ParseExpr(text); err == nil {
		return &pattern{expr: e}, nil
	}
	if e, err := parser.ParseExpr("T{" + text + "}"); err == nil {
		if lit, ok := e.(*ast.CompositeLit); ok && len(lit.Elts) == 1 {
			return &pattern{expr: lit.Elts[0]}, nil
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", "package p; func _() {\n"+text+"\n}", parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("%q is neither an expression nor statements of Go: %w", text, err)
	}
	return &pattern{stmts: file.Decls[0].(*ast.FuncDecl).Body.List}, nil
}

// match is a place where a pattern was found, and what its names stand for.
type match struct {
	from, to token.Pos
	bound    map[string]ast.Node
}

// names are the texts that a match's names stand for.
func (m match) names(fset *token.FileSet, source []byte) map[string]string {
	texts := map[string]string{}
	for name, n := range m.bound {
		texts[name] = string(source[fset.Position(n.Pos()).Offset:fset.Position(n.End()).Offset])
	}
	return texts
}

// all finds a pattern within a node.
func (p *pattern) all(within ast.Node) []match {
	var found []match
	try := func(from, to ast.Node, same func(m match) bool) {
		m := match{from.Pos(), to.End(), map[string]ast.Node{}}
		if same(m) {
			found = append(found, m)
		}
	}
	ast.Inspect(within, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok && p.expr != nil {
			try(e, e, func(m match) bool { return m.same(reflect.ValueOf(p.expr), reflect.ValueOf(e)) })
		}
		list := statements(n)
		for i := 0; len(p.stmts) > 0 && i+len(p.stmts) <= len(list); i++ {
			part := list[i : i+len(p.stmts)]
			try(part[0], part[len(part)-1], func(m match) bool { return m.same(reflect.ValueOf(p.stmts), reflect.ValueOf(part)) })
		}
		return true
	})
	return found
}

// statements are those that a node holds directly.
func statements(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

// same compares a pattern's part with a program's, apart from layout.
func (m match) same(p, v reflect.Value) bool {
	if id, ok := p.Interface().(*ast.Ident); ok && id != nil && strings.HasPrefix(id.Name, "_") {
		if n, ok := v.Interface().(ast.Expr); ok {
			if id.Name != "_" {
				m.bound[id.Name] = n
			}
			return true
		}
	}
	if p.Type() != v.Type() {
		return false
	}
	if p.Kind() == reflect.Interface || p.Kind() == reflect.Pointer {
		if p.IsNil() || v.IsNil() {
			return p.IsNil() && v.IsNil()
		}
		return m.same(p.Elem(), v.Elem())
	}
	switch p.Kind() {
	case reflect.Slice:
		if p.Len() != v.Len() {
			return false
		}
		for i := range p.Len() {
			if !m.same(p.Index(i), v.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		for i := range p.NumField() {
			// Where it stands and what is said of it is not what it is. (Obj and Scope
			// are for old programs; SkipObjectResolution leaves them out.)
			name, kind := p.Type().Field(i).Name, p.Field(i).Type()
			if kind == reflect.TypeFor[token.Pos]() || kind == reflect.TypeFor[*ast.CommentGroup]() || name == "Obj" || name == "Scope" {
				continue
			}
			if !m.same(p.Field(i), v.Field(i)) {
				return false
			}
		}
		return true
	}
	return p.Interface() == v.Interface()
}
