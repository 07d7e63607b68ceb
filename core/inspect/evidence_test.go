package inspect

import (
	"math"
	"strings"
	"testing"

	"atelier/core/random"
)

func noise(s *random.Stream, n int) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = s.Normal()
	}
	return v
}

// logit computes the head step by step, as the network does.
func logit(h Head, maps []Map, class int) float64 {
	var x []float64
	for _, m := range maps {
		mean := 0.0
		for _, v := range m.Data {
			if !h.Pooled {
				x = append(x, float64(v))
			}
			mean += float64(v) / float64(len(m.Data))
		}
		if h.Pooled {
			x = append(x, mean)
		}
	}
	out := float64(h.B2[class])
	for j := range h.B1 {
		sum := float64(h.B1[j])
		for i := range x {
			sum += float64(h.W1[j*len(x)+i]) * x[i]
		}
		out += math.Max(sum, 0) * float64(h.W2[class*len(h.B1)+j])
	}
	return out
}

func randomHead(pooled bool) (Head, []Map) {
	s := random.New(3, random.Synthetic, 0, 0, 0)
	const channels, w, hgt, hidden, classes = 5, 4, 3, 7, 10
	in := channels
	if !pooled {
		in *= w * hgt
	}
	maps := make([]Map, channels)
	for i := range maps {
		maps[i] = Map{W: w, H: hgt, Data: noise(&s, w*hgt)}
	}
	return Head{pooled, noise(&s, hidden*in), noise(&s, hidden), noise(&s, classes*hidden), noise(&s, classes)}, maps
}

// The map's sum and the constant make the logit, and each place holds the
// gradient of the logit there times the activation.
func TestEvidenceIsExact(t *testing.T) {
	for _, pooled := range []bool{true, false} {
		h, maps := randomHead(pooled)
		for class := range 10 {
			m, constant, err := h.Evidence(maps, class)
			if err != nil {
				t.Fatal(err)
			}
			sum := float64(constant)
			for _, v := range m.Data {
				sum += float64(v)
			}
			if want := logit(h, maps, class); math.Abs(sum-want) > 1e-5*(1+math.Abs(want)) {
				t.Errorf("pooled %v, class %d: evidence of %v, but a logit of %v", pooled, class, sum, want)
			}
			place, want := 5, 0.0
			for k := range maps {
				const step = 1e-3
				v := maps[k].Data[place]
				maps[k].Data[place] = v + step
				up := logit(h, maps, class)
				maps[k].Data[place] = v - step
				down := logit(h, maps, class)
				maps[k].Data[place] = v
				want += float64(v) * (up - down) / (2 * step)
			}
			if got := float64(m.Data[place]); math.Abs(got-want) > 1e-2*(1+math.Abs(want)) {
				t.Errorf("pooled %v, class %d: %v at one place, gradient times activation is %v", pooled, class, got, want)
			}
		}
	}
}

func TestEvidenceRefuses(t *testing.T) {
	h, maps := randomHead(true)
	tests := []struct {
		name  string
		maps  []Map
		class int
		want  string
	}{
		{"no maps", nil, 0, "no maps to explain"},
		{"too few maps", maps[:4], 0, "does not fit 4 inputs"},
		{"two sizes", append([]Map{NewMap(3, 3)}, maps[1:]...), 0, "map 1 has another size"},
		{"class 10", maps, 10, "no class 10: 0 to 9"},
		{"class -1", maps, -1, "no class -1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, _, err := h.Evidence(tt.maps, tt.class); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one that says %q", err, tt.want)
			}
		})
	}
}

func TestOcclusion(t *testing.T) {
	src := make([]byte, 784)
	for i := range src {
		src[i] = 1
	}
	for _, o := range []Occlusion{{5, 1, 0}, {4, 2, 0}, {7, 7, 9}, {28, 28, 0}, {3, 5, 0}} {
		if err := o.Validate(); err != nil {
			t.Fatal(err)
		}
		n := o.Across()
		times := make([]int, 784)
		dst := make([]byte, 784)
		for i := range n * n {
			o.Cover(dst, src, i)
			covered := 0
			for p, v := range dst {
				if v == o.Value {
					times[p]++
					covered++
				}
			}
			if covered == 0 || covered > o.Patch*o.Patch {
				t.Errorf("%+v: place %d covers %d pixels", o, i, covered)
			}
		}
		if o.Patch >= o.Stride {
			for p, k := range times {
				if k == 0 {
					t.Errorf("%+v: pixel %d is never covered", o, p)
				}
			}
		}
	}
	// A square of 5 at each pixel is around that pixel.
	dst := make([]byte, 784)
	Occlusion{5, 1, 0}.Cover(dst, src, 10*28+12)
	for p, v := range dst {
		y, x := p/28, p%28
		if want := y < 8 || y > 12 || x < 10 || x > 14; (v == 1) != want {
			t.Fatalf("pixel %d,%d is %d", x, y, v)
		}
	}
}

func TestOcclusionMap(t *testing.T) {
	o := Occlusion{14, 14, 0}
	m, err := o.Map(0.75, []float32{0.5, 0.75, 1, 0})
	if err != nil || m.W != 2 || m.H != 2 || m.Data[0] != 0.25 || m.Data[1] != 0 || m.Data[2] != -0.25 || m.Data[3] != 0.75 {
		t.Errorf("map %v, error %v", m, err)
	}
	if _, err := o.Map(1, make([]float32, 3)); err == nil {
		t.Error("three answers fit four places")
	}
	for _, bad := range []Occlusion{{}, {Patch: 29, Stride: 1}, {Patch: 3, Stride: 29}, {Patch: 3}} {
		if bad.Validate() == nil {
			t.Errorf("%+v is accepted", bad)
		}
	}
}
