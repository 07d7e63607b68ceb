package sketch

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// MaxLine is the longest line of a drawings file, in bytes.
const MaxLine = 1 << 20

// record is a line of a Quick, Draw! file. "style" is ours: one entry a
// stroke, left out of drawings that are pencil only; other programs skip it.
type record struct {
	Word       string          `json:"word"`
	KeyID      string          `json:"key_id"`
	Recognized bool            `json:"recognized"`
	Accept     []int           `json:"accept,omitempty"`
	Drawing    json.RawMessage `json:"drawing"`
	Style      []style         `json:"style,omitempty"`
}

type style struct {
	Kind  string  `json:"kind"`
	Width float32 `json:"width,omitempty"`
	Grey  uint8   `json:"grey,omitempty"`
}

// ParseNDJSON reads one line of a Quick, Draw! file, simplified
// ([[xs],[ys]] a stroke) or raw ([[xs],[ys],[times]]; the times are left out).
// Format: github.com/googlecreativelab/quickdraw-dataset.
func ParseNDJSON(line []byte) (Drawing, error) {
	if len(line) > MaxLine {
		return Drawing{}, fmt.Errorf("the drawing's line has %d bytes, more than the %d allowed", len(line), MaxLine)
	}
	var r record
	if err := json.Unmarshal(line, &r); err != nil {
		return Drawing{}, fmt.Errorf("the line is not a drawing in Quick, Draw!'s JSON: %w", err)
	}
	if len(r.Drawing) == 0 || r.Drawing[0] != '[' {
		return Drawing{}, errors.New(`the line holds no "drawing": a list of strokes [[x,...],[y,...]] is expected`)
	}
	strokes, err := scanStrokes(r.Drawing)
	if err != nil {
		return Drawing{}, err
	}
	if err := applyStyle(strokes, r.Style); err != nil {
		return Drawing{}, err
	}
	for _, c := range r.Accept {
		if c < 0 || c > 9 {
			return Drawing{}, fmt.Errorf("the accepted class %d is not within 0 to 9", c)
		}
	}
	d := Drawing{Strokes: strokes, Word: r.Word, KeyID: r.KeyID, Recognized: r.Recognized, Accept: r.Accept}
	return d, d.Check()
}

func applyStyle(strokes []Stroke, styles []style) error {
	if len(styles) == 0 {
		return nil
	}
	if len(styles) != len(strokes) {
		return fmt.Errorf("the drawing has %d strokes and styles for %d", len(strokes), len(styles))
	}
	for i, st := range styles {
		kind := -1
		for k, name := range kindNames {
			if st.Kind == name || st.Kind == "" && k == 0 {
				kind = k
				break
			}
		}
		if kind < 0 {
			return fmt.Errorf("stroke %d is of the unknown kind %q: pencil, eraser, fill or bucket is expected", i+1, st.Kind)
		}
		strokes[i].Kind, strokes[i].Width, strokes[i].Grey = Kind(kind), st.Width, st.Grey
	}
	return nil
}

// scanner walks over JSON that encoding/json has found well formed, counting
// what it keeps so that a hostile line costs no more memory than a drawing.
type scanner struct {
	text   []byte
	at     int
	points int
}

func scanStrokes(text []byte) ([]Stroke, error) {
	sc := &scanner{text: text}
	var strokes []Stroke
	err := sc.list(func() error {
		if len(strokes) == MaxStrokes {
			return fmt.Errorf("the drawing has more than the %d strokes allowed", MaxStrokes)
		}
		var lists [3][]float32
		n := 0
		err := sc.list(func() error {
			if n == len(lists) {
				return fmt.Errorf("stroke %d has more than x, y and times", len(strokes)+1)
			}
			n++
			return sc.numbers(&lists[n-1])
		})
		if err != nil {
			return err
		}
		if n < 2 || len(lists[0]) != len(lists[1]) || n == 3 && len(lists[2]) != len(lists[0]) {
			return fmt.Errorf("stroke %d does not have as many x as y coordinates: [[x,...],[y,...]] is expected", len(strokes)+1)
		}
		strokes = append(strokes, Stroke{X: lists[0], Y: lists[1]})
		return nil
	})
	return strokes, err
}

// list calls item at the start of each element of the array that begins here.
func (sc *scanner) list(item func() error) error {
	if sc.next() != '[' {
		return fmt.Errorf("the drawing's strokes hold something else than lists at byte %d", sc.at)
	}
	sc.at++
	for sc.next() != ']' {
		if err := item(); err != nil {
			return err
		}
		if sc.next() == ',' {
			sc.at++
		}
	}
	sc.at++
	return nil
}

func (sc *scanner) numbers(dst *[]float32) error {
	return sc.list(func() error {
		if sc.points++; sc.points > 3*MaxPoints {
			return fmt.Errorf("the drawing has more than the %d points allowed", MaxPoints)
		}
		from := sc.at
		for sc.at < len(sc.text) && isNumberByte(sc.text[sc.at]) {
			sc.at++
		}
		v, err := strconv.ParseFloat(string(sc.text[from:sc.at]), 32)
		if err != nil {
			return fmt.Errorf("the drawing holds something else than numbers at byte %d", from)
		}
		*dst = append(*dst, float32(v))
		return nil
	})
}

func isNumberByte(b byte) bool {
	return b >= '0' && b <= '9' || b == '-' || b == '+' || b == '.' || b == 'e' || b == 'E'
}

// next skips white space and returns the byte there; 0 at the end.
func (sc *scanner) next() byte {
	for sc.at < len(sc.text) {
		switch b := sc.text[sc.at]; b {
		case ' ', '\t', '\n', '\r':
			sc.at++
		default:
			return b
		}
	}
	return 0
}
