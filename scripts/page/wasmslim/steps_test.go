package wasmslim

import (
	"bytes"
	"slices"
	"testing"
)

func TestSteps(t *testing.T) {
	tests := []struct {
		name string
		s    steps
		want []byte
	}{
		{"one", steps{{300, 0}}, []byte{2, 0xac, 2, 0}},
		{"up and down", steps{{1, 0}, {3, 48}, {10, 8}}, []byte{2, 1, 96, 2, 79, 7, 0}},
		{"none at first", steps{{2, -1}, {5, 3}}, []byte{0, 2, 8, 3, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.s.bytes(); !bytes.Equal(got, tt.want) {
				t.Fatalf("%v is written %x, want %x", tt.s, got, tt.want)
			}
			back, size, ok := readSteps(append(tt.want, 9, 9))
			if !ok || size != len(tt.want) || !slices.Equal(back, tt.s) {
				t.Fatalf("%x is read %v (%d bytes, %v), want %v", tt.want, back, size, ok, tt.s)
			}
			from := int64(0)
			for _, step := range tt.s {
				if tt.s.at(from) != step.value || tt.s.at(step.end-1) != step.value {
					t.Errorf("%v has %d at %d and %d at %d, want %d", tt.s, tt.s.at(from), from, tt.s.at(step.end-1), step.end-1, step.value)
				}
				from = step.end
			}
			if tt.s.at(from) != -1 {
				t.Errorf("%v has %d beyond its end", tt.s, tt.s.at(from))
			}
		})
	}
	for name, table := range map[string][]byte{"nothing": nil, "no distance": {2}, "no end": {2, 1}, "a difference that is too large": {255, 255, 255, 255, 255, 1, 1, 0}} {
		if s, _, ok := readSteps(table); ok {
			t.Errorf("%s is read as %v", name, s)
		}
	}
}

func TestStepsOf(t *testing.T) {
	tests := []struct {
		name         string
		values, lost []int
		want         steps
	}{
		{"nothing", []int{unknown, unknown}, nil, nil},
		{"one value", []int{unknown, 4, unknown, 4}, nil, steps{{lastBlock, 4}}},
		{"two", []int{4, unknown, 6}, nil, steps{{2, 4}, {lastBlock, 6}}},
		{"and one without an end", []int{4}, []int{5}, steps{{endlessBlock - 1, 4}, {lastBlock, 5}}},
		{"and the same", []int{4}, []int{4}, steps{{lastBlock, 4}}},
		{"and two", []int{4}, []int{4, 5}, steps{{endlessBlock, 4}, {lastBlock, 5}}},
		{"only such", []int{unknown}, []int{3, 5}, steps{{endlessBlock, 3}, {lastBlock, 5}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := stepsOf(tt.values).followed(tt.lost)
			if !slices.Equal(got, tt.want) {
				t.Fatalf("%v and %v make %v, want %v", tt.values, tt.lost, got, tt.want)
			}
			for i, v := range tt.lost {
				if got.at(int64(endlessBlock+i-1)) != v {
					t.Errorf("below %d there is %d, want %d", endlessBlock+i, got.at(int64(endlessBlock+i-1)), v)
				}
			}
		})
	}
}
