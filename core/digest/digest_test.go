package digest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"
)

// The examples of FIPS 180-4's companion, and the empty one.
func TestKnownSums(t *testing.T) {
	tests := []struct{ name, of, want string }{
		{"nothing", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"one block", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Hex([]byte(tt.of)); got != tt.want {
				t.Errorf("Hex = %s, want %s", got, tt.want)
			}
			h := newPlain()
			h.Write([]byte(tt.of))
			if got := hex.EncodeToString(h.Sum(nil)); got != tt.want {
				t.Errorf("the plain function gives %s, want %s", got, tt.want)
			}
		})
	}
}

// check compares the plain function with the standard library's, writing b in
// two parts, with a look at the sum between them.
func check(t *testing.T, b []byte, cut int) {
	t.Helper()
	h := newPlain()
	h.Write(b[:cut])
	first := sha256.Sum256(b[:cut])
	if got := h.Sum([]byte("x")); !bytes.Equal(got[1:], first[:]) || got[0] != 'x' {
		t.Fatalf("the sum of %d bytes is %x, want x and %x", cut, got, first)
	}
	h.Write(b[cut:])
	all := sha256.Sum256(b)
	if got := h.Sum(nil); !bytes.Equal(got, all[:]) {
		t.Fatalf("the sum of %d+%d bytes is %x, want %x", cut, len(b)-cut, got, all)
	}
	if Sum(b) != all {
		t.Fatalf("Sum of %d bytes differs from the standard library's", len(b))
	}
}

func TestPlainIsTheStandardLibrarys(t *testing.T) {
	b := make([]byte, 3*blockSize+1)
	for i := range b {
		b[i] = byte(i * i)
	}
	for n := range b {
		for cut := range n + 1 {
			check(t, b[:n], cut)
		}
	}
}

func FuzzPlain(f *testing.F) {
	f.Add([]byte("abc"), uint(1))
	f.Add(make([]byte, 200), uint(64))
	f.Fuzz(func(t *testing.T, b []byte, cut uint) { check(t, b, int(cut%uint(len(b)+1))) })
}
