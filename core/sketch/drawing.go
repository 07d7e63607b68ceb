package sketch

import (
	"errors"
	"fmt"
)

// Limits of one drawing: far above what a person draws, low enough that no
// file can exhaust the machine.
const (
	MaxStrokes    = 10_000
	MaxPoints     = 100_000
	MaxCoordinate = 1e6
	MaxBuckets    = 100 // each looks at every pixel several times
	maxWidth      = 16
)

// ErrEmpty says that there is no ink to look at.
var ErrEmpty = errors.New("draw something: the drawing is empty")

// ErrDot says that the ink is a single dot, which has no longest side.
var ErrDot = errors.New("draw something: a single dot has no shape")

// Kind is what a stroke does to the pixels under it.
type Kind uint8

// The kinds of strokes. Pencil is the zero value.
const (
	Pencil Kind = iota // a line of the pen's width with round ends
	Eraser             // the same line, taking ink away
	Fill               // the area inside the stroke, closed by a straight line
	Bucket             // the area around the stroke's first point, up to the ink around it
)

var kindNames = [...]string{"pencil", "eraser", "fill", "bucket"}

// String returns the word used in files.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Stroke is what the pen did between touching the paper and leaving it. X and
// Y are of equal length, in any unit, y down.
type Stroke struct {
	X, Y  []float32
	Kind  Kind
	Width float32 // times the pen's width; 0 means 1
	Grey  uint8   // 1 to 255, bright on black; 0 means the option's
}

// Drawing is a list of strokes in the order in which they were drawn, with
// what a Quick, Draw! file says about it.
type Drawing struct {
	Strokes    []Stroke
	Word       string // what was to be drawn
	KeyID      string
	Recognized bool
	Accept     []int // classes that count as right, where the file says so
}

// Check returns a sentence about the first thing that is wrong with the
// drawing's size or numbers. An empty drawing is right.
func (d Drawing) Check() error {
	if len(d.Strokes) > MaxStrokes {
		return fmt.Errorf("the drawing has %d strokes, more than the %d allowed", len(d.Strokes), MaxStrokes)
	}
	points, buckets := 0, 0
	for i, s := range d.Strokes {
		if len(s.X) != len(s.Y) {
			return fmt.Errorf("stroke %d has %d x and %d y coordinates", i+1, len(s.X), len(s.Y))
		}
		if points += len(s.X); points > MaxPoints {
			return fmt.Errorf("the drawing has more than the %d points allowed", MaxPoints)
		}
		if s.Kind == Bucket {
			buckets++
		}
		if buckets > MaxBuckets {
			return fmt.Errorf("the drawing has more than the %d buckets allowed", MaxBuckets)
		}
		if s.Kind > Bucket {
			return fmt.Errorf("stroke %d is of the unknown kind %d", i+1, s.Kind)
		}
		if !(s.Width >= 0 && s.Width <= maxWidth) { // not >: NaN is refused too
			return fmt.Errorf("stroke %d has the width %v, not within 0 to %d", i+1, s.Width, maxWidth)
		}
		for j := range s.X {
			if !(s.X[j] >= -MaxCoordinate && s.X[j] <= MaxCoordinate && s.Y[j] >= -MaxCoordinate && s.Y[j] <= MaxCoordinate) {
				return fmt.Errorf("point %d of stroke %d lies at (%v, %v), outside of %g", j+1, i+1, s.X[j], s.Y[j], float64(MaxCoordinate))
			}
		}
	}
	return nil
}

// Mirror returns the drawing flipped left to right; it shares no memory with d.
func (d Drawing) Mirror() Drawing {
	m := d
	m.Strokes = make([]Stroke, len(d.Strokes))
	for i, s := range d.Strokes {
		m.Strokes[i] = s
		m.Strokes[i].X = make([]float32, len(s.X))
		m.Strokes[i].Y = append([]float32(nil), s.Y...)
		for j, x := range s.X {
			m.Strokes[i].X[j] = -x
		}
	}
	return m
}
