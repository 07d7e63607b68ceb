package inspect

import (
	"math"
	"strings"
	"testing"
)

func mapOf(w, h int, data ...float32) Map { return Map{W: w, H: h, Data: data} }

// pixel returns a picture's color at (x, y).
func pixel(p *Picture, x, y int) [4]byte { return [4]byte(p.RGBA[(y*p.W+x)*4:]) }

func color(t *testing.T, p Palette, at float32) [4]byte {
	t.Helper()
	r, g, b, err := p.Color(at)
	if err != nil {
		t.Fatal(err)
	}
	return [4]byte{r, g, b, 255}
}

func TestRenderLaysOutRowByRow(t *testing.T) {
	maps := []Map{mapOf(2, 1, 0, 1), mapOf(2, 1, 1, 3), mapOf(2, 1, 5, 4), mapOf(2, 1, 9, 9)}
	p, err := Render(maps, Options{First: 3, Columns: 2, Zoom: 3, Gap: 1})
	if err != nil {
		t.Fatal(err)
	}
	if p.W != 2*6+1 || p.H != 2*3+1 || len(p.RGBA) != p.W*p.H*4 || len(p.Cells) != 3 {
		t.Fatalf("a picture of %d by %d with %d cells", p.W, p.H, len(p.Cells))
	}
	if c := p.Cells[2]; c.Index != 2 || c.X != 0 || c.Y != 4 || c.W != 6 || c.H != 3 || c.Min != 4 || c.Max != 5 || c.Mean != 4.5 {
		t.Errorf("cell 2 is %+v", c)
	}
	low, high, clear := color(t, Viridis, 0), color(t, Viridis, 1), [4]byte{}
	tests := []struct {
		x, y int
		want [4]byte
	}{
		{0, 0, low}, {2, 2, low}, {3, 0, high}, {5, 2, high}, // map 0, zoomed
		{6, 0, clear}, {0, 3, clear}, // gaps
		{7, 0, low}, {12, 2, high}, // map 1
		{0, 4, high}, {5, 6, low}, // map 2
		{7, 4, clear}, {12, 6, clear}, // no fourth map
	}
	for _, tt := range tests {
		if got := pixel(p, tt.x, tt.y); got != tt.want {
			t.Errorf("pixel %d,%d is %v, want %v", tt.x, tt.y, got, tt.want)
		}
	}
}

func TestScales(t *testing.T) {
	maps := []Map{mapOf(2, 1, -1, 1), mapOf(2, 1, 2, 3), mapOf(2, 1, 0, 7)}
	tests := []struct {
		name  string
		scale Scale
		want  [2][2]float32 // ends of the two shown maps
	}{
		{"each map", Scale{}, [2][2]float32{{-1, 1}, {2, 3}}},
		{"each map by name", Scale{Mode: PerMap}, [2][2]float32{{-1, 1}, {2, 3}}},
		{"layer, with the map that is not shown", Scale{Mode: PerLayer}, [2][2]float32{{-1, 7}, {-1, 7}}},
		{"fixed", Scale{Mode: Fixed, Lo: 0, Hi: 2}, [2][2]float32{{0, 2}, {0, 2}}},
		{"each map around 0", Scale{Symmetric: true}, [2][2]float32{{-1, 1}, {-3, 3}}},
		{"layer around 0", Scale{Mode: PerLayer, Symmetric: true}, [2][2]float32{{-7, 7}, {-7, 7}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Render(maps, Options{Scale: tt.scale, First: 2})
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range tt.want {
				c := p.Cells[i]
				if c.Lo != want[0] || c.Hi != want[1] {
					t.Errorf("map %d goes from %v to %v, want %v", i, c.Lo, c.Hi, want)
				}
				for k, v := range maps[i].Data {
					at := (v - want[0]) / (want[1] - want[0])
					if got := pixel(p, c.X+k, 0); got != color(t, Viridis, at) {
						t.Errorf("map %d: %v is drawn as %v", i, v, got)
					}
				}
			}
		})
	}
}

