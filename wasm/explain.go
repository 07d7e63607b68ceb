//go:build js && wasm

package main

import (
	"cmp"
	"math"
	"slices"

	"github.com/hack-pad/safejs"

	"atelier/core/inspect"
)

// mostWindows is how many windows of a number are shown; a deep layer has up
// to 128, and most of them add little.
const mostWindows = 6

// window is one that is shown, with the map that it looks at.
type window struct {
	Map int `json:"map"`
	inspect.Window
}

// explain tells how one number of a map comes about.
func (s *session) explain(v safejs.Value) (result, error) {
	input, weights, err := s.lookedAt(v)
	if err != nil {
		return result{}, err
	}
	layer, err := text(v, "layer")
	if err != nil {
		return result{}, err
	}
	var at [3]int
	for i, name := range []string{"map", "x", "y"} {
		if at[i], err = whole(v, name); err != nil {
			return result{}, err
		}
	}
	j, err := s.answering(weights, &s.judges.quick)
	if err != nil {
		return result{}, err
	}
	defer j.Unlock()
	e, err := inspect.Explain(j.Net, j.Predictor, input, layer, at[0], at[1], at[2])
	if err != nil {
		return result{}, refuse("layer", "%v", err)
	}
	for _, x := range []float32{e.Sum, e.Scale, e.Shift} {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return result{}, errNotFinite
		}
	}
	shown, others := strongest(e.Windows)
	return result{fields: struct {
		*inspect.Explanation
		Windows []window `json:"windows"`
		Count   int      `json:"count"`  // of all windows
		Others  float32  `json:"others"` // what those not shown add
	}{e, shown, len(e.Windows), others}}, nil
}

// strongest returns the windows that add or take away most, and the sum of the
// others.
func strongest(all []inspect.Window) (shown []window, others float32) {
	for i, w := range all {
		shown = append(shown, window{i, w})
	}
	slices.SortStableFunc(shown, func(a, b window) int { return cmp.Compare(max(b.Sum, -b.Sum), max(a.Sum, -a.Sum)) })
	for _, w := range shown[min(mostWindows, len(shown)):] {
		others += w.Sum
	}
	return shown[:min(mostWindows, len(shown))], others
}
