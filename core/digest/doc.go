// Package digest computes SHA-256, by which weights, checkpoints and data files
// are known.
//
// It is the standard library's, except in the page's program: there crypto/sha256
// would bring the whole module for FIPS 140 with it (AES, SHA-3, HMAC and their
// self-tests), 30 KB to download, and would be no faster than the plain function
// of this package. The tests hold the two together.
package digest

import "encoding/hex"

// Size is the length of a hash in bytes.
const Size = 32

// Hex returns the hash of b, in hexadecimal.
func Hex(b []byte) string {
	sum := Sum(b)
	return hex.EncodeToString(sum[:])
}

// Sum returns the hash of b.
func Sum(b []byte) [Size]byte {
	h := New()
	h.Write(b)
	return [Size]byte(h.Sum(nil))
}
