package main

import (
	"fmt"
	"os"
	"path/filepath"

	"atelier/server/weights"
)

// table prints the Markdown table of all cards and puts it into the README.
func (r *request) table() error {
	cards, err := weights.AllCards(os.DirFS(filepath.Dir(r.out)))
	if err != nil {
		return err
	}
	fmt.Print(weights.Table(cards))
	name := filepath.Join(r.root, "README.md")
	old, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	text, err := weights.PutTable(string(old), cards)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return os.WriteFile(name, []byte(text), 0o644)
}
