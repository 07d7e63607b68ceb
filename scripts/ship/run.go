package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"atelier/core/checkpoint"
	"atelier/core/fashion"
	"atelier/core/infer"
	"atelier/core/nn"
	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/runs"
	"atelier/server/weights"
)

// one measures a run's best weights and writes its files.
func (r *request) one(folder string, set *fashion.Dataset) error {
	doc, err := runs.ReadDocument(folder)
	if err != nil {
		return err
	}
	switch {
	case doc.State != runs.Done || doc.Best == nil || doc.Result == nil:
		return fmt.Errorf("the run is %s: only a finished run is shipped", doc.State)
	case doc.Environment.Data != set.Kind:
		return fmt.Errorf("the run was trained on %s images, and -data names %s ones", doc.Environment.Data, set.Kind)
	case !r.bare && doc.Config.Limit > 0 && set.Kind == fashion.KindReal:
		return fmt.Errorf("the run was trained on %d images only: -figures-only keeps its figures", doc.Config.Limit)
	}
	if doc.Environment.Version == "" {
		doc.Environment.Version = r.commit
	}
	if doc.Environment.Version == "" && set.Kind == fashion.KindReal {
		return errors.New("the run does not say which commit computed it: say -commit HASH")
	}
	fmt.Fprintf(r.say, "%s: measuring the weights of epoch %d\n", folder, doc.Best.Epoch)
	exact, err := weights.Open(doc.Config.Model, filepath.Join(folder, runs.BestFile))
	if err != nil {
		return err
	}
	card, err := weights.NewCard(doc, exact)
	if err != nil {
		return err
	}
	file, predictor, err := r.round(card, exact, set)
	if err != nil {
		return err
	}
	if err := r.measure(card, predictor, set); err != nil {
		return err
	}
	if doc.Environment.Engine == "core" {
		if card.Step20SHA256, err = weights.Fingerprint20(doc.Config, doc.Changes, train.Data{Images: &set.Train, Kind: set.Kind}); err != nil {
			return err
		}
	}
	return r.write(card, folder, file)
}

// rounding is by how many the number of validation images named right may change
// with F16 before the file stays F32: less than a twentieth of a percentage point.
const rounding = 2

// round chooses the file's type: F16 where the validation accuracy stays. The
// predictor returned has the weights as the file holds them.
func (r *request) round(card *weights.Card, exact *nn.Net, set *fashion.Dataset) ([]byte, *infer.Predictor, error) {
	_, val := fashion.Split(set.Train.Len())
	right := func(net *nn.Net) (*infer.Predictor, int, error) {
		j := engine.Predictor(net, 0, nil)
		a, err := j.Evaluate(infer.EvalRequest{Images: &set.Train, Index: val})
		if err != nil {
			return nil, 0, err
		}
		return j, a.Confusion.Correct(), nil
	}
	plain, n, err := right(exact)
	if err != nil {
		return nil, nil, err
	}
	card.Validation = weights.Validation{Images: len(val), Exact: n, Rounded: n}
	f := &checkpoint.File{Tensors: exact.StateDict(), Meta: map[string]string{
		"format": "pt", "model": card.Model, "recipe": card.Recipe, "seed": strconv.FormatUint(uint64(card.Config.Seed), 10),
		"epoch": strconv.Itoa(card.BestEpoch), "run_sha256": card.WeightsSHA256,
	}}
	file, err := checkpoint.EncodeHalf(f)
	if err == nil {
		net, err := decoded(exact.Spec, file)
		if err != nil {
			return nil, nil, err
		}
		rounded, m, err := right(net)
		if err != nil {
			return nil, nil, err
		}
		if m >= n-rounding && m <= n+rounding {
			card.Type, card.Validation.Rounded = checkpoint.F16, m
			return file, rounded, nil
		}
		fmt.Fprintf(r.say, "F16 names %d of %d validation images, F32 %d: the file stays F32\n", m, len(val), n)
	}
	card.Type = checkpoint.F32
	file, err = checkpoint.Encode(f)
	return file, plain, err
}

func decoded(spec nn.Spec, file []byte) (*nn.Net, error) {
	f, err := checkpoint.Decode(file, checkpoint.Own())
	if err != nil {
		return nil, err
	}
	net := nn.NewNet(spec)
	return net, net.LoadStateDict(f.Tensors)
}

// measure fills in the figures of the weights as they are shipped.
func (r *request) measure(card *weights.Card, predictor *infer.Predictor, set *fashion.Dataset) (err error) {
	card.ShippedSHA256 = predictor.Net.WeightsSHA256()
	if card.Test, card.First1000, err = weights.Images(predictor, &set.Test, false); err != nil {
		return err
	}
	if card.Mirrored, _, err = weights.Images(predictor, &set.Test, true); err != nil {
		return err
	}
	if card.Generated, err = weights.OnGenerated(predictor); err != nil {
		return err
	}
	_, val := fashion.Split(set.Train.Len())
	if card.Calibrated, err = weights.Calibrate(predictor, &set.Train, val); err != nil {
		return err
	}
	if r.drawings != "" {
		b, err := os.ReadFile(r.drawings)
		if err != nil {
			return err
		}
		if card.Drawings, err = weights.OnDrawings(predictor, bytes.NewReader(b), r.drawings); err != nil {
			return err
		}
	}
	return nil
}

// write writes the card, as JSON and for people, and beside it the weights,
// run.json and history.csv.
func (r *request) write(card *weights.Card, folder string, file []byte) error {
	dir := r.out
	if r.bare {
		dir, card.Type = filepath.Join(r.out, filepath.Base(weights.Measurements)), ""
	} else {
		card.Attach(file)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	b, err := card.Encode()
	if err != nil {
		return err
	}
	files := map[string][]byte{card.Name() + weights.CardSuffix: b}
	if !r.bare {
		files[card.File] = file
		files[card.Name()+".md"] = []byte(card.Markdown())
		for name, suffix := range map[string]string{runs.DocumentFile: ".json", runs.HistoryFile: ".csv"} {
			if files[card.Name()+suffix], err = os.ReadFile(filepath.Join(folder, name)); err != nil {
				return err
			}
		}
	}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			return err
		}
	}
	fmt.Fprintf(r.say, "%s: %.2f %% of the test images, %.2f %% mirrored, %.1f %% of generated drawings\n",
		card.Name(), 100*card.Test.Accuracy, 100*card.Mirrored.Accuracy, card.Generated.Top1.Percent())
	return nil
}
