package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
)

var models = []string{"model1", "model2"}

// native runs `atelier bench` on both networks with one and two workers.
func native(l *lab) ([]row, error) {
	if _, err := l.output("go", "build", "-trimpath", "-o", l.program(), "./server"); err != nil {
		return nil, err
	}
	type key struct {
		model   string
		workers int
	}
	train, infer, single := map[key][]float64{}, map[key][]float64{}, map[key][]float64{}
	for round := range l.rounds {
		l.say("native, round %d of %d", round+1, l.rounds)
		for _, model := range models {
			for _, workers := range []int{1, 2} {
				out, err := l.output(l.program(), "bench", "-json", "-model", model, "-workers", strconv.Itoa(workers), "-steps", "6")
				if err != nil {
					return nil, err
				}
				var r struct {
					Train  float64 `json:"train_images_per_second"`
					Infer  float64 `json:"infer_images_per_second"`
					Single float64 `json:"single_image_ms"`
				}
				if err := json.Unmarshal(out, &r); err != nil {
					return nil, fmt.Errorf("atelier bench: %w", err)
				}
				k := key{model, workers}
				train[k], infer[k], single[k] = append(train[k], r.Train), append(infer[k], r.Infer), append(single[k], r.Single)
			}
		}
	}
	var rows []row
	for _, model := range models {
		for _, workers := range []int{1, 2} {
			k := key{model, workers}
			images := median(train[k])
			rows = append(rows, row{"native", model + ", train", workers, images, trainGFLOPS(model, images), 0})
			rows = append(rows, row{"native", model + ", infer 128", workers, median(infer[k]), 0, 0})
		}
		rows = append(rows, row{"native", model + ", infer 1", 1, 0, 0, median(single[key{model, 1}])})
	}
	return rows, nil
}

// program is the built command.
func (l *lab) program() string { return filepath.Join(l.dir, "atelier") }
