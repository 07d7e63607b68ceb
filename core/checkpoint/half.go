package checkpoint

import "github.com/chewxy/math32"

// halfInf are F16's bits of infinity: all exponent bits, no fraction.
const halfInf = 0x7c00

// toHalf rounds to the nearest F16, ties to even (IEEE 754 binary16: 1 sign, 5
// exponent and 10 fraction bits). A NaN keeps the upper bits of its fraction.
func toHalf(v float32) uint16 {
	b := math32.Float32bits(v)
	sign := uint16(b >> 16 & 0x8000)
	fraction := b & 0x7fffff
	exponent := int(b>>23&0xff) - 127 + 15
	switch {
	case exponent == 255-127+15: // infinity or NaN
		kept := uint16(fraction >> 13)
		if fraction != 0 && kept == 0 {
			kept = 0x200
		}
		return sign | halfInf | kept
	case exponent >= 31:
		return sign | halfInf
	case exponent < -10: // below half of the smallest
		return sign
	case exponent <= 0: // subnormal
		return sign | uint16(shiftEven(fraction|0x800000, 14-exponent))
	}
	// A carry out of the fraction runs into the exponent, as it should.
	return sign | uint16(shiftEven(uint32(exponent)<<23|fraction, 13))
}

// shiftEven returns v / 2^n rounded to nearest, ties to even, for 0 < n < 32.
func shiftEven(v uint32, n int) uint32 {
	q, rest, tie := v>>n, v&(1<<n-1), uint32(1)<<(n-1)
	if rest > tie || rest == tie && q&1 == 1 {
		q++
	}
	return q
}

// fromHalf widens an F16; every one has its float32.
func fromHalf(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exponent, fraction := uint32(h>>10&31), uint32(h&0x3ff)
	switch exponent {
	case 31:
		return math32.Float32frombits(sign | 0xff<<23 | fraction<<13)
	case 0: // fraction * 2^-24, exact in float32
		v := float32(fraction) * (1.0 / (1 << 24))
		return math32.Float32frombits(sign | math32.Float32bits(v))
	}
	return math32.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}

// toBrain rounds to the nearest BF16, ties to even. A NaN keeps its upper bits.
func toBrain(v float32) uint16 {
	b := math32.Float32bits(v)
	if b&0x7fffffff > 0x7f800000 { // NaN
		kept := uint16(b >> 16)
		if kept&0x7f == 0 {
			kept |= 0x40
		}
		return kept
	}
	return uint16(shiftEven(b, 16))
}
