package inspect

import (
	"math"
	"slices"
	"testing"

	"atelier/core/random"
)

func TestExplainConv(t *testing.T) {
	s := random.New(9, random.Synthetic, 0, 0, 0)
	in := []Map{{4, 3, noise(&s, 12)}, {4, 3, noise(&s, 12)}}
	weight := noise(&s, 18)
	for y := range 3 {
		for x := range 4 {
			c, err := ExplainConv(in, weight, 0.5, x, y)
			if err != nil {
				t.Fatal(err)
			}
			want := 0.5
			for ch := range 2 {
				for ky := range 3 {
					for kx := range 3 {
						sy, sx := y+ky-1, x+kx-1
						if sy < 0 || sx < 0 || sy >= 3 || sx >= 4 {
							continue
						}
						want += float64(in[ch].Data[sy*4+sx]) * float64(weight[ch*9+ky*3+kx])
					}
				}
			}
			if math.Abs(float64(c.Sum)-want) > 1e-5 {
				t.Errorf("at %d,%d: %v, want %v", x, y, c.Sum, want)
			}
		}
	}
	corner, err := ExplainConv(in, weight, 0, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	w := corner.Windows[1]
	if w.Inputs[0] != 0 || w.Inputs[4] != in[1].Data[0] || w.Inputs[8] != in[1].Data[5] || w.Weights[8] != weight[17] {
		t.Errorf("the corner's window is %+v", w)
	}
	for _, bad := range [][2]int{{-1, 0}, {4, 0}, {0, 3}} {
		if _, err := ExplainConv(in, weight, 0, bad[0], bad[1]); err == nil {
			t.Errorf("(%d, %d) is explained", bad[0], bad[1])
		}
	}
	if _, err := ExplainConv(in, weight[:9], 0, 0, 0); err == nil {
		t.Error("nine weights fit two maps")
	}
}

func TestFilters(t *testing.T) {
	weight := make([]float32, 2*3*9)
	for i := range weight {
		weight[i] = float32(i)
	}
	maps, err := Filters(weight, 2, 3, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(maps) != 2 || maps[1].W != 3 || maps[1].Data[0] != 36 || maps[1].Data[8] != 44 {
		t.Errorf("filters %v", maps)
	}
	if _, err := Filters(weight, 2, 3, 3, 3); err == nil {
		t.Error("a channel that is not there has filters")
	}
}

// PyTorch's interpolate([[0, 1], [2, 3]], size=4, mode="bilinear").
func TestResize(t *testing.T) {
	got := mapOf(2, 2, 0, 1, 2, 3).Resize(4, 4)
	want := []float32{0, .25, .75, 1, .5, .75, 1.25, 1.5, 1.5, 1.75, 2.25, 2.5, 2, 2.25, 2.75, 3}
	if !slices.Equal(got.Data, want) {
		t.Errorf("%v, want %v", got.Data, want)
	}
	m := mapOf(3, 2, 1, 2, 3, 4, 5, 6)
	if same := m.Resize(3, 2); !slices.Equal(same.Data, m.Data) {
		t.Errorf("at its own size the map becomes %v", same.Data)
	}
}

func TestOverlay(t *testing.T) {
	image := make([]byte, 784)
	image[0], image[783] = 200, 100
	m := mapOf(2, 2, -1, 0, 0, 3)
	p, err := Overlay(image, m, 0, Options{Zoom: 2})
	if err != nil {
		t.Fatal(err)
	}
	if p.W != 56 || pixel(p, 1, 1) != [4]byte{200, 200, 200, 255} || pixel(p, 55, 55) != [4]byte{100, 100, 100, 255} {
		t.Errorf("without strength the image is %v and %v", pixel(p, 1, 1), pixel(p, 55, 55))
	}
	if c := p.Cells[0]; c.Min != -1 || c.Max != 3 || c.Mean != 0.5 {
		t.Errorf("cell %+v", c)
	}
	p, err = Overlay(image, m, 1, Options{Palette: Diverging, Scale: Scale{Symmetric: true}})
	if err != nil || pixel(p, 27, 27) != color(t, Diverging, 1) {
		t.Errorf("at full strength the corner is %v (%v)", pixel(p, 27, 27), err)
	}
	for _, bad := range []float32{-0.1, 1.1, float32(math.NaN())} {
		if _, err := Overlay(image, m, bad, Options{}); err == nil {
			t.Errorf("strength %v is accepted", bad)
		}
	}
	if _, err := Overlay(image[1:], m, 1, Options{}); err == nil {
		t.Error("an image of 783 pixels is accepted")
	}
}

// The report's figures 8 to 11: how many maps of which layers, in how many columns.
func TestViewsAreTheReports(t *testing.T) {
	figures := map[int]int{}
	for _, model := range []string{"model1", "model2"} {
		for _, v := range Views(model) {
			figures[v.Figure]++
			wantFirst, wantColumns := 16, 4
			if model == "model2" {
				wantFirst, wantColumns = 32, 8
			}
			if v.First != wantFirst || v.Columns != wantColumns || v.Model != model {
				t.Errorf("%s %s shows %d maps in %d columns", v.Model, v.Layer, v.First, v.Columns)
			}
			if _, err := Render([]Map{NewMap(3, 3)}, v.Options(2)); err != nil {
				t.Errorf("%s %s: %v", v.Model, v.Layer, err)
			}
		}
	}
	if figures[8] != 2 || figures[9] != 1 || figures[10] != 1 || figures[11] != 1 {
		t.Errorf("pictures a figure: %v", figures)
	}
	if Views("model3") != nil {
		t.Error("there are views of a model that does not exist")
	}
}
