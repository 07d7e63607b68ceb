package sample

import (
	"bytes"
	"testing"

	"atelier/core/fashion"
)

// The drawn sample is the same on every machine: its hashes are held, so a
// change of a shape is seen (and a run on it is told apart from older ones).
func TestDrawnIsTheSameEverywhere(t *testing.T) {
	d := Dataset()
	want := [4]string{
		"3db3422852c47028ac935fe203ccb1dcf0d66591d8e7c914740f35afe3d4a81a",
		"5dbd7686910cb66a8a6303f16940c2fae43896243c187897cd3976aab00f4817",
		"0079a64eec46d4c73ced9de88d9159c91eedc963524a8976b51904b092ce65b5",
		"66e4c6deb5f2a061f7d8cd5ec53025fdb9dabb08265e449acb8cf64b8cd36cac",
	}
	if d.SHA256 != want {
		t.Errorf("hashes %q, want %q", d.SHA256, want)
	}
	if d.Kind != fashion.KindDrawn || d.Train.Len() < 2000 || d.Test.Len() < 500 {
		t.Errorf("%d training and %d test images of kind %q", d.Train.Len(), d.Test.Len(), d.Kind)
	}
}

func TestDrawnImagesAreFunctionsOfTheirIndex(t *testing.T) {
	few, many := Draw(20, 5), Draw(50, 5)
	if !bytes.Equal(few.Pixels, many.Pixels[:len(few.Pixels)]) {
		t.Error("an image depends on how many are drawn")
	}
	other := Draw(20, 6)
	for i := range 20 {
		if int(few.Labels[i]) != i%10 {
			t.Errorf("image %d has label %d", i, few.Labels[i])
		}
		if bytes.Equal(few.At(i), other.At(i)) {
			t.Errorf("image %d is the same for another seed", i)
		}
		ink := 0
		for _, p := range few.At(i) {
			if p > 0 {
				ink++
			}
		}
		if ink < 30 || ink > 600 {
			t.Errorf("image %d, a %s, has %d painted pixels", i, fashion.Classes[few.Labels[i]], ink)
		}
	}
}

// The sample can be learned: even the label of the nearest training image is
// right for most of the test images.
func TestDrawnIsLearnable(t *testing.T) {
	d := Dataset()
	right := nearestNeighbour(&d.Train, &d.Test, 200)
	if right < 150 {
		t.Errorf("the nearest of 4000 training images names %d of 200 test images, want 150", right)
	}
	perClass := map[byte]bool{}
	for _, l := range d.Test.Labels[:200] {
		perClass[l] = true
	}
	if len(perClass) != 10 {
		t.Errorf("%d of 10 classes among the test images", len(perClass))
	}
}

func nearestNeighbour(train, test *fashion.Images, n int) (right int) {
	for i := range n {
		best, label := 1<<62, byte(0)
		for j := range train.Len() {
			if d := distance(train.At(j), test.At(i), best); d < best {
				best, label = d, train.Labels[j]
			}
		}
		if label == test.Labels[i] {
			right++
		}
	}
	return right
}

// distance is the squared distance of two images, or any number >= enough.
func distance(a, b []byte, enough int) (d int) {
	for i := range a {
		v := int(a[i]) - int(b[i])
		if d += v * v; d >= enough {
			break
		}
	}
	return d
}
