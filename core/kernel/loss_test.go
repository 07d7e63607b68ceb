package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestSoftmaxCrossEntropy(t *testing.T) {
	const n, batch = 7, 19
	z := fill(n*classes, 1)
	for i := range z {
		z[i] *= 5
	}
	labels := []uint8{0, 9, 3, 3, 5, 1, 8}
	for _, smoothing := range []float64{0, 0.1} {
		loss := func(z []float64, label uint8) float64 {
			var sum, all float64
			for _, v := range z {
				sum += math.Exp(v)
			}
			for _, v := range z {
				all += math.Log(sum) - v
			}
			return (1-smoothing)*(math.Log(sum)-z[label]) + smoothing/classes*all
		}
		d, losses, p := make([]float32, n*classes), make([]float64, n), make([]float32, n*classes)
		SoftmaxCrossEntropy(d, losses, z, labels, float32(smoothing), n, batch)
		Softmax(p, z, n)
		want, wantP, wantLoss := make([]float64, n*classes), make([]float64, n*classes), make([]float64, n)
		for i := range n {
			row := wide(z[i*classes:][:classes])
			wantLoss[i] = loss(row, labels[i])
			var sum float64
			for _, v := range row {
				sum += math.Exp(v)
			}
			for c := range classes {
				wantP[i*classes+c] = math.Exp(row[c]) / sum
				h, v := 1e-5, row[c]
				row[c] = v + h
				up := loss(row, labels[i])
				row[c] = v - h
				want[i*classes+c] = (up - loss(row, labels[i])) / (2 * h) / batch
				row[c] = v
			}
		}
		checkClose(t, "loss", losses, wantLoss)
		checkClose(t, "probabilities", wide(p), wantP)
		checkClose(t, "gradient", wide(d), want)
		SoftmaxCrossEntropy(nil, losses, z, labels, float32(smoothing), n, batch)
		checkClose(t, "loss alone", losses, wantLoss)
	}
}

func TestSoftmaxExtremes(t *testing.T) {
	z := []float32{1e30, -1e30, 0, 0, 0, 0, 0, 0, 0, 0}
	p := make([]float32, classes)
	Softmax(p, z, 1)
	if p[0] != 1 || p[1] != 0 {
		t.Errorf("Softmax(%v) = %v", z, p)
	}
	z[4] = float32(math.NaN())
	losses := make([]float64, 1)
	SoftmaxCrossEntropy(p, losses, z, []uint8{2}, 0, 1, 1)
	if losses[0] == losses[0] || p[2] == p[2] {
		t.Errorf("a NaN among the logits was lost: loss %v, gradient %v", losses[0], p)
	}
}

// unitsApart returns how many float64 lie between a and b.
func unitsApart(a, b float64) float64 {
	if a == b || a != a && b != b {
		return 0
	}
	return math.Abs(a-b) / (math.Nextafter(math.Abs(b), math.Inf(1)) - math.Abs(b))
}

// Correctly rounded values, from 40-digit arithmetic. The assembly of package
// math misses some of them on amd64.
func TestAnalysisKnownValues(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, tt := range []struct {
		name      string
		got, want float64
	}{
		{"Exp(0)", Exp(0), 1}, {"Exp(1)", Exp(1), math.E}, {"Exp(-1)", Exp(-1), 1 / math.E},
		{"Exp(709.78)", Exp(709.78), 1.7928227943945155e308}, {"Exp(709.79)", Exp(709.79), inf},
		{"Exp(-745)", Exp(-745), 5e-324}, {"Exp(-746)", Exp(-746), 0},
		{"Exp(+Inf)", Exp(inf), inf}, {"Exp(-Inf)", Exp(-inf), 0}, {"Exp(NaN)", Exp(nan), nan},
		{"Log(1)", Log(1), 0}, {"Log(2)", Log(2), math.Ln2}, {"Log(10)", Log(10), math.Ln10},
		{"Log(5e-324)", Log(5e-324), -744.4400719213812}, {"Log(max)", Log(math.MaxFloat64), 709.782712893384},
		{"Log(0)", Log(0), -inf}, {"Log(-1)", Log(-1), nan}, {"Log(+Inf)", Log(inf), inf}, {"Log(NaN)", Log(nan), nan},
		{"Cos(0)", Cos(0), 1}, {"Cos(+Inf)", Cos(inf), nan}, {"Cos(NaN)", Cos(nan), nan},
		{"Cos(pi)", Cos(math.Pi), -1}, {"Cos(-2pi)", Cos(-2 * math.Pi), 1},
	} {
		if unitsApart(tt.got, tt.want) > 1 || (tt.got != tt.got) != (tt.want != tt.want) {
			t.Errorf("%s = %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

func TestAnalysisAgainstStandardLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100000 {
		x := (r.Float64() - 0.5) * 1400
		if u := unitsApart(Exp(x), math.Exp(x)); u > 4 {
			t.Fatalf("Exp(%v) = %v, %v units from %v", x, Exp(x), u, math.Exp(x))
		}
		p := math.Exp(x)
		if u := unitsApart(Log(p), math.Log(p)); u > 4 {
			t.Fatalf("Log(%v) = %v, %v units from %v", p, Log(p), u, math.Log(p))
		}
		x /= 7
		if d := math.Abs(Cos(x) - math.Cos(x)); d > 2e-15 {
			t.Fatalf("Cos(%v) = %v, want %v", x, Cos(x), math.Cos(x))
		}
	}
}
