package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"atelier/core/fashion"
	"atelier/core/infer"
	"atelier/core/sketch"
	"atelier/server/engine"
	"atelier/server/failure"
	"atelier/server/weights"
)

// prediction is the JSON of one answer. What does not apply is null.
type prediction struct {
	File          string       `json:"file"`
	Line          *int         `json:"line"`   // of a drawings file, counted from 1
	KeyID         *string      `json:"key_id"` // of the drawing
	ClassID       *int         `json:"class_id"`
	Label         *string      `json:"label"`
	Probabilities *[10]float32 `json:"probabilities"`
	Certainty     *certainty   `json:"certainty"`        // of shipped weights
	Reason        string       `json:"reason,omitempty"` // why there is no answer
}

// certainty is how far an answer can be trusted, by the calibration of the
// weights: what the page's pad shows too.
type certainty struct {
	Temperature float64 `json:"temperature"`
	Probability float32 `json:"probability"` // of the answer, at that temperature
	Sure        bool    `json:"sure"`
}

// predictCommand names what pictures and drawings show.
func predictCommand() *command {
	cmd := newCommand("predict", "FILE...", "name what pictures (PNG, JPEG) or drawings (Quick, Draw! .ndjson) show")
	model := cmd.flags.String("model", "model1", "the network: `model1|model2`")
	name := cmd.flags.String("weights", "shipped", "`FILE|shipped|shipped:best|shipped:report|shipped:sketch`")
	cmd.run = func(ctx context.Context, c *Console, files []string) error {
		if len(files) == 0 {
			return failure.New(failure.Usage, "No file was named", "atelier predict FILE...")
		}
		net, err := weights.Open(*model, *name)
		if err != nil {
			return err
		}
		card, err := weights.CardOf(*model, *name)
		if err != nil {
			return err
		}
		p := predictor{c: c, network: engine.Predictor(net, 1, ctx.Done())}
		if card != nil {
			p.calibration = card.Calibrated
		}
		for _, file := range files {
			if strings.EqualFold(filepath.Ext(file), ".ndjson") {
				err = p.drawings(ctx, file)
			} else {
				err = p.picture(file)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	return cmd
}

// predictor answers and prints.
type predictor struct {
	c           *Console
	network     *infer.Predictor
	calibration *infer.Calibration // nil where the weights have none
}

// answer prints what the network makes of prepared pixels, or, where the
// picture shows nothing, that it does.
func (p predictor) answer(r prediction, pixels [sketch.Pixels]byte, err error) error {
	switch {
	case errors.Is(err, sketch.ErrEmpty), errors.Is(err, sketch.ErrDot), errors.Is(err, sketch.ErrPlain):
		r.Reason = err.Error()
	case err != nil:
		return failure.Wrap(err, failure.BadFile, "The picture in "+place(r)+" cannot be used", "")
	default:
		if err := p.look(&r, pixels[:]); err != nil {
			return err
		}
	}
	switch {
	case r.Label == nil:
		p.c.printf("%-40s no answer: %s\n", place(r), r.Reason)
	case r.Certainty == nil:
		p.c.printf("%-40s %-12s %5.1f %%\n", place(r), *r.Label, 100*r.Probabilities[*r.ClassID])
	default:
		doubt := ", not sure"
		if r.Certainty.Sure {
			doubt = ""
		}
		p.c.printf("%-40s %-12s %5.1f %%%s\n", place(r), *r.Label, 100*r.Certainty.Probability, doubt)
	}
	return p.c.object(r)
}

// look asks the network. Pictures count as drawings where its certainty is
// concerned: they are no photographs of the data set.
func (p predictor) look(r *prediction, pixels []byte) error {
	temperature := 1.0
	if p.calibration != nil {
		temperature = p.calibration.Temperature
	}
	probs, tempered, err := p.network.PredictAt(pixels, temperature)
	if engine.Stopped(err) {
		return context.Canceled
	}
	if err != nil {
		return err
	}
	best := 0
	for i, v := range probs {
		if v > probs[best] {
			best = i
		}
	}
	r.ClassID, r.Label, r.Probabilities = &best, &fashion.Classes[best], &probs
	if k := p.calibration; k != nil {
		r.Certainty = &certainty{k.Temperature, tempered[best], k.Confident(tempered[best], true)}
	}
	return nil
}

// place names a picture for people.
func place(r prediction) string {
	if r.Line == nil {
		return r.File
	}
	return fmt.Sprintf("%s:%d", r.File, *r.Line)
}

// picture answers for a PNG or JPEG file.
func (p predictor) picture(file string) error {
	pixels, w, h, err := readPicture(file)
	if err != nil {
		return err
	}
	prepared, err := sketch.FromPicture(pixels, w, h)
	return p.answer(prediction{File: file}, prepared, err)
}

// drawings answers for every line of a drawings file.
func (p predictor) drawings(ctx context.Context, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return failure.Wrap(err, failure.NotFound, "The drawings cannot be opened", "")
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 1<<16), sketch.MaxLine+2)
	for n := 1; lines.Scan(); n++ {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		d, err := sketch.ParseNDJSON(lines.Bytes())
		if err != nil {
			return failure.Wrap(err, failure.BadFile, fmt.Sprintf("Line %d of %s is not a drawing", n, file), "Each line is one drawing in Quick, Draw!'s format")
		}
		r := prediction{File: file, Line: &n}
		if d.KeyID != "" {
			r.KeyID = &d.KeyID
		}
		prepared, err := sketch.Rasterize(d, sketch.Options{})
		if err := p.answer(r, prepared, err); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return failure.Wrap(err, failure.BadFile, "The drawings in "+file+" cannot be read", "")
	}
	return nil
}
