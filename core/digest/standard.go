//go:build !(js && wasm)

package digest

import (
	"crypto/sha256"
	"hash"
)

// New returns a hash of nothing yet. Its Write never fails.
func New() hash.Hash { return sha256.New() }
