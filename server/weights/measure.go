package weights

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"

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
func Images(judge *train.Judge, images train.Images, mirror bool) (m Measured, right int, err error) {
	index := make([]int32, images.Len())
	for i := range index {
		index[i] = int32(i)
	}
	return indexed(judge, images, index, mirror)
}

func indexed(judge *train.Judge, images train.Images, index []int32, mirror bool) (m Measured, right int, err error) {
	a, err := judge.Evaluate(train.Question{Images: images, Index: index, Mirror: mirror})
	if err != nil {
		return m, 0, err
	}
	var confusion metrics.Confusion
	for i, class := range a.Class {
		label := images.Label(int(index[i]))
		confusion.Add(label, class)
		if i < first && class == label {
			right++
		}
	}
	s := confusion.Scores()
	return Measured{len(index), confusion.Correct(), s.Accuracy, a.MeanLoss(), s.MacroF1}, right, nil
}

// OnGenerated answers the generator's held-out drawings.
func OnGenerated(judge *train.Judge) (Generated, error) {
	var right, of [10]int
	for i := range generatedCount {
		pixels, label := sketch.HeldOut(measureSeed, i)
		p, err := judge.Predict(pixels[:])
		if err != nil {
			return Generated{}, err
		}
		of[label]++
		if best(p[:]) == int(label) {
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
func OnDrawings(judge *train.Judge, r io.Reader, name string) (*Drawings, error) {
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
		p, err := judge.Predict(pixels[:])
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

// Calibrate fits what a card says of certainty: see train.Calibration.
func Calibrate(judge *train.Judge, images train.Images, index []int32) (*train.Calibration, error) {
	return judge.Calibrate(images, index, calibrationCount)
}

// best is the index of the greatest number, the first of equal ones.
func best(p []float32) int {
	b := 0
	for i, v := range p {
		if v > p[b] {
			b = i
		}
	}
	return b
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
