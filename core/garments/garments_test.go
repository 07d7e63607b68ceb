package garments

import (
	"testing"

	"atelier/core/random"
)

// What makes a garment what it is must be there in every figure, before the
// hand forgets or breaks anything.
func TestFiguresHaveWhatNamesThem(t *testing.T) {
	count := func(f *figure, r role) (n int) {
		for _, p := range f.parts {
			if p.role == r {
				n++
			}
		}
		return n
	}
	tests := []struct {
		name  string
		draw  func(g *dice) *figure
		right func(f *figure) bool
	}{
		{"a coat opens in front", coat, func(f *figure) bool { return count(f, essential) > 0 || count(f, outline) == 2 }},
		{"a shirt has two collar flaps", shirt, func(f *figure) bool { return count(f, essential) == 2 }},
		{"a T-shirt has nothing it needs but its outline", tshirt, func(f *figure) bool { return count(f, essential) == 0 }},
		{"a pullover has no opening", pullover, func(f *figure) bool { return count(f, essential) == 0 }},
		{"trousers are one shape", trousers, func(f *figure) bool { return count(f, outline) == 1 }},
		{"a figure has an outline first", bag, func(f *figure) bool { return f.parts[0].role == outline }},
		{"a figure has an outline first", boot, func(f *figure) bool { return f.parts[0].role == outline }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, wide := range []bool{false, true} {
				for i := range 500 {
					s := random.New(3, random.Sketch, 0, uint32(i), 4)
					if f := tt.draw(&dice{s: &s, wide: wide}); !tt.right(f) {
						t.Fatalf("figure %d (wide ranges: %v) has %d outlines and %d essential lines", i, wide, count(f, outline), count(f, essential))
					}
				}
			}
		})
	}
}

// A sleeve's end must lie outside of the body, else it could not be seen.
func TestSleevesEndOutsideOfTheBody(t *testing.T) {
	for i := range 2000 {
		s := random.New(8, random.Sketch, 0, uint32(i), 4)
		g := &dice{s: &s}
		top := newTop(g, longSleeves(g))
		for _, sl := range top.sleeve {
			if edge := top.edge(sl.inner.y); sl.inner.x < edge {
				t.Fatalf("top %d: the cuff ends at %.3f, inside of the body's edge %.3f", i, sl.inner.x, edge)
			}
		}
	}
}

func TestCutOutLeavesTheRest(t *testing.T) {
	s := random.New(2, random.Sketch, 0, 0, 4)
	h := &hand{dice: &dice{s: &s}}
	line := []vertex{{point{0, 0}, true}, {point{1, 0}, true}, {point{1, 1}, true}, {point{0, 1}, true}}
	for range 200 {
		left := 0.0
		for _, part := range h.cutOut(line, 0.1) {
			for i := 1; i < len(part); i++ {
				left += part[i].sub(part[i-1].point).length()
			}
		}
		if left < 2.69 || left > 2.71 {
			t.Fatalf("of a line of length 3 less a tenth, %.4f is left", left)
		}
	}
}

func TestMirroredDiceAreFair(t *testing.T) {
	s := random.New(4, random.Sketch, 0, 0, 4)
	g := &dice{s: &s}
	sum := 0.0
	for range 10000 {
		sum += g.sign()
	}
	if sum < -400 || sum > 400 {
		t.Errorf("10000 signs sum to %g", sum)
	}
}
