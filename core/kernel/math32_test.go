package kernel

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"

	"github.com/chewxy/math32"

	"atelier/core/random"
)

// numbersOf32 gives float32 values of every kind: special ones, the neighbours of
// powers of two, and a million of random bits.
func numbersOf32(f func(bits uint32)) {
	for _, b := range []uint32{
		0, 1 << 31, 1, 1<<31 | 1, 0x7fffff, 0x800000, 0x3f800000, 0xbf800000, 0x7f7fffff, 0xff7fffff,
		0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000, 0x7fe00000, 0x7f800001, 0x7fbfffff,
	} {
		f(b)
	}
	for e := uint32(0); e < 255; e++ {
		f(e << 23)
		f(e<<23 + 1)
		f(e<<23 + 0x7fffff)
	}
	s := random.New(32, random.Drawn, 0, 0, 0)
	for range 1_000_000 {
		f(s.Uint32())
	}
}

// What the core asks of math32 has one result, to the last bit, natively and as
// WebAssembly: this test runs as both and holds one hash a function. The value of
// a NaN that comes out is left open by IEEE 754, and by this test.
func TestMath32GivesTheSameBitsEverywhere(t *testing.T) {
	truth := func(b bool) uint32 {
		if b {
			return 1
		}
		return 0
	}
	number := func(v float32) uint32 {
		if v != v {
			return 0x7fc00000
		}
		return math.Float32bits(v)
	}
	tests := []struct {
		name, sha256 string
		of           func(bits uint32) uint32
		definition   func(bits uint32) uint32 // IEEE 754's, by package math
	}{
		{"Sqrt", "0157c0ba33efc42848130a840abf06d2fd4605bd3092af904ee143b77b44d084", func(b uint32) uint32 { return number(math32.Sqrt(math.Float32frombits(b))) },
			func(b uint32) uint32 { return number(float32(math.Sqrt(float64(math.Float32frombits(b))))) }},
		{"IsNaN", "647dd869f1b13bb994cd16b8fa4f68b14e60afac3597de91a184fe8bbb9d502e", func(b uint32) uint32 { return truth(math32.IsNaN(math.Float32frombits(b))) },
			func(b uint32) uint32 { return truth(b&0x7fffffff > 0x7f800000) }},
		{"IsInf", "75eb067360496178f338bb4e78c7cf52c813e165db8cfdb4c742e9d75b42043b", func(b uint32) uint32 { return truth(math32.IsInf(math.Float32frombits(b), 0)) },
			func(b uint32) uint32 { return truth(b&0x7fffffff == 0x7f800000) }},
		{"Float32bits", "6621966294f50d57110c4dd4bec9f4a6b3f00b42651d97d9b7cf491014b9f2de", func(b uint32) uint32 { return math32.Float32bits(math.Float32frombits(b)) },
			func(b uint32) uint32 { return b }},
		{"Float32frombits", "6621966294f50d57110c4dd4bec9f4a6b3f00b42651d97d9b7cf491014b9f2de", func(b uint32) uint32 { return math.Float32bits(math32.Float32frombits(b)) },
			func(b uint32) uint32 { return b }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := sha256.New()
			wrong := 0
			numbersOf32(func(bits uint32) {
				got := tt.of(bits)
				if want := tt.definition(bits); got != want && wrong < 5 {
					t.Errorf("of the bits %08x: %08x, want %08x", bits, got, want)
					wrong++
				}
				_, _ = h.Write(binary.LittleEndian.AppendUint32(nil, got))
			})
			if got := hex.EncodeToString(h.Sum(nil)); got != tt.sha256 {
				t.Errorf("the results' SHA-256 is %s, want %s", got, tt.sha256)
			}
		})
	}
}
