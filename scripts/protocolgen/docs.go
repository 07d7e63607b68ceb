package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
)

// docs are the comments on types and fields, by "package.Type" and
// "package.Type.Field".
type docs map[string]string

// packages are those whose types the protocol has.
var packages = []string{"core/protocol", "core/train"}

func readDocs(root string) (docs, error) {
	d := docs{}
	for _, name := range packages {
		files, err := filepath.Glob(filepath.Join(root, name, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			if err := d.read(path); err != nil {
				return nil, err
			}
		}
	}
	if len(d) == 0 {
		return nil, fs.ErrNotExist
	}
	return d, nil
}

func (d docs) read(path string) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
	if err != nil {
		return err
	}
	for _, decl := range file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.TYPE {
			continue
		}
		for _, spec := range gen.Specs {
			t := spec.(*ast.TypeSpec)
			name := file.Name.Name + "." + t.Name.Name
			d.put(name, t.Doc, t.Comment)
			if len(gen.Specs) == 1 {
				d.put(name, gen.Doc)
			}
			if s, ok := t.Type.(*ast.StructType); ok {
				for _, f := range s.Fields.List {
					for _, id := range f.Names {
						d.put(name+"."+id.Name, f.Doc, f.Comment)
					}
				}
			}
		}
	}
	return nil
}

// put keeps a comment as one line of text.
func (d docs) put(name string, groups ...*ast.CommentGroup) {
	for _, g := range groups {
		if text := strings.Join(strings.Fields(g.Text()), " "); text != "" {
			d[name] = strings.ReplaceAll(text, "*/", "* /")
		}
	}
}
