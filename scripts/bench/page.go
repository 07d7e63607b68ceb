package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"atelier/server/pagebuild"
)

// result is a line of web/tools/measure.mjs.
type result struct {
	Model    int     `json:"model"`
	Task     string  `json:"task"`
	Workers  int     `json:"workers"`
	Batch    int     `json:"batch"`
	Images   float64 `json:"imagesPerSecond"`
	MS       float64 `json:"medianMs"`
	Chromium string  `json:"browser"`
}

// page measures both networks in the built page, in a real Chromium.
func page(l *lab) ([]row, error) {
	if os.Getenv("SKIP_BROWSER") != "" {
		l.say("LEFT OUT: the page in a browser, since SKIP_BROWSER is set")
		return nil, nil
	}
	if err := pagebuild.Ensure(l.ctx, l.root, os.Stderr); err != nil {
		return nil, err
	}
	if _, err := l.output(filepath.Join(l.root, "scripts", "browser")); err != nil {
		return nil, err
	}
	address, stop, err := l.serve()
	if err != nil {
		return nil, err
	}
	defer stop()
	l.say("the page, %d rounds", l.rounds)
	cmd := exec.CommandContext(l.ctx, "node", "tools/measure.mjs", address, fmt.Sprint(l.rounds), "5", "4")
	cmd.Dir, cmd.Stderr = filepath.Join(l.root, "web"), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("the page could not be measured: %w", err)
	}
	return pageRows(out)
}

// pageRows makes rows of the medians.
func pageRows(out []byte) ([]row, error) {
	var order []result
	images, ms := map[result][]float64{}, map[result][]float64{}
	for _, text := range bytes.Split(bytes.TrimSpace(out), []byte("\n")) {
		var r result
		if err := json.Unmarshal(text, &r); err != nil {
			return nil, fmt.Errorf("the page's measurement %q: %w", text, err)
		}
		k := r
		k.Images, k.MS = 0, 0
		if images[k] == nil {
			order = append(order, k)
		}
		images[k], ms[k] = append(images[k], r.Images), append(ms[k], r.MS)
	}
	var rows []row
	for _, k := range order {
		model := fmt.Sprintf("model%d", k.Model)
		r := row{where: "Chromium " + k.Chromium, workers: k.Workers, images: median(images[k])}
		switch {
		case k.Task == "train":
			r.what, r.gflops = model+", train", trainGFLOPS(model, r.images)
		case k.Batch == 1:
			r.what, r.images, r.ms = model+", infer 1", 0, median(ms[k])
		default:
			r.what = fmt.Sprintf("%s, infer %d", model, k.Batch)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// serve starts the built page's server on a free port.
func (l *lab) serve() (address string, stop func(), err error) {
	cmd := exec.CommandContext(l.ctx, l.program(), "serve", "-addr", "127.0.0.1:0",
		"-page", filepath.Join(l.root, filepath.FromSlash(pagebuild.Site)), "-runs", filepath.Join(l.dir, "runs"))
	cmd.Dir = l.root
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if i := strings.Index(lines.Text(), "http://"); i >= 0 {
			return strings.Fields(lines.Text()[i:])[0], stop, nil
		}
	}
	stop()
	return "", nil, errors.New("the server printed no address")
}
