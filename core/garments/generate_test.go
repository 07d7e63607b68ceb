package garments

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"atelier/core/random"
	"atelier/core/sketch"
)

// The same drawings on every platform: this test runs natively and as wasm.
func TestSampleGolden(t *testing.T) {
	tests := []struct {
		name string
		at   func(i int) ([sketch.Pixels]byte, byte)
		want string
	}{
		{"training", func(i int) ([sketch.Pixels]byte, byte) { return Sample(42, i/100, i) }, "efe4eab59d4b98907a6af264805ee618b14989220e2eae40360adc7e55ac6204"},
		{"held out", func(i int) ([sketch.Pixels]byte, byte) { return HeldOut(42, i) }, "9bebeb270cbabead95642ea00806c530d5e87a8aa2ee181ccb7e7ef4cb516da6"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := sha256.New()
			for i := range 1000 {
				p, label := tt.at(i)
				h.Write(p[:])
				h.Write([]byte{label})
			}
			if got := hex.EncodeToString(h.Sum(nil)); got != tt.want {
				t.Errorf("hash of 1000 drawings %s, want %s", got, tt.want)
			}
		})
	}
}

func TestSampleIsAFunctionOfItsKey(t *testing.T) {
	a, la := Sample(1, 2, 3)
	if b, lb := Sample(1, 2, 3); a != b || la != lb {
		t.Error("the same key gives two drawings")
	}
	for name, key := range map[string][3]int{"seed": {9, 2, 3}, "epoch": {1, 9, 3}, "position": {1, 2, 9}} {
		if b, _ := Sample(uint64(key[0]), key[1], key[2]); a == b {
			t.Errorf("another %s gives the same drawing", name)
		}
	}
}

func TestVaryKeepsTheShape(t *testing.T) {
	s := random.New(6, random.Sketch, 0, 0, 6)
	d := Generate(8, &s)
	before, err := sketch.Rasterize(d, sketch.Options{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[[sketch.Pixels]byte]bool{}
	for i := range 50 {
		v, opt := Vary(d, &s)
		p, err := sketch.Rasterize(v, opt)
		if err != nil {
			t.Fatal(err)
		}
		if seen[p] {
			t.Errorf("variation %d has been drawn before", i)
		}
		seen[p] = true
		if c, was := coverage(p), coverage(before); c < was/2 || c > 2*was {
			t.Errorf("variation %d covers %.2f of the picture, the drawing %.2f", i, c, was)
		}
		if len(v.Strokes) != len(d.Strokes) || opt.Pen < 1 || opt.Pen > 2.4 {
			t.Errorf("variation %d has %d strokes and a pen of %v", i, len(v.Strokes), opt.Pen)
		}
	}
	if after, _ := sketch.Rasterize(d, sketch.Options{}); after != before {
		t.Error("the drawing itself has changed")
	}
	if v, _ := Vary(sketch.Drawing{}, &s); len(v.Strokes) != 0 {
		t.Error("nothing varies to something")
	}
}

func TestClassesComeAsTheirSharesSay(t *testing.T) {
	const n = 4000
	var count [10]int
	for i := range n {
		_, label := Sample(7, 0, i)
		count[label]++
	}
	total := 0.0
	for _, s := range classShare {
		total += s
	}
	for c, k := range count {
		want := n * classShare[c] / total
		if d := float64(k) - want; d*d > 16*want {
			t.Errorf("class %d is drawn %d times of %d, want about %.0f", c, k, n, want)
		}
	}
	for i := range 20 {
		if _, label := HeldOut(7, i); int(label) != i%10 {
			t.Errorf("held-out drawing %d is of class %d, want %d", i, label, i%10)
		}
	}
}

// Every drawing is within the limits, has ink, fills the usual canvas and is
// another one than its neighbor.
func TestGeneratedDrawingsAreSound(t *testing.T) {
	for name, make := range map[string]func(int, *random.Stream) sketch.Drawing{"training": Generate, "held out": GenerateHeldOut} {
		t.Run(name, func(t *testing.T) {
			var last [sketch.Pixels]byte
			for i := range 1500 {
				s := random.New(11, random.Sketch, 0, uint32(i), 2)
				d := make(i%10, &s)
				if err := d.Check(); err != nil {
					t.Fatalf("drawing %d: %v", i, err)
				}
				p, err := sketch.Rasterize(d, sketch.Options{})
				if err != nil {
					t.Fatalf("drawing %d: %v", i, err)
				}
				if p == last {
					t.Errorf("drawing %d is that before it", i)
				}
				last = p
				if c := coverage(p); c < 0.02 || c > 0.98 {
					t.Errorf("drawing %d of class %d covers %.3f of the picture", i, i%10, c)
				}
			}
		})
	}
}

func coverage(p [sketch.Pixels]byte) float64 {
	n := 0
	for _, v := range p {
		if v > 0 {
			n++
		}
	}
	return float64(n) / sketch.Pixels
}

func TestGeneratePanicsOnAnotherClass(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("class 10 is drawn")
		}
	}()
	s := random.New(1, random.Sketch, 0, 0, 0)
	Generate(10, &s)
}

func BenchmarkSample(b *testing.B) {
	i := 0
	for b.Loop() {
		Sample(1, 0, i)
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "drawings/s")
}

func BenchmarkRasterize(b *testing.B) {
	s := random.New(1, random.Sketch, 0, 0, 0)
	d := Generate(4, &s)
	for b.Loop() {
		if _, err := sketch.Rasterize(d, sketch.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
