package sketch

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"atelier/scripts/reference"
)

func TestParseNDJSON(t *testing.T) {
	simplified := `{"word":"purse","key_id":"42","recognized":true,"drawing":[[[0,5.5,10],[1,2,3]],[[7],[8]]]}`
	raw := ` {"word":"purse","key_id":"42","recognized":true,"drawing":[[[0,5.5,10],[1,2,3],[0,17,33]], [ [7] , [8] , [90] ]],"countrycode":"TR"} `
	want := Drawing{Word: "purse", KeyID: "42", Recognized: true, Strokes: []Stroke{polyline(0, 1, 5.5, 2, 10, 3), polyline(7, 8)}}
	for name, line := range map[string]string{"simplified": simplified, "raw": raw} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseNDJSON([]byte(line))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestParseNDJSONRefuses(t *testing.T) {
	many := `{"drawing":[` + strings.Repeat("[[1],[1]],", MaxStrokes) + `[[1],[1]]]}`
	long := `{"drawing":[[[` + strings.Repeat("1,", MaxPoints) + `1],[` + strings.Repeat("1,", MaxPoints) + `1]]]}`
	tests := []struct{ name, line, want string }{
		{"empty", "", "not a drawing"},
		{"no JSON", "shoe", "not a drawing"},
		{"cut off", `{"word":"shoe","drawing":[[[1`, "not a drawing"},
		{"a list", "[]", "not a drawing"},
		{"no drawing", `{"word":"shoe"}`, `no "drawing"`},
		{"drawing is a word", `{"drawing":"shoe"}`, `no "drawing"`},
		{"strokes are numbers", `{"drawing":[1]}`, "something else than lists"},
		{"coordinates are words", `{"drawing":[[["a"],["b"]]]}`, "something else than numbers"},
		{"too deep", `{"drawing":[[[[1]],[[1]]]]}`, "something else than numbers"},
		{"no y", `{"drawing":[[[1,2]]]}`, "as many x as y"},
		{"fewer y", `{"drawing":[[[1,2],[1]]]}`, "as many x as y"},
		{"fewer times", `{"drawing":[[[1,2],[1,2],[0]]]}`, "as many x as y"},
		{"four lists", `{"drawing":[[[1],[1],[1],[1]]]}`, "more than x, y and times"},
		{"huge number", `{"drawing":[[[1e99],[1]]]}`, "something else than numbers"},
		{"far away", `{"drawing":[[[1e9],[1]]]}`, "outside"},
		{"style's length", `{"drawing":[[[1],[1]]],"style":[{},{}]}`, "styles for 2"},
		{"style's kind", `{"drawing":[[[1],[1]]],"style":[{"kind":"spray"}]}`, "spray"},
		{"style's width", `{"drawing":[[[1],[1]]],"style":[{"width":99}]}`, "width 99"},
		{"accept", `{"drawing":[[[1],[1]]],"accept":[10]}`, "class 10"},
		{"strokes", many, "10000 strokes"},
		{"points", long, "100000 points"},
		{"line", `{"word":"` + strings.Repeat("a", MaxLine) + `"}`, "bytes, more than"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseNDJSON([]byte(tt.line))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestNDJSONRoundTrip(t *testing.T) {
	fill := polyline(0, 0, 10.25, 0, 5, 1e-3)
	fill.Kind, fill.Grey = Fill, 90
	wide := polyline(1, 2, 3, 4)
	wide.Width = 2.5
	for _, d := range []Drawing{
		{Word: "shoe", KeyID: "7", Strokes: []Stroke{polyline(1, 2, 3, -4)}, Accept: []int{7, 9, 5}},
		{Word: `a "quoted" <word>`, Recognized: true, Strokes: []Stroke{fill, wide, polyline(9, 9)}},
	} {
		line, err := appendNDJSON(nil, d)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseNDJSON(line)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(d, back) {
			t.Errorf("%s reads back as %+v, want %+v", line, back, d)
		}
	}
}

// devDrawings are people's drawings, for choosing and measuring only.
func devDrawings(t *testing.T) []Drawing {
	f, err := os.Open(filepath.Join(reference.Dir(t), "sketches", "dev.ndjson"))
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	var list []Drawing
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, MaxLine+1)
	for lines.Scan() {
		d, err := ParseNDJSON(lines.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, d)
	}
	return list
}

func TestPeoplesDrawingsAreRead(t *testing.T) {
	list := devDrawings(t)
	if len(list) != 70 {
		t.Errorf("%d drawings, want 70", len(list))
	}
	for _, d := range list {
		if len(d.Accept) == 0 || d.Word == "" {
			t.Errorf("drawing %s has the word %q and accepts %v", d.KeyID, d.Word, d.Accept)
		}
		p, err := Rasterize(d, Options{})
		if err != nil {
			t.Fatalf("drawing %s: %v", d.KeyID, err)
		}
		x0, y0, x1, y1 := inkBounds(p)
		if max(x1-x0, y1-y0) != Side-1 || x0+x1 < 26 || x0+x1 > 28 || y0+y1 < 26 || y0+y1 > 28 {
			t.Errorf("drawing %s: ink from (%d,%d) to (%d,%d)", d.KeyID, x0, y0, x1, y1)
		}
	}
}

func TestParsingIsBounded(t *testing.T) {
	attack := []byte(`{"drawing":[` + strings.Repeat("[],", 300_000) + `[]]}`)
	deep := []byte(`{"drawing":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`)
	for _, line := range [][]byte{attack, deep} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := ParseNDJSON(line); err == nil {
			t.Error("the attack is read as a drawing")
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > uint64(2*len(line)+1<<20) {
			t.Errorf("%d bytes allocated for a line of %d", used, len(line))
		}
	}
}

func FuzzParseNDJSON(f *testing.F) {
	f.Add([]byte(`{"word":"purse","key_id":"42","drawing":[[[0,5.5,10],[1,2,3],[0,1,2]]]}`))
	f.Add([]byte(`{"drawing":[[[0,50,10],[1,2,3]],[[7],[8]]],"style":[{"kind":"fill"},{"kind":"bucket","grey":3}]}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		d, err := ParseNDJSON(line)
		if err != nil {
			return
		}
		again, err := appendNDJSON(nil, d)
		if err != nil {
			t.Fatal(err)
		}
		if len(again) <= MaxLine {
			if _, err := ParseNDJSON(again); err != nil {
				t.Fatalf("%s is not read again: %v", again, err)
			}
		}
		if _, err := Rasterize(d, Options{}); err != nil && !strings.Contains(err.Error(), "draw something") {
			t.Fatal(err)
		}
	})
}

// appendNDJSON appends the drawing as one line, newline included, that
// ParseNDJSON reads back as the same drawing.
func appendNDJSON(dst []byte, d Drawing) ([]byte, error) {
	text := []byte{'['}
	plain := true
	for i, s := range d.Strokes {
		if i > 0 {
			text = append(text, ',')
		}
		text = appendNumbers(append(text, '['), s.X)
		text = appendNumbers(append(text, ','), s.Y)
		text = append(text, ']')
		plain = plain && s.Kind == Pencil && s.Width == 0 && s.Grey == 0
	}
	r := record{Word: d.Word, KeyID: d.KeyID, Recognized: d.Recognized, Accept: d.Accept, Drawing: append(text, ']')}
	if !plain {
		for _, s := range d.Strokes {
			r.Style = append(r.Style, style{s.Kind.String(), s.Width, s.Grey})
		}
	}
	line, err := json.Marshal(r)
	if err != nil {
		return dst, fmt.Errorf("the drawing cannot be written: %w", err)
	}
	return append(append(dst, line...), '\n'), nil
}

func appendNumbers(dst []byte, v []float32) []byte {
	dst = append(dst, '[')
	for i, x := range v {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendFloat(dst, float64(x), 'g', -1, 32)
	}
	return append(dst, ']')
}

// A line of a megabyte is given up where its strokes are too many: those behind
// are not even kept.
func TestStrokesAreCountedAsTheyCome(t *testing.T) {
	line := []byte(`{"drawing":[` + strings.Repeat("[[],[]],", 100_000) + `[[],[]]]}`)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := ParseNDJSON(line); err == nil || !strings.Contains(err.Error(), "10000 strokes") {
		t.Errorf("100,001 strokes: %v", err)
	}
	runtime.ReadMemStats(&after)
	// 10,000 strokes of 64 bytes, and what a slice that doubles has thrown away.
	if used := after.TotalAlloc - before.TotalAlloc; used > 8<<20 {
		t.Errorf("%d bytes allocated for a line of %d, want at most 8388608", used, len(line))
	}
}
