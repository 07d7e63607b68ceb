package inspect

import "fmt"

// ScaleMode says which numbers the ends of the colors stand for.
type ScaleMode string

// The modes.
const (
	PerMap   ScaleMode = "map"   // each map's own least and greatest number
	PerLayer ScaleMode = "layer" // those of all maps together
	Fixed    ScaleMode = "fixed" // given ones
)

// Scale is how numbers become colors. Its zero value is PerMap.
type Scale struct {
	Mode ScaleMode `json:"mode,omitempty"`
	Lo   float32   `json:"lo,omitempty"` // for Fixed
	Hi   float32   `json:"hi,omitempty"` // for Fixed
	// Symmetric makes the ends opposite numbers, so that 0 is in the middle.
	// It goes with Diverging.
	Symmetric bool `json:"symmetric,omitempty"`
}

func (s Scale) check() error {
	switch s.Mode {
	case "", PerMap, PerLayer:
		return nil
	case Fixed:
		if s.Lo-s.Lo != 0 || s.Hi-s.Hi != 0 || s.Lo >= s.Hi {
			return fmt.Errorf("a fixed scale from %v to %v has no colors: its low end must be below its high end", s.Lo, s.Hi)
		}
		return nil
	}
	return fmt.Errorf("there is no scale %q: map, layer and fixed are possible", string(s.Mode))
}

// ends returns the ends of each map's scale.
func (s Scale) ends(maps []Map) []ends {
	all := make([]ends, len(maps))
	for i, m := range maps {
		all[i].lo, all[i].hi = m.Range()
		if s.Mode == Fixed {
			all[i] = ends{s.Lo, s.Hi}
		}
	}
	if s.Mode == PerLayer {
		whole := all[0]
		for _, e := range all {
			whole = ends{smaller(whole.lo, e.lo), larger(whole.hi, e.hi)}
		}
		for i := range all {
			all[i] = whole
		}
	}
	if s.Symmetric {
		for i, e := range all {
			most := larger(-e.lo, e.hi)
			all[i] = ends{-most, most}
		}
	}
	return all
}

type ends struct{ lo, hi float32 }

// at returns where v lies between the ends, 0 to 1; 0 if they are one number.
func (e ends) at(v float32) float32 {
	if e.hi <= e.lo {
		return 0
	}
	// In float64: the difference of two float32 can be larger than any float32.
	return float32((float64(v) - float64(e.lo)) / (float64(e.hi) - float64(e.lo)))
}

func smaller(a, b float32) float32 {
	if b < a {
		return b
	}
	return a
}

func larger(a, b float32) float32 {
	if b > a {
		return b
	}
	return a
}
