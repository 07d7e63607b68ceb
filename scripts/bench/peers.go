package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// peerResult is a line of the peer harness's results file.
type peerResult struct {
	Row    string `json:"row"`
	Model  int    `json:"model"`
	Task   string `json:"task"` // train, infer1 or infer256
	Cores  int    `json:"cores"`
	Date   string `json:"date"`
	Result *struct {
		Images float64 `json:"imagesPerSecond"`
		MS     float64 `json:"medianMs"`
	} `json:"result"`
}

// peerRows are the last results of every peer, in the file's order; nil
// where there is no file.
func peerRows(file string) ([]row, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	type key struct {
		row, task    string
		model, cores int
	}
	last := map[key]peerResult{}
	var order []key
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r peerResult
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if r.Result == nil || r.Task != "train" && r.Task != "infer1" && r.Task != "infer256" {
			continue
		}
		k := key{r.Row, r.Task, r.Model, r.Cores}
		if _, known := last[k]; !known {
			order = append(order, k)
		}
		last[k] = r
	}
	var rows []row
	for _, k := range order {
		r, model := last[k], fmt.Sprintf("model%d", k.model)
		day, _, _ := strings.Cut(r.Date, "T")
		out := row{where: "peer " + k.row + " (" + day + ")", workers: k.cores, images: r.Result.Images}
		switch k.task {
		case "train":
			out.what, out.gflops = model+", train", trainGFLOPS(model, out.images)
		case "infer1":
			out.what, out.images, out.ms = model+", infer 1", 0, r.Result.MS
		default:
			out.what = model + ", infer 256"
		}
		rows = append(rows, out)
	}
	return rows, lines.Err()
}
