package main

import (
	"os"
	"testing"

	"atelier/core/nn"
)

// The page's file is what go generate writes.
func TestThePagesNetworksAreFresh(t *testing.T) {
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(text(nn.Networks)) {
		t.Error("web/src/models/networks.gen.ts is not of the networks' tables: run go generate ./scripts/networks")
	}
}
