//go:build js && wasm

package main

import (
	"slices"
	"strings"
	"unsafe"

	"github.com/hack-pad/safejs"

	"atelier/core/fashion"
	"atelier/core/inspect"
	"atelier/core/metrics"
	"atelier/core/nn"
	"atelier/core/sketch"
)

// source reads what is to be looked at: an image of the data set, a drawing or
// a picture.
func (s *session) source(v safejs.Value) ([fashion.Area]byte, error) {
	var none [fashion.Area]byte
	if f, err := v.Get("drawing"); err != nil {
		return none, err
	} else if !f.IsUndefined() {
		line, err := f.String()
		if err != nil {
			return none, err
		}
		return rasterize(line)
	}
	if f, err := v.Get("picture"); err != nil {
		return none, err
	} else if !f.IsUndefined() {
		return s.picture(f)
	}
	split, err := text(v, "split")
	if err != nil {
		return none, err
	}
	i, err := number(v, "index")
	if err != nil {
		return none, err
	}
	set, _, err := s.set(split)
	if err != nil {
		return none, err
	}
	if i < 0 || int(i) >= set.Len() || i != float64(int(i)) {
		return none, refuse("index", "there is no image %g among the %d of the %s file", i, set.Len(), split)
	}
	return [fashion.Area]byte(set.At(int(i))), nil
}

// rasterize draws a line of Quick, Draw!'s JSON, which may carry the pad's own
// words about kinds and widths of strokes.
func rasterize(line string) ([fashion.Area]byte, error) {
	d, err := sketch.ParseNDJSON([]byte(line))
	if err != nil {
		return [fashion.Area]byte{}, refuse("drawing", "%v", err)
	}
	p, err := sketch.Rasterize(d, sketch.Options{})
	if err != nil {
		return p, refuse("drawing", "%v", err)
	}
	return p, nil
}

func (s *session) picture(f safejs.Value) (p [fashion.Area]byte, err error) {
	w, err := number(f, "width")
	if err != nil {
		return p, err
	}
	h, err := number(f, "height")
	if err != nil {
		return p, err
	}
	field, err := f.Get("pixels")
	if err != nil {
		return p, err
	}
	rgba, err := s.page.bytes(field)
	if err != nil {
		return p, err
	}
	if p, err = sketch.FromPicture(rgba, int(w), int(h)); err != nil {
		return p, refuse("picture", "%v", err)
	}
	return p, nil
}

// predict names what a source shows. Its probabilities are the network's own
// unless the page gives a temperature.
func (s *session) predict(v safejs.Value) (result, error) {
	weights, err := which(v, "weights")
	if err != nil {
		return result{}, err
	}
	temperature, err := temperature(v)
	if err != nil {
		return result{}, err
	}
	input, err := s.source(v)
	if err != nil {
		return result{}, err
	}
	s.asked = seconds()
	j, err := s.answering(weights, &s.judges.quick)
	if err != nil {
		return result{}, err
	}
	defer j.Unlock()
	plain, tempered, err := j.PredictAt(input[:], temperature)
	if err != nil {
		return result{}, err
	}
	probs := plain
	if temperature != 1 {
		probs = tempered
	}
	best := metrics.Argmax(probs[:])
	return result{
		fields: map[string]any{"label": fashion.Classes[best], "class_id": best},
		arrays: map[string]typed{
			"probabilities": {"Float32Array", floatBytes(probs[:])},
			"input":         {"Uint8Array", input[:]},
		},
	}, nil
}

// temperature reads an optional temperature; without one it is 1.
func temperature(v safejs.Value) (float64, error) {
	f, err := v.Get("temperature")
	if err != nil || f.IsUndefined() {
		return 1, err
	}
	t, err := f.Float()
	if err == nil && !(t >= .01 && t <= 100) {
		err = refuse("command", "the temperature must be 0.01 to 100, not %g", t)
	}
	return t, err
}

// maps renders what a layer makes of an image.
func (s *session) maps(v safejs.Value) (result, error) {
	input, weights, err := s.lookedAt(v)
	if err != nil {
		return result{}, err
	}
	layer, err := text(v, "layer")
	if err != nil {
		return result{}, err
	}
	if !slices.ContainsFunc(s.spec.Layers, func(l nn.Layer) bool { return l.Name == layer }) {
		return result{}, refuse("layer", "%s has no layer %q: %s can be looked into", s.spec.Name, layer, strings.Join(inspect.Viewable(s.spec), ", "))
	}
	j, err := s.answering(weights, &s.judges.quick)
	if err != nil {
		return result{}, err
	}
	defer j.Unlock()
	shape, data, err := j.Activations(input, layer)
	if err != nil {
		return result{}, refuse("layer", "%v", err)
	}
	maps := inspect.Channels(shape, data)
	scale, err := scaleOf(v)
	if err != nil {
		return result{}, err
	}
	return pictures(maps, scale, inspect.Viridis)
}

