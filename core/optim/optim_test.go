package optim

import (
	"math"
	"testing"

	"atelier/core/random"
)

// adam64 is the formula of PyTorch's documentation in float64.
func adam64(p, m, v, g []float64, step int, lr, decay float64) {
	const b1, b2, eps = .9, .999, 1e-8
	for i := range p {
		p[i] *= 1 - lr*decay
		m[i] = b1*m[i] + (1-b1)*g[i]
		v[i] = b2*v[i] + (1-b2)*g[i]*g[i]
		mh := m[i] / (1 - math.Pow(b1, float64(step)))
		vh := v[i] / (1 - math.Pow(b2, float64(step)))
		p[i] -= lr * mh / (math.Sqrt(vh) + eps)
	}
}

func TestAdamFollowsTheFormula(t *testing.T) {
	tests := []struct {
		name  string
		decay float64
	}{{"Adam", 0}, {"AdamW", 1e-5}, {"AdamW, strong decay", .1}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			const n, lr = 1000, 1e-3
			s := random.New(1, random.Synthetic, 0, 0, 0)
			a := NewAdam(n)
			p, g := make([]float32, n), make([]float32, n)
			p64, m64, v64, g64 := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
			for i := range p {
				p[i], a.M[i] = s.Normal(), .01*s.Normal()
				a.V[i] = .001 * s.Float32()
				p64[i], m64[i], v64[i] = float64(p[i]), float64(a.M[i]), float64(a.V[i])
			}
			for step := 1; step <= 5; step++ {
				for i := range g {
					g[i] = .1 * s.Normal()
					g64[i] = float64(g[i])
				}
				a.Update(p, g[:300], 0, 300, int64(step), lr, tt.decay)
				a.Update(p, g[300:], 300, n, int64(step), lr, tt.decay)
				adam64(p64, m64, v64, g64, step, lr, tt.decay)
			}
			if e := relative(p, p64); e > 1e-6 {
				t.Errorf("weights differ by %.2g, want at most 1e-6", e)
			}
			if e := relative(a.M, m64); e > 1e-6 {
				t.Errorf("first moments differ by %.2g", e)
			}
			if e := relative(a.V, v64); e > 1e-6 {
				t.Errorf("second moments differ by %.2g", e)
			}
		})
	}
}

func relative(got []float32, want []float64) float64 {
	var d, n float64
	for i := range want {
		e := float64(got[i]) - want[i]
		d, n = d+e*e, n+want[i]*want[i]
	}
	return math.Sqrt(d / n)
}

func TestPowerIsPow(t *testing.T) {
	for _, n := range []int64{0, 1, 2, 3, 10, 421, 5064, 100000} {
		if got, want := power(.999, n), math.Pow(.999, float64(n)); math.Abs(got-want) > 1e-12*want {
			t.Errorf("power(.999, %d) = %g, want %g", n, got, want)
		}
	}
}

// The losses of the report's Model 2 and a flat stretch, against PyTorch's
// rule: the rate halves after three epochs without a better loss.
func TestPlateauHalvesAfterThreeBadEpochs(t *testing.T) {
	s := Schedule{Kind: Plateau, Factor: .5, Patience: 2}
	state := PlateauState{Scale: 1}
	steps := []struct {
		name string
		loss float64
		want float64
	}{
		{"first", .5, 1}, {"better", .4, 1},
		{"bad 1", .41, 1}, {"bad 2", .4, 1}, {"bad 3", .39999, .5},
		{"bad 1 again", .4, .5}, {"just better than the threshold", .3999, .5},
		{"bad", .3999, .5}, {"bad", .3999, .5}, {"bad", .3999, .25},
	}
	for i, st := range steps {
		state.Observe(s, st.loss, 1e-3)
		if state.Scale != st.want {
			t.Fatalf("epoch %d (%s): scale %g, want %g", i+1, st.name, state.Scale, st.want)
		}
	}
}

func TestSchedulesRiseAndFall(t *testing.T) {
	const total = 1000
	tests := []struct {
		name string
		s    Schedule
		at   map[int]float64
	}{
		{"constant", Schedule{Kind: Constant}, map[int]float64{0: 1, 500: 1, 999: 1}},
		{"one cycle", Schedule{Kind: OneCycle, Warmup: .2, Start: .04, End: .001}, map[int]float64{0: .04, 100: .52, 200: 1, 999: .001}},
		{"cosine", Schedule{Kind: Cosine, End: 0}, map[int]float64{0: 1, 999: 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for step, want := range tt.at {
				if got := tt.s.Scale(step, total); math.Abs(got-want) > 1e-9 {
					t.Errorf("step %d: %g, want %g", step, got, want)
				}
			}
		})
	}
}
