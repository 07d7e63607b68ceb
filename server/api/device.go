package api

import (
	"bufio"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"atelier/core/fashion"
	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
	"atelier/server/guard"
	"atelier/server/runs"
	"atelier/server/runs/eta"
	"atelier/server/runs/queue"
)

// Devices is what this machine can train on.
type Devices struct {
	Engines func() []engine.Description

	mu       sync.Mutex
	measured map[string]Speed // by model
	busy     bool
}

// Speed is what was measured of one model on the core.
type Speed struct {
	ImagesPerSecond float64   `json:"images_per_second"` // of training
	From            string    `json:"from"`              // run, or benchmark
	When            time.Time `json:"when"`
}

// deviceAnswer is the JSON of /api/device. What is not known is null.
type deviceAnswer struct {
	Engines  []engine.Description `json:"engines"`
	CPUs     int                  `json:"cpus"`
	Memory   *int64               `json:"memory_bytes"`
	OS       string               `json:"os"`
	Arch     string               `json:"arch"`
	Go       string               `json:"go"`
	Speed    map[string]*Speed    `json:"speed"`        // by model
	Recipe   map[string]*float64  `json:"recipe_hours"` // what the report's recipe takes at that speed, by model
	TimeLeft *float64             `json:"seconds_left"` // of the run in progress
}

// device describes the machine and what is known of its speed.
func (a *API) device(w http.ResponseWriter, _ *http.Request) {
	docs, err := a.Runs.List()
	if err != nil {
		guard.WriteError(w, err)
		return
	}
	now := a.Runs.Progress()
	a.Devices.observe(now)
	d := deviceAnswer{
		Engines: a.Devices.Engines(), CPUs: runtime.NumCPU(), Memory: memory(), OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version(),
		Speed: map[string]*Speed{}, Recipe: map[string]*float64{},
	}
	for _, model := range []string{"model1", "model2"} {
		s := a.Devices.speed(model, docs)
		d.Speed[model], d.Recipe[model] = s, nil
		if s == nil {
			continue
		}
		if r, err := train.RecipeFor("report", model); err == nil && s.ImagesPerSecond > 0 {
			hours := float64(r.Epochs) * epochWork(trainImages) / s.ImagesPerSecond / 3600
			d.Recipe[model] = &hours
		}
	}
	if now.SecondsLeft > 0 {
		d.TimeLeft = &now.SecondsLeft
	}
	guard.WriteJSON(w, http.StatusOK, d)
}

// observe keeps what the run in progress tells of the core's speed.
func (d *Devices) observe(now queue.Progress) {
	if now.ImagesPerSecond <= 0 || now.Run.Environment.Engine != "core" {
		return
	}
	d.keep(now.Run.Config.Model, Speed{now.ImagesPerSecond, "run", time.Now().UTC()})
}

func (d *Devices) keep(model string, s Speed) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.measured == nil {
		d.measured = map[string]Speed{}
	}
	d.measured[model] = s
}

// trainImages and valImages are the two parts of Fashion-MNIST's split.
var trainImages, valImages = fashion.SplitSize(fashion.TrainingImages)

// epochWork is an epoch with its validation, in images to train on.
func epochWork(images int) float64 {
	return float64(images) + float64(valImages)/eta.ValidationSpeedup
}

// speed is the newest figure for a model: of a run on this machine, or of a
// benchmark.
func (d *Devices) speed(model string, docs []runs.Document) *Speed {
	d.mu.Lock()
	defer d.mu.Unlock()
	var best *Speed
	if s, ok := d.measured[model]; ok {
		best = &s
	}
	for _, doc := range docs {
		n := len(doc.History)
		if doc.Config.Model != model || n == 0 || doc.History[n-1].Seconds <= 0 || doc.Environment.Engine != "core" {
			continue
		}
		images := trainImages
		if doc.Config.Limit > 0 {
			images = min(images, doc.Config.Limit)
		}
		if doc.Environment.Data != "real" || doc.Config.Steps > 0 {
			continue // an epoch of another size
		}
		if best == nil || doc.Updated.After(best.When) {
			best = &Speed{epochWork(images) / doc.History[n-1].Seconds, "run", doc.Updated}
		}
	}
	return best
}

// measureTime is how long measuring may take.
const measureTime = 3 * time.Minute

// measure trains a few benchmark steps of both models. It is refused while a
// run trains: it would slow the run and measure wrong.
func (a *API) measure(w http.ResponseWriter, r *http.Request) {
	if a.Runs.Training() {
		guard.WriteError(w, failure.New(failure.Conflict, "A run trains now", "Its own speed is in its events"))
		return
	}
	d := a.Devices
	d.mu.Lock()
	if d.busy {
		d.mu.Unlock()
		guard.WriteError(w, failure.New(failure.Conflict, "The machine is being measured already", ""))
		return
	}
	d.busy = true
	d.mu.Unlock()
	defer func() { d.mu.Lock(); d.busy = false; d.mu.Unlock() }()
	// A slow machine measures for longer than other answers may take.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(measureTime))
	for _, model := range []string{"model1", "model2"} {
		s, err := engine.TrainingSpeed(model, r.Context().Done())
		if err != nil {
			if !engine.Stopped(err) {
				guard.WriteError(w, err)
			}
			return
		}
		d.keep(model, Speed{s, "benchmark", time.Now().UTC()})
	}
	a.device(w, r)
}

// memory is the machine's memory in bytes, where the system tells.
func memory() *int64 {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return nil
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if rest, ok := strings.CutPrefix(s.Text(), "MemTotal:"); ok {
			if kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64); err == nil {
				b := kb << 10
				return &b
			}
		}
	}
	return nil
}
