package infer

import "testing"

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
