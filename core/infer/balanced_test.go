package infer

import (
	"slices"
	"testing"

	"atelier/core/fashion"
)

func TestBalanced(t *testing.T) {
	labels := []byte{3, 3, 3, 1, 0, 1, 9, 3}
	images := &fashion.Images{Pixels: make([]byte, len(labels)*fashion.Area), Labels: labels}
	for _, tt := range []struct {
		name  string
		index []int32
		each  int
		want  []int32
	}{
		{"two a class", []int32{0, 1, 2, 3, 4, 5, 6, 7}, 2, []int32{4, 3, 0, 6, 5, 1}},
		{"of a part", []int32{7, 6, 5}, 1, []int32{5, 7, 6}},
		{"more than there are", []int32{0, 3}, 9, []int32{3, 0}},
		{"none", nil, 2, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Balanced(images, tt.index, tt.each); !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}
