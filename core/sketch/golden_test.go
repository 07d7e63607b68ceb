package sketch_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"atelier/core/garments"
	"atelier/core/random"
	"atelier/core/sketch"
)

// The same pixels of the same pictures on every platform.
func TestFromPictureGolden(t *testing.T) {
	h := sha256.New()
	for i := range 20 {
		s := random.New(9, random.Sketch, 0, uint32(i), 5)
		d := garments.Generate(i%10, &s)
		w, height := 150+s.Intn(200), 150+s.Intn(200)
		pix := make([]byte, 4*w*height)
		for j := range w * height {
			v := byte(190 + j%w/8 + s.Intn(9))
			copy(pix[4*j:], []byte{v, v, v - 10, 255})
		}
		for _, st := range d.Strokes {
			for k := range st.X {
				x, y := 5+int(st.X[k]*float32(w-10)/256), 5+int(st.Y[k]*float32(height-10)/256)
				copy(pix[4*(y*w+x):], []byte{20, 30, 60, 255, 20, 30, 60, 255})
			}
		}
		p, err := sketch.FromPicture(pix, w, height)
		if err != nil {
			t.Fatal(err)
		}
		h.Write(p[:])
	}
	const want = "4d0bc48e9bb50ae5530f2a3451ad01c3e885ddcf7adbf449599ff7d8e3df58d2"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("hash of the pictures %s, want %s", got, want)
	}
}
