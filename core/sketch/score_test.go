package sketch

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
	results := []Result{
		{"shoe", shoe, answer(9)},
		{"jacket", []int{4}, answer(6, 2, 4)},
		{"jacket", []int{4}, answer(3, 0, 2, 4)},
		{"jacket", []int{4}, answer(4, 6)},
		{"shoe", shoe, answer(8, 1, 0)},
		{"shoe", shoe, [10]float32{nan, nan, nan, nan, nan, nan, nan, 0.1, nan, nan}},
		{"pants", []int{1}, [10]float32{}}, // all alike: 0, 1, 2
	}
	words, all := Score(results)
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

func TestGallery(t *testing.T) {
	g, err := NewGallery([]float32{1, 0, 0, 1, 2, 2, 0, 0, -1, 0, 4, 4}, 2)
	if err != nil {
		t.Fatal(err)
	}
	got, err := g.Nearest([]float32{5, 5}, 3)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{2, 5, 0} {
		if got[i].Index != want {
			t.Errorf("neighbor %d is image %d, want %d", i, got[i].Index, want)
		}
	}
	if c := got[0].Cosine; c < 0.999999 || c > 1.000001 {
		t.Errorf("parallel vectors have the cosine %v", c)
	}
	if all, _ := g.Nearest([]float32{1, 0}, 99); len(all) != 6 || all[5].Index != 4 {
		t.Errorf("all six in order of their cosine: %v", all)
	}
	if err := g.Add([]float32{9, 9.01}); err != nil || g.Len() != 7 {
		t.Fatalf("%d images after one more: %v", g.Len(), err)
	}
	if now, _ := g.Nearest([]float32{9, 9.01}, 1); len(now) != 1 || now[0].Index != 6 {
		t.Errorf("the image that was added is the nearest to itself: %v", now)
	}
	if err := g.Add([]float32{1}); err == nil || g.Len() != 7 {
		t.Error("half an image was added")
	}
	if empty, err := NewGallery(nil, 2); err != nil || empty.Len() != 0 {
		t.Errorf("a gallery to be filled: %v", err)
	}
	if _, err := NewGallery(nil, 0); err == nil {
		t.Error("images without features")
	}
	if _, err := NewGallery(make([]float32, 5), 2); err == nil {
		t.Error("five features make rows of two")
	}
	if _, err := g.Nearest([]float32{1}, 1); err == nil {
		t.Error("a drawing with one feature is looked for among two")
	}
	if _, err := g.Nearest([]float32{1, 1}, 0); err == nil {
		t.Error("no neighbor is asked for")
	}
}
