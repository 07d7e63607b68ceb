package main

import (
	"fmt"
	"os"
	"path/filepath"

	"atelier/core/fashion"
	"atelier/server/engine"
	"atelier/server/weights"
)

// calibrate fits the calibration of every shipped network again and writes it
// into its card; no other figure changes.
func (r *request) calibrate(set *fashion.Dataset) error {
	cards, err := weights.ReadCards(os.DirFS(filepath.Dir(r.out)), weights.Folder)
	if err != nil {
		return err
	}
	_, val := fashion.Split(set.Train.Len())
	for _, card := range cards {
		if card.Data != set.Kind {
			return fmt.Errorf("%s was trained on %s images, and -data names %s ones", card.Name(), card.Data, set.Kind)
		}
		net, err := weights.Open(card.Model, filepath.Join(r.out, card.File))
		if err != nil {
			return err
		}
		if card.Calibrated, err = weights.Calibrate(engine.Predictor(net, 0, nil), &set.Train, val); err != nil {
			return err
		}
		b, err := card.Encode()
		if err != nil {
			return err
		}
		for name, b := range map[string][]byte{card.Name() + weights.CardSuffix: b, card.Name() + ".md": []byte(card.Markdown())} {
			if err := os.WriteFile(filepath.Join(r.out, name), b, 0o644); err != nil {
				return err
			}
		}
		k := card.Calibrated
		fmt.Fprintf(r.say, "%s: temperature %.3f, sure from %.3f of drawings, from %.3f of photographs\n", card.Name(), k.Temperature, k.Threshold, k.ThresholdImages)
	}
	return nil
}
