package sample

import (
	"atelier/core/fashion"
	"atelier/core/random"
)

// Synthetic makes n images of noise with a bright row that depends on the
// class, so that a network can learn them.
func Synthetic(n int) *fashion.Images {
	im := &fashion.Images{Pixels: make([]byte, n*fashion.Area), Labels: make([]byte, n)}
	for i := range n {
		s := random.New(0, random.Synthetic, uint32(i), 0, 0)
		label := s.Intn(10)
		im.Labels[i] = byte(label)
		img := im.At(i)
		for j := 0; j < len(img); j += 4 {
			bits := s.Uint32()
			for k := range 4 {
				img[j+k] = byte(bits>>(8*k)) >> 1
			}
		}
		for x := range fashion.Side {
			img[(2*label+4)*fashion.Side+x] |= 0xc0
		}
	}
	return im
}
