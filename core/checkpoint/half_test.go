package checkpoint

import (
	"math"
	"testing"

	"atelier/core/random"
)

// slowHalf gives the value of an F16 from its definition.
func slowHalf(h uint16) float64 {
	exponent, fraction := int(h>>10&31), float64(h&0x3ff)
	v := math.Ldexp(1+fraction/1024, exponent-15)
	switch exponent {
	case 0:
		v = math.Ldexp(fraction/1024, -14)
	case 31:
		if v = math.Inf(1); fraction != 0 {
			v = math.NaN()
		}
	}
	if h&0x8000 != 0 {
		v = -v
	}
	return v
}

// All 65,536: the value is right, and comes back as the same bits, NaN included.
func TestEveryHalf(t *testing.T) {
	for i := range 1 << 16 {
		h := uint16(i)
		got, want := fromHalf(h), slowHalf(h)
		if float64(got) != want && !(math.IsNaN(float64(got)) && math.IsNaN(want)) {
			t.Fatalf("%04x is %v, want %v", h, got, want)
		}
		// Through a slice, as in a tensor: copies must keep the bits of a NaN.
		held := []float32{got}
		if back := toHalf(held[0]); back != h {
			t.Fatalf("%04x came back as %04x", h, back)
		}
		b := math.Float32frombits(uint32(h) << 16)
		if back := toBrain(b); back != h {
			t.Fatalf("bfloat16 %04x came back as %04x", h, back)
		}
	}
}

// Between two neighbours the nearer is taken, at the middle the even one.
func TestHalfRoundsToNearestEven(t *testing.T) {
	for h := uint16(0); h < 0x7bff; h++ {
		lo, hi := fromHalf(h), fromHalf(h+1)
		mid := lo + (hi-lo)/2 // exact in float32
		even := h + h&1
		below, above := math.Nextafter32(mid, lo), math.Nextafter32(mid, hi)
		if toHalf(mid) != even || toHalf(below) != h || toHalf(above) != h+1 {
			t.Fatalf("around %v: %04x %04x %04x, want %04x %04x %04x", mid, toHalf(below), toHalf(mid), toHalf(above), h, even, h+1)
		}
		if toHalf(-mid) != even|0x8000 {
			t.Fatalf("%v is rounded differently from its opposite", -mid)
		}
	}
	if toHalf(65519.99) != 0x7bff || toHalf(65520) != 0x7c00 || toHalf(1e30) != 0x7c00 {
		t.Error("the largest F16 does not end at 65520")
	}
	if toHalf(1e-45) != 0 || toHalf(float32(math.Copysign(1e-45, -1))) != 0x8000 {
		t.Error("the smallest float32 does not become 0 of its sign")
	}
}

func TestBrainRoundsToNearestEven(t *testing.T) {
	s := random.New(1, random.Synthetic, 0, 0, 0)
	for range 100000 {
		b := s.Uint32()
		v := math.Float32frombits(b)
		if v != v {
			if got := toBrain(v); got&0x7f80 != 0x7f80 || got&0x7f == 0 {
				t.Fatalf("NaN %08x became %04x", b, got)
			}
			continue
		}
		lo := float64(math.Float32frombits(b &^ 0xffff))
		got := float64(math.Float32frombits(uint32(toBrain(v)) << 16))
		ulp := float64(math.Float32frombits(b&^0xffff+1<<16)) - lo
		if !math.IsInf(got, 0) && math.Abs(got-float64(v)) > math.Abs(ulp)/2 {
			t.Fatalf("%v became %v", v, got)
		}
	}
	tests := map[uint32]uint16{0x3f808000: 0x3f80, 0x3f818000: 0x3f82, 0x3f808001: 0x3f81, 0x7f7fffff: 0x7f80, 0x7f800001: 0x7fc0}
	for in, want := range tests {
		if got := toBrain(math.Float32frombits(in)); got != want {
			t.Errorf("%08x became %04x, want %04x", in, got, want)
		}
	}
}
