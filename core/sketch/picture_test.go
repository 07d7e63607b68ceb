package sketch

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"atelier/scripts/reference"
)

// paint draws a frame of lines 1/20 of the side wide on paper of side x side
// pixels, or a filled disc-like diamond.
func paint(side int, paper, ink byte, filled bool) []byte {
	pix := make([]byte, side*side)
	lo, hi, w := side/4, side*3/4, max(1, side/20)
	for i := range pix {
		x, y := i%side, i/side
		pix[i] = paper
		in := x >= lo && x < hi && y >= lo && y < hi
		hole := x >= lo+w && x < hi-w && y >= lo+w && y < hi-w
		if in && (filled || !hole) {
			pix[i] = ink
		}
	}
	return pix
}

func TestFromPicture(t *testing.T) {
	tests := []struct {
		name   string
		side   int
		paper  byte
		ink    byte
		filled bool
		edge   byte // at least, in the frame's corner
		middle byte // at most, or at least when filled
	}{
		{"black on white", 200, 255, 0, false, 200, 0},
		{"white on black", 200, 0, 255, false, 200, 0},
		{"pencil on grey paper", 200, 210, 120, false, 120, 0},
		{"garment on white", 300, 250, 90, true, 150, 150},
		{"large", 2000, 255, 20, false, 200, 0},
		{"small", 16, 255, 0, false, 150, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := FromPicture(paint(tt.side, tt.paper, tt.ink, tt.filled), tt.side, tt.side)
			if err != nil {
				t.Fatal(err)
			}
			if x0, y0, x1, y1 := inkBounds(p); x0 != 0 || y0 != 0 || x1 != 27 || y1 != 27 {
				t.Errorf("ink from (%d,%d) to (%d,%d), want all of it", x0, y0, x1, y1)
			}
			if p[0] < tt.edge {
				t.Errorf("the corner is %d, want at least %d", p[0], tt.edge)
			}
			if m := p[14*Side+14]; tt.filled && m < tt.middle || !tt.filled && m > tt.middle {
				t.Errorf("the middle is %d, want %d", m, tt.middle)
			}
		})
	}
}

func TestFromPictureThickensThinLines(t *testing.T) {
	const side = 560
	pix := make([]byte, side*side)
	for i := range pix {
		pix[i] = 255
	}
	for i := 20; i < 540; i++ { // a cross of lines 2 pixels wide: a tenth of a pixel of 28
		pix[280*side+i], pix[281*side+i] = 0, 0
		pix[i*side+280], pix[i*side+281] = 0, 0
	}
	p, err := FromPicture(pix, side, side)
	if err != nil {
		t.Fatal(err)
	}
	if got := int(p[13*Side+5]) + int(p[14*Side+5]); got < 255 {
		t.Errorf("the line's two pixels sum to %d, want 255 or more", got)
	}
}

func TestFromPictureRemovesBackgroundAndDust(t *testing.T) {
	const w, h = 320, 240
	pix := make([]byte, 4*w*h)
	for i := range w * h {
		x, y := i%w, i/w
		base := 150 + x/8 + y/12 // light from one side
		c := [3]int{base, base, base - 10}
		if x >= 110 && x < 210 && y >= 40 && y < 200 {
			c = [3]int{140, 20, 30} // a red garment
		}
		if x >= 20 && x < 23 && y >= 20 && y < 23 {
			c = [3]int{0, 0, 0} // dust
		}
		pix[4*i], pix[4*i+1], pix[4*i+2], pix[4*i+3] = byte(c[0]), byte(c[1]), byte(c[2]), 255
	}
	p, err := FromPicture(pix, w, h)
	if err != nil {
		t.Fatal(err)
	}
	x0, y0, x1, y1 := inkBounds(p)
	if y0 != 0 || y1 != 27 || x0 < 4 || x0 > 5 || x1 < 22 || x1 > 23 {
		t.Errorf("ink from (%d,%d) to (%d,%d), want about (5,0) to (22,27)", x0, y0, x1, y1)
	}
}

func TestFromPictureTransparent(t *testing.T) {
	for _, ink := range []byte{0, 255} {
		const side = 100
		pix := make([]byte, 4*side*side)
		for i := range side * side {
			if x, y := i%side, i/side; x > 20 && x < 60 && y > 10 && y < 90 {
				copy(pix[4*i:], []byte{ink, ink, ink, 255})
			}
		}
		p, err := FromPicture(pix, side, side)
		if err != nil {
			t.Fatal(err)
		}
		if p[14*Side+14] < 200 || p[14*Side+1] > 0 {
			t.Errorf("ink %d on nothing: middle %d, outside %d, want bright on black", ink, p[14*Side+14], p[14*Side+1])
		}
	}
}

func TestFromPictureRefuses(t *testing.T) {
	tests := []struct {
		name string
		pix  []byte
		w, h int
		want string
	}{
		{"no size", nil, 0, 5, "0 x 5"},
		{"too wide", make([]byte, 20000), 20000, 1, "20000 x 1"},
		{"too many", nil, 8000, 8000, "8000 x 8000"},
		{"wrong length", make([]byte, 11), 2, 2, "11 bytes"},
		{"three a pixel", make([]byte, 12), 2, 2, "12 bytes"},
		{"plain", make([]byte, 900), 30, 30, "one color"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := FromPicture(tt.pix, tt.w, tt.h)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
			if tt.name == "plain" && !errors.Is(err, ErrPlain) {
				t.Errorf("error %v is not ErrPlain", err)
			}
		})
	}
}

// Images of Fashion-MNIST are what the networks know: they pass unchanged.
func TestFashionMNISTPassesUnchanged(t *testing.T) {
	f, err := os.Open(filepath.Join(reference.Dir(t), "fashion-mnist", "t10k-images-idx3-ubyte.gz"))
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	all = all[16:]
	n, same := len(all)/Pixels, 0
	if testing.Short() {
		n = 1000
	}
	for i := range n {
		img := all[i*Pixels:][:Pixels]
		p, err := FromPicture(img, Side, Side)
		if err == nil && string(p[:]) == string(img) {
			same++
		}
	}
	if share := float64(same) / float64(n); share < 0.99 {
		t.Errorf("%.2f %% of %d images pass unchanged, want 99 %%", 100*share, n)
	} else {
		t.Logf("%.2f %% of %d images pass unchanged", 100*share, n)
	}
}

func FuzzFromPicture(f *testing.F) {
	f.Add(paint(30, 255, 0, false), 30)
	f.Add(make([]byte, 64), 4)
	f.Fuzz(func(t *testing.T, pix []byte, w int) {
		if w < 1 || len(pix) > 1<<16 {
			return
		}
		for _, channels := range []int{1, 4} {
			h := len(pix) / channels / w
			if p, err := FromPicture(pix[:min(len(pix), channels*w*h)], w, h); err == nil && p == ([Pixels]byte{}) {
				t.Error("a picture without error has no ink")
			}
		}
	})
}
