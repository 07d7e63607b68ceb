package sketch

import (
	"errors"
	"math"
	"strings"
	"testing"

	"atelier/core/random"
)

func polyline(xy ...float32) Stroke {
	var s Stroke
	for i := 0; i < len(xy); i += 2 {
		s.X, s.Y = append(s.X, xy[i]), append(s.Y, xy[i+1])
	}
	return s
}

func inkBounds(p [Pixels]byte) (x0, y0, x1, y1 int) {
	x0, y0, x1, y1 = Side, Side, -1, -1
	for i, v := range p {
		if v > 0 {
			x0, y0, x1, y1 = min(x0, i%Side), min(y0, i/Side), max(x1, i%Side), max(y1, i/Side)
		}
	}
	return x0, y0, x1, y1
}

func TestRasterizeFillsTheFrame(t *testing.T) {
	thick := polyline(10, 50, 90, 50)
	thick.Width = 3
	filled := polyline(0, 0, 300, 10, 250, 120, 20, 100)
	filled.Kind = Fill
	tests := []struct {
		name           string
		d              Drawing
		x0, y0, x1, y1 int
	}{
		{"wide", Drawing{Strokes: []Stroke{polyline(0, 0, 1000, 0, 1000, 500, 0, 500, 0, 0)}}, 0, 6, 27, 21},
		{"high", Drawing{Strokes: []Stroke{polyline(-5, -9, -5, 9), polyline(-1, -9, -1, 9)}}, 10, 0, 17, 27},
		{"far away and small", Drawing{Strokes: []Stroke{polyline(5000, 5000, 5002, 5002, 5000, 5002)}}, 0, 0, 27, 27},
		{"two widths", Drawing{Strokes: []Stroke{thick, polyline(50, 20, 50, 80)}}, 0, 4, 27, 23},
		{"area", Drawing{Strokes: []Stroke{filled}}, 0, 8, 27, 19},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Rasterize(tt.d, Options{})
			if err != nil {
				t.Fatal(err)
			}
			x0, y0, x1, y1 := inkBounds(p)
			if x0 != tt.x0 || y0 != tt.y0 || x1 != tt.x1 || y1 != tt.y1 {
				t.Errorf("ink from (%d,%d) to (%d,%d), want (%d,%d) to (%d,%d)", x0, y0, x1, y1, tt.x0, tt.y0, tt.x1, tt.y1)
			}
		})
	}
}

// slowRaster asks for each point of the canvas whether it is near a segment.
func slowRaster(d Drawing, v view, opt Options) *canvas {
	c := &canvas{}
	for _, s := range d.Strokes {
		r := penRadius(s, opt)
		for y := range subSide {
			for x := range subSide {
				q := point{float64(x) + 0.5, float64(y) + 0.5}
				for i := range s.X {
					a := v.at(s.X[max(0, i-1)], s.Y[max(0, i-1)])
					if distance(q, a, v.at(s.X[i], s.Y[i])) <= r {
						c.ink[y*subSide+x] = opt.Brightness
					}
				}
			}
		}
	}
	return c
}

func distance(q, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	t := 0.0
	if l2 := dx*dx + dy*dy; l2 > 0 {
		t = math.Max(0, math.Min(1, ((q.x-a.x)*dx+(q.y-a.y)*dy)/l2))
	}
	return math.Hypot(q.x-a.x-t*dx, q.y-a.y-t*dy)
}

func TestRasterizeAgainstSlowTwin(t *testing.T) {
	s := random.New(5, random.Sketch, 0, 0, 0)
	for range 12 {
		var d Drawing
		for range 1 + s.Intn(4) {
			st := Stroke{Width: s.Uniform(0.3, 2)}
			for range 1 + s.Intn(5) {
				st.X, st.Y = append(st.X, float32(s.Intn(9))), append(st.Y, float32(s.Intn(9)))
			}
			d.Strokes = append(d.Strokes, st)
		}
		opt, _ := Options{Pen: s.Uniform(0.5, 3), Brightness: 200}.withDefaults()
		v, err := fit(d.Strokes, opt)
		if errors.Is(err, ErrDot) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var fast canvas
		fast.draw(d.Strokes, v, opt)
		fast.settle()
		slow := slowRaster(d, v, opt)
		differ := 0
		for i := range fast.ink {
			if fast.ink[i] != slow.ink[i] {
				differ++
			}
		}
		if differ > 4 { // points that lie on the very edge
			t.Errorf("%d of %d points differ from the slow twin's: %+v", differ, len(fast.ink), d)
		}
	}
}

