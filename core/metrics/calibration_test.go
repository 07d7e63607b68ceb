package metrics

import (
	"math"
	"testing"

	"atelier/core/random"
)

// Labels drawn from softmax(z/2) must be fitted by the temperature 2.
func TestFitTemperature(t *testing.T) {
	s := random.New(3, random.Sketch, 0, 0, 0)
	const n = 4000
	logits := make([]float32, n*classes)
	labels := make([]uint8, n)
	for i := range n {
		z := logits[i*classes:][:classes]
		for j := range z {
			z[j] = 4 * s.Normal()
		}
		var p [classes]float32
		Tempered(&p, z, 2)
		u := s.Float32()
		for c, v := range p {
			labels[i] = uint8(c)
			if u -= v; u < 0 {
				break
			}
		}
	}
	got, err := FitTemperature(logits, labels)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(got-2) > 0.12 {
		t.Errorf("temperature %.3f, want 2", got)
	}
	if at, beside := nll(logits, labels, got), nll(logits, labels, got*1.05); at >= beside {
		t.Errorf("the loss %.6f at the temperature is not below %.6f beside it", at, beside)
	}
}

func TestFitTemperatureRefuses(t *testing.T) {
	for name, f := range map[string]func() (float64, error){
		"nothing": func() (float64, error) { return FitTemperature(nil, nil) },
		"lengths": func() (float64, error) { return FitTemperature(make([]float32, 11), make([]uint8, 1)) },
		"label":   func() (float64, error) { return FitTemperature(make([]float32, 10), []uint8{10}) },
		"no number": func() (float64, error) {
			return FitTemperature(append(make([]float32, 9), float32(math.NaN())), []uint8{0})
		},
	} {
		if _, err := f(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestECE(t *testing.T) {
	tests := []struct {
		name string
		j    []Prediction
		want float64
	}{
		{"nothing", nil, 0},
		{"sure and right", []Prediction{{1, true}, {1, true}}, 0},
		{"sure and wrong", []Prediction{{1, false}}, 1},
		{"half sure, half right", []Prediction{{0.5, true}, {0.5, false}}, 0},
		{"two bins", []Prediction{{0.9, true}, {0.9, false}, {0.3, false}, {0.3, false}}, 0.35},
	}
	for _, tt := range tests {
		if got := ECE(tt.j, 15); math.Abs(got-tt.want) > 1e-6 {
			t.Errorf("%s: %.4f, want %.4f", tt.name, got, tt.want)
		}
	}
}

func TestConfidenceThreshold(t *testing.T) {
	j := []Prediction{{0.9, true}, {0.5, false}, {0.8, true}, {0.7, false}, {0.6, true}, {0.7, true}}
	tests := []struct {
		wanted  float64
		from    float32
		answers int
	}{{1, 0.8, 2}, {0.8, 0.6, 5}, {0.5, 0.5, 6}}
	for _, tt := range tests {
		from, answers := ConfidenceThreshold(j, tt.wanted)
		if from != tt.from || answers != tt.answers {
			t.Errorf("right in %g: from %v on with %d answers, want %v and %d", tt.wanted, from, answers, tt.from, tt.answers)
		}
	}
	if from, answers := ConfidenceThreshold([]Prediction{{0.9, false}}, 0.5); from != 1 || answers != 0 {
		t.Errorf("never right: from %v on with %d answers, want 1 and 0", from, answers)
	}
}