// lookedAt reads the image that a question is about, and whose weights answer.
func (s *session) lookedAt(v safejs.Value) (input []byte, weights string, err error) {
	from, err := v.Get("source")
	if err != nil {
		return nil, "", err
	}
	image, err := s.source(from)
	if err != nil {
		return nil, "", err
	}
	weights, err = which(v, "weights")
	return image[:], weights, err
}

// scaleOf reads the scale that is asked for.
func scaleOf(v safejs.Value) (inspect.Scale, error) {
	word, err := text(v, "scale")
	if err != nil {
		return inspect.Scale{}, err
	}
	sc := inspect.Scale{Mode: inspect.ScaleMode(word)}
	if sc.Mode != inspect.Fixed {
		return sc, nil
	}
	lo, err := number(v, "lo")
	if err != nil {
		return sc, err
	}
	hi, err := number(v, "hi")
	sc.Lo, sc.Hi = float32(lo), float32(hi)
	return sc, err
}

// legendWidth is the number of colors of a legend.
const legendWidth = 256

// pictures renders maps one under the other, with their ranges and a legend.
func pictures(maps []inspect.Map, scale inspect.Scale, palette inspect.Palette) (result, error) {
	p, err := inspect.Render(maps, inspect.Options{Scale: scale, Palette: palette, Columns: 1})
	if err != nil {
		return result{}, refuse("maps", "%v", err)
	}
	bar, err := inspect.Bar(palette, legendWidth, 1)
	if err != nil {
		return result{}, err
	}
	n := len(maps)
	lo, hi, ends, silent := make([]float32, n), make([]float32, n), make([]float32, 2*n), make([]byte, n)
	for i, c := range p.Cells {
		lo[i], hi[i] = c.Min, c.Max
		ends[2*i], ends[2*i+1] = c.Lo, c.Hi
		if c.Silent {
			silent[i] = 1
		}
	}
	return result{
		fields: map[string]any{"width": maps[0].W, "height": maps[0].H, "count": n, "scale": map[string]float32{"lo": ends[0], "hi": ends[1]}},
		arrays: map[string]typed{
			"rgba":   {"Uint8ClampedArray", p.RGBA},
			"lo":     {"Float32Array", floatBytes(lo)},
			"hi":     {"Float32Array", floatBytes(hi)},
			"ends":   {"Float32Array", floatBytes(ends)},
			"silent": {"Uint8Array", silent},
			"bar":    {"Uint8ClampedArray", bar.RGBA},
		},
	}, nil
}

// filters renders the first convolution's weights.
func (s *session) filters(v safejs.Value) (result, error) {
	weights, err := which(v, "weights")
	if err != nil {
		return result{}, err
	}
	j, err := s.answering(weights, &s.judges.quick)
	if err != nil {
		return result{}, err
	}
	defer j.Unlock()
	first := j.Net.Parameters()[0]
	maps, err := inspect.Filters(first.Data, first.Shape[0], first.Shape[1], first.Shape[2], 0)
	if err != nil {
		return result{}, err
	}
	return pictures(maps, inspect.Scale{Mode: inspect.PerMap, Symmetric: true}, inspect.Diverging)
}

// images gives pixels and labels of a stretch of a split, of one class or all.
func (s *session) images(v safejs.Value) (result, error) {
	split, err := text(v, "split")
	if err != nil {
		return result{}, err
	}
	from, err := number(v, "from")
	if err != nil {
		return result{}, err
	}
	count, err := number(v, "count")
	if err != nil {
		return result{}, err
	}
	set, index, err := s.set(split)
	if err != nil {
		return result{}, err
	}
	if index, err = ofClass(v, set, index); err != nil {
		return result{}, err
	}
	const most = 10000
	lo := min(max(int(from), 0), len(index))
	hi := min(lo+min(max(int(count), 0), most), len(index))
	n := hi - lo
	indices, labels, pixels := make([]uint32, n), make([]byte, n), make([]byte, 0, n*fashion.Area)
	for i, at := range index[lo:hi] {
		indices[i], labels[i] = uint32(at), set.Label(int(at))
		pixels = append(pixels, set.At(int(at))...)
	}
	var raw []byte
	if n > 0 {
		raw = unsafe.Slice((*byte)(unsafe.Pointer(&indices[0])), 4*n)
	}
	return result{
		fields: map[string]int{"total": len(index)},
		arrays: map[string]typed{
			"indices": {"Uint32Array", raw}, "labels": {"Uint8Array", labels}, "pixels": {"Uint8Array", pixels},
		},
	}, nil
}

func ofClass(v safejs.Value, set *images, index []int32) ([]int32, error) {
	f, err := v.Get("class")
	if err != nil || f.IsUndefined() || f.IsNull() {
		return index, err
	}
	class, err := f.Int()
	if err != nil || class < 0 || class > 9 {
		return nil, refuse("class", "class must be 0 to 9")
	}
	var out []int32
	for _, i := range index {
		if set.Label(int(i)) == uint8(class) {
			out = append(out, i)
		}
	}
	return out, nil
}
