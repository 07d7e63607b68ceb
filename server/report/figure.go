package report

import (
	"bytes"
	"fmt"
	"image"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"atelier/core/fashion"
	"atelier/core/inspect"
	"atelier/core/metrics"
)

// figure is one picture of the report.
type figure struct {
	name  string // of its files
	title string
	w, h  vg.Length
	paint func(c draw.Canvas) error
}

// draw returns the figure as a PNG (at 144 points an inch) or SVG file.
func (f figure) draw(kind string) ([]byte, error) {
	var canvas vg.CanvasWriterTo
	if kind == "png" {
		canvas = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(f.w, f.h), vgimg.UseDPI(144))}
	} else {
		canvas = vgsvg.New(f.w, f.h)
	}
	c := draw.NewCanvas(canvas, f.w, f.h)
	c.FillPolygon(color.White, []vg.Point{{}, {X: f.w}, {X: f.w, Y: f.h}, {Y: f.h}})
	if err := f.paint(c); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// sans is the font of all figures; it comes with gonum/plot.
var sans = font.Font{Typeface: "Liberation", Variant: "Sans"}

// letters is the style of text of a size in points.
func letters(size float64, x text.XAlignment) text.Style {
	f := sans
	f.Size = vg.Points(size)
	return text.Style{Color: color.Black, Font: f, XAlign: x, YAlign: draw.YCenter, Handler: plot.DefaultTextHandler}
}

// monospace is the style of text in columns.
func monospace(size float64) text.Style {
	s := letters(size, draw.XLeft)
	s.Font = font.Font{Typeface: "Liberation", Variant: "Mono", Size: vg.Points(size)}
	return s
}

// place draws an image into a rectangle without smoothing its pixels: each is
// enlarged a whole number of times first.
func place(c draw.Canvas, r vg.Rectangle, img image.Image) {
	c.DrawImage(r, img)
}

// enlarge repeats every pixel n by n times.
func enlarge(src *image.NRGBA, n int) *image.NRGBA {
	b := src.Bounds()
	out := image.NewNRGBA(image.Rect(0, 0, b.Dx()*n, b.Dy()*n))
	for y := range b.Dy() * n {
		for x := range b.Dx() * n {
			out.SetNRGBA(x, y, src.NRGBAAt(x/n, y/n))
		}
	}
	return out
}

// garment is one image of the data set, white on black.
func garment(pixels []byte) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, fashion.Side, fashion.Side))
	for i, v := range pixels {
		img.SetNRGBA(i%fashion.Side, i/fashion.Side, color.NRGBA{v, v, v, 255})
	}
	return img
}