func TestSilentMapsAreHatched(t *testing.T) {
	p, err := Render([]Map{NewMap(28, 28)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	hatched := 0
	for i := range 784 {
		if pixel(p, i%28, i/28) == [4]byte{0x80, 0x80, 0x80, 255} {
			hatched++
		}
	}
	if !p.Cells[0].Silent || hatched < 150 || hatched > 300 {
		t.Errorf("silent is %v, %d of 784 pixels hatched", p.Cells[0].Silent, hatched)
	}
	// A map of one number other than 0 has no contrast, but is not silent.
	p, err = Render([]Map{mapOf(2, 1, 5, 5)}, Options{})
	if err != nil || p.Cells[0].Silent || pixel(p, 0, 0) != color(t, Viridis, 0) {
		t.Errorf("a constant map: %+v, %v", p.Cells, err)
	}
}

func TestNumbersThatAreNotFinite(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	p, err := Render([]Map{mapOf(4, 1, nan, 1, 3, inf)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	magenta := [4]byte{255, 0, 255, 255}
	if pixel(p, 0, 0) != magenta || pixel(p, 3, 0) != magenta || pixel(p, 2, 0) != color(t, Viridis, 1) {
		t.Error("NaN or infinity is not magenta, or changes the scale")
	}
	if c := p.Cells[0]; c.Lo != 1 || c.Hi != 3 {
		t.Errorf("the scale goes from %v to %v, want 1 to 3", c.Lo, c.Hi)
	}
	huge := float32(math.MaxFloat32)
	p, err = Render([]Map{mapOf(3, 1, -huge, 0, huge)}, Options{})
	if err != nil || pixel(p, 1, 0) != color(t, Viridis, 0.5) {
		t.Errorf("the middle of the widest scale is not the middle color (%v)", err)
	}
}

func TestRenderRefuses(t *testing.T) {
	good := []Map{NewMap(2, 2)}
	tests := []struct {
		name string
		maps []Map
		o    Options
		want string
	}{
		{"no maps", nil, Options{}, "there are no maps"},
		{"two sizes", []Map{NewMap(2, 2), NewMap(3, 2)}, Options{}, "map 1 of 3 by 2"},
		{"data missing", []Map{{W: 2, H: 2, Data: make([]float32, 3)}}, Options{}, "with 3 numbers"},
		{"empty map", []Map{{}}, Options{}, "map 0 of 0 by 0"},
		{"palette", good, Options{Palette: "jet"}, `no palette "jet"`},
		{"scale", good, Options{Scale: Scale{Mode: "log"}}, `no scale "log"`},
		{"fixed scale", good, Options{Scale: Scale{Mode: Fixed, Lo: 1, Hi: 1}}, "from 1 to 1 has no colors"},
		{"NaN scale", good, Options{Scale: Scale{Mode: Fixed, Lo: 1, Hi: float32(math.NaN())}}, "from 1 to NaN"},
		{"zoom", good, Options{Zoom: 65}, "zoom 65"},
		{"gap", good, Options{Gap: -1}, "gaps of -1"},
		{"too large", []Map{NewMap(1000, 1000)}, Options{Zoom: 64}, "is too large"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if p, err := Render(tt.maps, tt.o); p != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one that says %q", err, tt.want)
			}
		})
	}
}

// The ends and middles as matplotlib and ColorBrewer have them, and viridis
// never gets darker.
func TestPalettes(t *testing.T) {
	tests := []struct {
		p    Palette
		at   float32
		want [4]byte
	}{
		{Viridis, 0, [4]byte{0x44, 0x01, 0x54, 255}},
		{Viridis, 0.5, [4]byte{0x21, 0x91, 0x8c, 255}},
		{Viridis, 1, [4]byte{0xfd, 0xe7, 0x25, 255}},
		{"", 1, [4]byte{0xfd, 0xe7, 0x25, 255}},
		{Viridis, -3, [4]byte{0x44, 0x01, 0x54, 255}},
		{Viridis, float32(math.NaN()), [4]byte{0x44, 0x01, 0x54, 255}},
		{Gray, 0, [4]byte{0, 0, 0, 255}},
		{Gray, 0.5, [4]byte{128, 128, 128, 255}},
		{Blues, 0, [4]byte{0xf7, 0xfb, 0xff, 255}},
		{Blues, 7, [4]byte{0x08, 0x30, 0x6b, 255}},
		{Diverging, 0, [4]byte{0x05, 0x30, 0x61, 255}},
		{Diverging, 1, [4]byte{0x67, 0x00, 0x1f, 255}},
	}
	for _, tt := range tests {
		if got := color(t, tt.p, tt.at); got != tt.want {
			t.Errorf("%q at %v is %v, want %v", tt.p, tt.at, got, tt.want)
		}
	}
	before := 0.0
	for i := range 256 {
		c := color(t, Viridis, float32(i)/255)
		light := .2126*float64(c[0]) + .7152*float64(c[1]) + .0722*float64(c[2])
		if light < before-0.5 {
			t.Errorf("viridis gets darker at %d", i)
		}
		before = light
	}
	if _, _, _, err := Palette("jet").Color(0); err == nil {
		t.Error("an unknown palette has a color")
	}
}

func TestBar(t *testing.T) {
	p, err := Bar(Blues, 256, 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []int{0, 100, 255} {
		if pixel(p, x, 1) != color(t, Blues, (float32(x)+0.5)/256) {
			t.Errorf("the color at %d is %v", x, pixel(p, x, 1))
		}
	}
	if _, err := Bar("jet", 1, 1); err == nil {
		t.Error("a bar of an unknown palette was drawn")
	}
	if _, err := Bar(Gray, 0, 5); err == nil {
		t.Error("a bar without width was drawn")
	}
}