func TestRasterizeRefuses(t *testing.T) {
	nan := float32(math.NaN())
	eraser := polyline(0, 0, 10, 10)
	eraser.Kind, eraser.Width = Eraser, 16
	tests := []struct {
		name string
		d    Drawing
		opt  Options
		want string
	}{
		{"nothing", Drawing{}, Options{}, "draw something"},
		{"strokes without points", Drawing{Strokes: make([]Stroke, 3)}, Options{}, "draw something"},
		{"a dot", Drawing{Strokes: []Stroke{polyline(4, 4)}}, Options{}, "draw something"},
		{"all erased", Drawing{Strokes: []Stroke{polyline(0, 0, 10, 10), eraser}}, Options{}, "draw something"},
		{"only an eraser", Drawing{Strokes: []Stroke{eraser}}, Options{}, "draw something"},
		{"x without y", Drawing{Strokes: []Stroke{{X: []float32{1}}}}, Options{}, "1 x and 0 y"},
		{"no number", Drawing{Strokes: []Stroke{polyline(1, 1, nan, 2)}}, Options{}, "point 2 of stroke 1"},
		{"too far", Drawing{Strokes: []Stroke{polyline(1, 1, 1e7, 2)}}, Options{}, "outside"},
		{"width", Drawing{Strokes: []Stroke{{Width: -1}}}, Options{}, "width"},
		{"kind", Drawing{Strokes: []Stroke{{Kind: 9}}}, Options{}, "kind"},
		{"pen", Drawing{Strokes: []Stroke{polyline(0, 0, 1, 1)}}, Options{Pen: 99}, "pen"},
		{"frame", Drawing{Strokes: []Stroke{polyline(0, 0, 1, 1)}}, Options{Frame: nan}, "pad's side"},
		{"strokes", Drawing{Strokes: make([]Stroke, MaxStrokes+1)}, Options{}, "10001 strokes"},
		{"points", Drawing{Strokes: []Stroke{{X: make([]float32, MaxPoints+1), Y: make([]float32, MaxPoints+1)}}}, Options{}, "100000 points"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Rasterize(tt.d, tt.opt)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestEraserIsFittedAgain(t *testing.T) {
	eraser := polyline(60, -20, 60, 40)
	eraser.Kind, eraser.Width = Eraser, 10
	d := Drawing{Strokes: []Stroke{polyline(0, 0, 60, 20), eraser}}
	p, err := Rasterize(d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if x0, _, x1, _ := inkBounds(p); x0 > 0 || x1 < 26 {
		t.Errorf("after erasing, ink from column %d to %d, want 0 to 27", x0, x1)
	}
}

func TestFrameShowsThePadAsItIs(t *testing.T) {
	d := Drawing{Strokes: []Stroke{polyline(100, 100, 180, 100)}}
	p, err := Rasterize(d, Options{Frame: 280})
	if err != nil {
		t.Fatal(err)
	}
	if x0, y0, x1, y1 := inkBounds(p); x0 != 9 || y0 != 9 || x1 != 18 || y1 != 10 {
		t.Errorf("ink from (%d,%d) to (%d,%d), want (9,9) to (18,10)", x0, y0, x1, y1)
	}
	if p, err := Rasterize(Drawing{}, Options{Frame: 280}); err != nil || p != ([Pixels]byte{}) {
		t.Errorf("the empty pad gives %v, want black pixels", err)
	}
}

func TestBucket(t *testing.T) {
	box := polyline(0, 0, 100, 0, 100, 100, 0, 100, 0, 0)
	open := polyline(0, 12, 0, 100, 100, 100, 100, 0, 0, 0) // a gap of 12 % at the corner
	at := func(x, y float32) Stroke { return Stroke{X: []float32{x}, Y: []float32{y}, Kind: Bucket, Grey: 99} }
	tests := []struct {
		name   string
		s      []Stroke
		middle byte
	}{
		{"closed", []Stroke{box, at(50, 50)}, 99},
		{"a gap is closed", []Stroke{open, at(50, 50)}, 99},
		{"outside is no area", []Stroke{polyline(0, 0, 100, 0), polyline(0, 100, 100, 100), at(50, 50)}, 0},
		{"ink changes its grey", []Stroke{polyline(0, 0, 100, 100), polyline(0, 100, 100, 0), at(20, 20)}, 99},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Rasterize(Drawing{Strokes: tt.s}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := p[14*Side+14]; got != tt.middle {
				t.Errorf("the middle is %d, want %d", got, tt.middle)
			}
		})
	}
}

func TestMirrorMirrorsThePixels(t *testing.T) {
	d := Drawing{Strokes: []Stroke{polyline(0, 0, 30, 5, 12, 40, 64, 64)}}
	a, err := Rasterize(d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Rasterize(d.Mirror(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range a {
		if w := b[i/Side*Side+Side-1-i%Side]; math.Abs(float64(v)-float64(w)) > 8 {
			t.Fatalf("pixel %d is %d and its mirror %d", i, v, w)
		}
	}
}

func TestTenThousandStrokes(t *testing.T) {
	s := random.New(6, random.Sketch, 0, 0, 0)
	d := Drawing{Strokes: make([]Stroke, MaxStrokes)}
	for i := range d.Strokes {
		d.Strokes[i] = polyline(s.Uniform(0, 255), s.Uniform(0, 255), s.Uniform(0, 255), s.Uniform(0, 255))
	}
	if _, err := Rasterize(d, Options{}); err != nil {
		t.Error(err)
	}
	// Each of another width.
	for i := range d.Strokes {
		d.Strokes[i].Width = 1 + float32(i)/MaxStrokes
	}
	if _, err := Rasterize(d, Options{}); err != nil {
		t.Error(err)
	}
	for i := range d.Strokes {
		d.Strokes[i].Kind = Bucket
	}
	if err := d.Check(); err == nil || !strings.Contains(err.Error(), "more than the 100 buckets") {
		t.Errorf("ten thousand buckets: %v", err)
	}
	d.Strokes = d.Strokes[:MaxBuckets]
	if err := d.Check(); err != nil {
		t.Error(err)
	}
}
