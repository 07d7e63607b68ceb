package metrics

import (
	"math"
	"testing"
)

func TestWilson(t *testing.T) {
	tests := []struct {
		right, n  int
		low, high float64
	}{
		{0, 0, 0, 1},
		{0, 10, 0, 0.2775},
		{10, 10, 0.7225, 1},
		{59, 70, 0.7401, 0.9097},
		{81, 263, 0.2553, 0.3662}, // Newcombe 1998, table I
	}
	for _, tt := range tests {
		low, high := Wilson(tt.right, tt.n)
		if math.Abs(low-tt.low) > 5e-4 || math.Abs(high-tt.high) > 5e-4 {
			t.Errorf("%d of %d: %.4f to %.4f, want %.4f to %.4f", tt.right, tt.n, low, high, tt.low, tt.high)
		}
	}
}

func answer(best ...int) (p [10]float32) {
	for i, c := range best {
		p[c] = 0.5 / float32(i+1)
	}
	return p
}

func TestScore(t *testing.T) {
	shoe := []int{7, 9, 5}
	nan := float32(math.NaN())
	results := []DrawingAnswer{
		{"shoe", shoe, answer(9)},
		{"jacket", []int{4}, answer(6, 2, 4)},
		{"jacket", []int{4}, answer(3, 0, 2, 4)},
		{"jacket", []int{4}, answer(4, 6)},
		{"shoe", shoe, answer(8, 1, 0)},
		{"shoe", shoe, [10]float32{nan, nan, nan, nan, nan, nan, nan, 0.1, nan, nan}},
		{"pants", []int{1}, [10]float32{}}, // all alike: 0, 1, 2
	}
	words, all := ScoreDrawings(results)
	want := []struct {
		word                    string
		n, top1, top3, families int
	}{{"shoe", 3, 2, 2, 2}, {"jacket", 3, 1, 2, 2}, {"pants", 1, 0, 1, 0}, {"", 7, 3, 5, 4}}
	for i, w := range append(words, all) {
		if i >= len(want) {
			t.Fatalf("%d words more than wanted", len(words)+1-len(want))
		}
		e := want[i]
		if w.Word != e.word || w.Top1.Of != e.n || w.Top1.Right != e.top1 || w.Top3.Right != e.top3 || w.Family.Right != e.families {
			t.Errorf("%q: %v, %v, %v, want %+v", w.Word, w.Top1, w.Top3, w.Family, e)
		}
	}
	if got := NewRate(59, 70).String(); got != "84.3 % (59 of 70, 74.0 to 91.0)" {
		t.Errorf("a rate reads %q", got)
	}
}
