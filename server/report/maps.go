package report

import (
	"fmt"
	"image"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"atelier/core/fashion"
	"atelier/core/inspect"
)

// mapsOf are the activation maps and filters that the report and its notebooks
// show of a model, on test image 123.
func mapsOf(r *Run, set *fashion.Dataset) ([]figure, error) {
	if set.Test.Len() <= inspect.ReportImage {
		return nil, fmt.Errorf("the test set has no image %d", inspect.ReportImage)
	}
	var list []figure
	for _, v := range inspect.Views(r.model()) {
		maps, err := mapsOfView(r, v, set.Test.At(inspect.ReportImage))
		if err != nil {
			return nil, err
		}
		side := maps[0].W
		picture, err := inspect.Render(maps, v.Options(max(1, 84/side)))
		if err != nil {
			return nil, err
		}
		list = append(list, mapsFigure(r, v, picture))
	}
	return list, nil
}

func mapsOfView(r *Run, v inspect.View, pixels []byte) ([]inspect.Map, error) {
	if !v.Filters {
		shape, data, err := r.Predictor.Activations(pixels, v.Layer)
		if err != nil {
			return nil, err
		}
		return inspect.Channels(shape, data), nil
	}
	for _, p := range r.Predictor.Net.Parameters() {
		if p.Name == v.Layer+".weight" {
			return inspect.Filters(p.Data, p.Shape[0], p.Shape[1], p.Shape[2], 0)
		}
	}
	return nil, fmt.Errorf("%s has no weights %s.weight", r.model(), v.Layer)
}

// mapsFigure puts a rendered picture onto a canvas of its size.
func mapsFigure(r *Run, v inspect.View, p *inspect.Picture) figure {
	name, caption := "maps", title(r)+": "+v.Title+", test image 123"
	if v.Figure > 0 {
		name = fmt.Sprintf("figure-%02d", v.Figure)
		caption = fmt.Sprintf("Figure %d: %s", v.Figure, caption)
	}
	if v.Filters {
		name, caption = "filters", title(r)+": "+v.Title
	}
	name += "-" + strings.NewReplacer(".", "-").Replace(v.Layer) + "-model" + r.number()
	w, h := vg.Points(float64(p.W)*.75), vg.Points(float64(p.H)*.75)
	return figure{name, caption, w, h, func(c draw.Canvas) error {
		img := &image.NRGBA{Pix: p.RGBA, Stride: 4 * p.W, Rect: image.Rect(0, 0, p.W, p.H)}
		place(c, vg.Rectangle{Max: vg.Point{X: w, Y: h}}, img)
		return nil
	}}
}
