package weights

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"

	"atelier/core/garments"
	"atelier/core/infer"
	"atelier/core/metrics"
	"atelier/core/sketch"
	"atelier/core/train"
	"atelier/server/engine"
)

// How many generated drawings are looked at, and by which seed: those that are
// measured on are not those that calibration is fitted on, and neither is drawn
// with training's ranges.
const (
	generatedCount   = 2000
	measureSeed      = 0x6d656173
	calibrationCount = 2000
	first            = 1000 // test images that CI looks at again
)

// Images answers all of images and counts; first is how many of the first
// 1,000 are right.
func Images(p *infer.Predictor, images infer.Images, mirror bool) (m Measured, right int, err error) {
	r, err := p.Evaluate(infer.EvalRequest{Images: images, Mirror: mirror})
	if err != nil {
		return m, 0, err
	}
	for i, class := range r.Class[:min(first, len(r.Class))] {
		if class == images.Label(i) {
			right++
		}
	}
	s := r.Confusion.Scores()
	return Measured{images.Len(), r.Confusion.Correct(), s.Accuracy, r.MeanLoss(), s.MacroF1}, right, nil
}

// OnGenerated answers the generator's held-out drawings.
func OnGenerated(predictor *infer.Predictor) (Generated, error) {
	var right, of [10]int
	for i := range generatedCount {
		pixels, label := garments.HeldOut(measureSeed, i)
		p, err := predictor.Predict(pixels[:])
		if err != nil {
			return Generated{}, err
		}
		of[label]++
		if metrics.Argmax(p[:]) == int(label) {
			right[label]++
		}
	}
	var g Generated
	var all, sum int
	for c := range right {
		g.Classes[c] = metrics.NewRate(right[c], of[c])
		all, sum = all+right[c], sum+of[c]
	}
	g.Top1 = metrics.NewRate(all, sum)
	return g, nil
}

// OnDrawings answers the drawings of people in r, lines of Quick, Draw! with
// the classes that each accepts. name is what the figures say of the file.
func OnDrawings(predictor *infer.Predictor, r io.Reader, name string) (*Drawings, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 1<<16), sketch.MaxLine+2)
	var results []metrics.DrawingAnswer
	for lines.Scan() {
		if len(lines.Bytes()) == 0 {
			continue
		}
		n := len(results) + 1
		d, err := sketch.ParseNDJSON(lines.Bytes())
		if err != nil {
			return nil, fmt.Errorf("drawing %d of %s: %w", n, name, err)
		}
		if len(d.Accept) == 0 {
			return nil, fmt.Errorf("drawing %d of %s accepts no class: it cannot be scored", n, name)
		}
		pixels, err := sketch.Rasterize(d, sketch.Options{})
		if err != nil {
			return nil, fmt.Errorf("drawing %d of %s: %w", n, name, err)
		}
		p, err := predictor.Predict(pixels[:])
		if err != nil {
			return nil, err
		}
		results = append(results, metrics.DrawingAnswer{Word: d.Word, Accept: d.Accept, Probabilities: p})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	words, all := metrics.ScoreDrawings(results)
	return &Drawings{File: filepath.Base(name), All: all, Word: words}, nil
}

// Calibrate fits what a card says of certainty: see infer.Calibration.
func Calibrate(predictor *infer.Predictor, images infer.Images, index []int32) (*infer.Calibration, error) {
	return predictor.Calibrate(images, index, calibrationCount)
}

// Fingerprint20 trains the first 20 steps of a run on our core and returns the
// fingerprint after them: the same wherever it is computed. A shorter run's is
// that after its last step.
func Fingerprint20(cfg train.Config, changes []train.Change, data train.Data) (string, error) {
	t, err := train.New(cfg, data, train.Options{Workers: engine.Core(0).Workers()})
	if err != nil {
		return "", err
	}
	for i := 0; i < 20 && !t.Done(); i++ {
		for _, c := range changes {
			if c.Step == i {
				if err := t.Change(c.Key, c.Value); err != nil {
					return "", err
				}
			}
		}
		if _, err := t.Step(); err != nil {
			return "", err
		}
	}
	return t.Net.WeightsSHA256(), nil
}