// figuresOf lists all figures of the runs, in the report's order.
func figuresOf(all []*Run, set *fashion.Dataset) ([]figure, error) {
	list := []figure{testImages(set)}
	for _, r := range all {
		list = append(list, curves(r), classes(r), confusion(r))
	}
	for _, r := range all {
		maps, err := mapsOf(r, set)
		if err != nil {
			return nil, err
		}
		list = append(list, maps...)
		one, err := preview(r, set)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// testImages is figure 1: the first ten test images with their classes.
func testImages(set *fashion.Dataset) figure {
	const side, gap, head = 72, 12, 16
	w, h := vg.Points(5*(side+gap)+gap), vg.Points(2*(side+head+gap)+gap)
	return figure{"figure-01-test-images", "Figure 1: the first ten test images", w, h, func(c draw.Canvas) error {
		for i := range min(10, set.Test.Len()) {
			x := vg.Points(float64(gap + i%5*(side+gap)))
			y := h - vg.Points(float64((i/5+1)*(side+head+gap)))
			place(c, vg.Rectangle{Min: vg.Point{X: x, Y: y}, Max: vg.Point{X: x + vg.Points(side), Y: y + vg.Points(side)}}, enlarge(garment(set.Test.At(i)), 6))
			c.FillText(letters(9, draw.XCenter), vg.Point{X: x + vg.Points(side/2), Y: y + vg.Points(side+head/2)}, fashion.Classes[set.Test.Label(i)])
		}
		return nil
	}}
}

// preview is the report's test image with what it is and what the run's best
// weights take it for.
func preview(r *Run, set *fashion.Dataset) (figure, error) {
	if set.Test.Len() <= inspect.ReportImage {
		return figure{}, fmt.Errorf("the test set has no image %d", inspect.ReportImage)
	}
	pixels := set.Test.At(inspect.ReportImage)
	probs, err := r.Predictor.Predict(pixels)
	if err != nil {
		return figure{}, err
	}
	best := 0
	for i, p := range probs {
		if p > probs[best] {
			best = i
		}
	}
	caption := fmt.Sprintf("idx=%d | True: %s | Pred: %s", inspect.ReportImage, fashion.Classes[set.Test.Label(inspect.ReportImage)], fashion.Classes[best])
	name := "preview-model" + r.number()
	return figure{name, title(r) + ": the image that the maps are of", vg.Points(300), vg.Points(240), func(c draw.Canvas) error {
		place(c, vg.Rectangle{Min: vg.Point{X: vg.Points(50), Y: vg.Points(10)}, Max: vg.Point{X: vg.Points(250), Y: vg.Points(210)}}, enlarge(garment(pixels), 12))
		c.FillText(letters(10, draw.XCenter), vg.Point{X: vg.Points(150), Y: vg.Points(225)}, caption)
		return nil
	}}, nil
}

// title writes model1 as Model 1.
func title(r *Run) string { return "Model " + r.number() }

// reportFigure is the number that the report gives a figure of the two models.
func reportFigure(r *Run, first int) int {
	if r.model() == "model2" {
		return first + 1
	}
	return first
}

// classes is figure 4 or 5: the classification report as it is printed.
func classes(r *Run) figure {
	n := reportFigure(r, 4)
	lines := splitLines(r.Test.Report)
	w, h := vg.Points(390), vg.Points(float64(30+13*len(lines)))
	return figure{fmt.Sprintf("figure-%02d-classes-model%s", n, r.number()), fmt.Sprintf("Figure %d: %s, scores of each class on the test set", n, title(r)), w, h, func(c draw.Canvas) error {
		for i, line := range lines {
			c.FillText(monospace(9.5), vg.Point{X: vg.Points(16), Y: h - vg.Points(float64(20+13*i))}, line)
		}
		return nil
	}}
}

func splitLines(s string) (out []string) {
	for _, l := range bytes.Split(bytes.Trim([]byte(s), "\n"), []byte("\n")) {
		out = append(out, string(l))
	}
	return out
}

// confusion is figure 6 or 7: the confusion matrix, each row divided by its
// sum, in blues with two decimals.
func confusion(r *Run) figure {
	n := reportFigure(r, 6)
	const cell, left, low, top = 38, 84, 84, 14
	w, h := vg.Points(left+10*cell+14), vg.Points(low+10*cell+top)
	return figure{fmt.Sprintf("figure-%02d-confusion-model%s", n, r.number()), fmt.Sprintf("Figure %d: %s, confusion matrix (share of each true class)", n, title(r)), w, h, func(c draw.Canvas) error {
		return paintConfusion(c, &r.Test.Confusion, cell, left, low)
	}}
}

func paintConfusion(c draw.Canvas, m *metrics.Confusion, cell, left, low float64) error {
	shares := m.Normalized()
	for i, row := range shares {
		y := low + float64(9-i)*cell
		for j, share := range row {
			x := left + float64(j)*cell
			red, green, blue, err := inspect.Blues.Color(float32(share))
			if err != nil {
				return err
			}
			at := func(dx, dy float64) vg.Point { return vg.Point{X: vg.Points(x + dx), Y: vg.Points(y + dy)} }
			c.FillPolygon(color.NRGBA{red, green, blue, 255}, []vg.Point{at(0, 0), at(cell, 0), at(cell, cell), at(0, cell)})
			number := letters(9, draw.XCenter)
			if share > .5 {
				number.Color = color.White
			}
			c.FillText(number, at(cell/2, cell/2), fmt.Sprintf("%.2f", share))
		}
		c.FillText(letters(9, draw.XRight), vg.Point{X: vg.Points(left - 5), Y: vg.Points(y + cell/2)}, fashion.Classes[i])
		slanted := letters(9, draw.XRight)
		slanted.Rotation = .7853981633974483 // 45 degrees
		c.FillText(slanted, vg.Point{X: vg.Points(left + (float64(i)+.6)*cell), Y: vg.Points(low - 8)}, fashion.Classes[i])
	}
	upright := letters(10, draw.XCenter)
	upright.Rotation = 1.5707963267948966
	c.FillText(upright, vg.Point{X: vg.Points(10), Y: vg.Points(low + 5*cell)}, "true class")
	c.FillText(letters(10, draw.XCenter), vg.Point{X: vg.Points(left + 5*cell), Y: vg.Points(10)}, "answer")
	return nil
}
