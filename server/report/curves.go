package report

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"atelier/core/train"
)

// The colors of training and validation; they differ in lightness too.
var (
	trainColor = color.NRGBA{0x1f, 0x5f, 0xa8, 0xff}
	valColor   = color.NRGBA{0xd9, 0x5f, 0x0e, 0xff}
)

// curves is figure 2 or 3: loss and accuracy by epoch, beside each other, on
// the report's axes.
func curves(r *Run) figure {
	n := reportFigure(r, 2)
	return figure{fmt.Sprintf("figure-%02d-curves-model%s", n, r.number()), fmt.Sprintf("Figure %d: %s, loss and accuracy by epoch", n, title(r)), vg.Points(640), vg.Points(260), func(c draw.Canvas) error {
		loss, err := panel(r.Document.History, "loss", 0, 1.2, func(r train.Record) (float64, float64) { return r.TrainLoss, r.ValLoss })
		if err != nil {
			return err
		}
		accuracy, err := panel(r.Document.History, "accuracy", .7, 1, func(r train.Record) (float64, float64) { return r.TrainAcc, r.ValAcc })
		if err != nil {
			return err
		}
		loss.Draw(draw.Crop(c, vg.Points(8), vg.Points(-328), vg.Points(8), vg.Points(-8)))
		accuracy.Legend.Top = false
		accuracy.Draw(draw.Crop(c, vg.Points(328), vg.Points(-8), vg.Points(8), vg.Points(-8)))
		return nil
	}}
}

// panel is one plot of two lines: training and validation. Its axis is the
// report's, widened where a run leaves it.
func panel(h train.History, what string, lo, hi float64, pick func(train.Record) (training, validation float64)) (*plot.Plot, error) {
	training, validation := make(plotter.XYs, len(h)), make(plotter.XYs, len(h))
	for i, r := range h {
		t, v := pick(r)
		training[i] = plotter.XY{X: float64(r.Epoch), Y: t}
		validation[i] = plotter.XY{X: float64(r.Epoch), Y: v}
		lo, hi = min(lo, t, v), max(hi, t, v)
	}
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = "epoch", what
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 1, max(2, float64(len(h))), lo, hi
	p.X.Tick.Marker = epochs{}
	p.Legend.Top = true
	p.Legend.Padding, p.Legend.XOffs = vg.Points(3), vg.Points(-6)
	for _, s := range []*text.Style{&p.X.Label.TextStyle, &p.Y.Label.TextStyle, &p.X.Tick.Label, &p.Y.Tick.Label, &p.Legend.TextStyle} {
		size := s.Font.Size
		s.Font = sans
		s.Font.Size = size
	}
	p.Add(plotter.NewGrid())
	for _, line := range []struct {
		name  string
		data  plotter.XYs
		color color.Color
		dash  []vg.Length
	}{{"training", training, trainColor, nil}, {"validation", validation, valColor, []vg.Length{vg.Points(5), vg.Points(2)}}} {
		if len(line.data) == 0 {
			continue
		}
		l, points, err := plotter.NewLinePoints(line.data)
		if err != nil {
			return nil, err
		}
		l.Color, l.Width, l.Dashes = line.color, vg.Points(1.6), line.dash
		points.Color, points.Shape, points.Radius = line.color, draw.CircleGlyph{}, vg.Points(2)
		p.Add(l, points)
		p.Legend.Add(line.name, l, points)
	}
	return p, nil
}

// epochs marks whole numbers only.
type epochs struct{}

// Ticks implements plot.Ticker.
func (epochs) Ticks(lo, hi float64) (ticks []plot.Tick) {
	step := max(1, int(hi-lo)/12)
	for e := int(lo); e <= int(hi); e += step {
		ticks = append(ticks, plot.Tick{Value: float64(e), Label: fmt.Sprint(e)})
	}
	return ticks
}
