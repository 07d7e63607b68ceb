// Package api is the server's HTTP interface to its runs, under /api. What it
// promises is written in openapi.yaml, which a test holds true, and explained
// in server/API.md. Requests go in, documents (server/runs) and events come out:
// the rules are in server/runs/queue. Start reading at Routes.
package api

import (
	"net/http"
	"time"

	"atelier/core/checkpoint"
	"atelier/core/train"
	"atelier/server/failure"
	"atelier/server/guard"
	"atelier/server/runs"
	"atelier/server/runs/queue"
)

// API answers requests about runs.
type API struct {
	Runs    *queue.Queue
	Devices *Devices
	Version string

	began    time.Time
	arriving arriving
}

// Routes lists all routes. Whatever changes state, or makes the server
// compute, takes the start token.
func (a *API) Routes() []guard.Route {
	a.began = time.Now()
	return []guard.Route{
		{Method: "GET", Path: "/api/health", Handler: a.health},
		{Method: "GET", Path: "/api/device", Handler: a.device},
		{Method: "POST", Path: "/api/device", Token: true, Handler: a.measure},
		{Method: "GET", Path: "/api/openapi.yaml", Handler: a.openAPI},
		{Method: "GET", Path: "/api/events", Handler: a.allEvents},
		{Method: "GET", Path: "/api/runs", Handler: a.list},
		{Method: "POST", Path: "/api/runs", Token: true, Handler: a.add},
		{Method: "GET", Path: "/api/runs/{id}", Handler: a.get},
		{Method: "POST", Path: "/api/runs/{id}/pause", Token: true, Handler: a.pause},
		{Method: "POST", Path: "/api/runs/{id}/resume", Token: true, Handler: a.resume},
		{Method: "POST", Path: "/api/runs/{id}/stop", Token: true, Handler: a.stop},
		{Method: "POST", Path: "/api/runs/{id}/changes", Token: true, Handler: a.change},
		{Method: "POST", Path: "/api/runs/{id}/checkpoint", Token: true, Handler: a.handOver},
		{Method: "GET", Path: "/api/runs/{id}/events", Handler: a.events},
		{Method: "GET", Path: "/api/runs/{id}/last.safetensors", Handler: a.file(runs.LastFile, "application/octet-stream")},
		{Method: "GET", Path: "/api/runs/{id}/best.safetensors", Handler: a.file(runs.BestFile, "application/octet-stream")},
		{Method: "GET", Path: "/api/runs/{id}/history.csv", Handler: a.file(runs.HistoryFile, "text/csv; charset=utf-8")},
		{Method: "GET", Path: "/api/runs/{id}/report", Handler: a.report},
	}
}

// health says that the server is there, and since when.
func (a *API) health(w http.ResponseWriter, _ *http.Request) {
	guard.WriteJSON(w, http.StatusOK, map[string]any{
		"status": "ok", "version": a.Version, "seconds": time.Since(a.began).Seconds(),
	})
}

// list answers with all runs, the newest first.
func (a *API) list(w http.ResponseWriter, _ *http.Request) {
	docs, err := a.Runs.List()
	answer(w, http.StatusOK, map[string]any{"runs": docs}, err)
}

func (a *API) get(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	arrives := a.arriving.has(id) // asked first: it may have come in by the time the run is looked for
	d, err := a.Runs.Get(id)
	if arrives && failure.Is(err, failure.NotFound) {
		err = failure.New(failure.Busy, "The checkpoint of this run is still coming in", "Ask again in a moment")
	}
	answer(w, http.StatusOK, d, err)
}

// order is the body that asks for a new run: the words of run.json's config.
// What is left out is the recipe's.
type order struct {
	train.Config
	Engine string `json:"engine"`
}

func (a *API) add(w http.ResponseWriter, r *http.Request) {
	o := order{Config: train.Config{Seed: train.DefaultSeed}}
	if err := guard.ReadJSON(w, r, &o); err != nil {
		guard.WriteError(w, err)
		return
	}
	d, err := a.Runs.Add(queue.Order{Config: o.Config, Engine: o.Engine})
	if err == nil {
		w.Header().Set("Location", "/api/runs/"+d.ID)
	}
	answer(w, http.StatusCreated, d, err)
}

func (a *API) pause(w http.ResponseWriter, r *http.Request) {
	d, err := a.Runs.Pause(r.Context(), r.PathValue("id"))
	answer(w, http.StatusOK, d, err)
}

func (a *API) stop(w http.ResponseWriter, r *http.Request) {
	d, err := a.Runs.Stop(r.Context(), r.PathValue("id"))
	answer(w, http.StatusOK, d, err)
}

func (a *API) resume(w http.ResponseWriter, r *http.Request) {
	d, err := a.Runs.Resume(r.Context(), r.PathValue("id"))
	answer(w, http.StatusOK, d, err)
}

// change sets a hyperparameter of the running run.
func (a *API) change(w http.ResponseWriter, r *http.Request) {
	var c struct {
		Key   string  `json:"key"`
		Value float64 `json:"value"`
	}
	err := guard.ReadJSON(w, r, &c)
	if err == nil {
		err = a.Runs.Change(r.PathValue("id"), c.Key, c.Value)
	}
	answer(w, http.StatusAccepted, map[string]any{"accepted": c}, err)
}

// handOver goes on with a checkpoint from the page.
func (a *API) handOver(w http.ResponseWriter, r *http.Request) {
	defer a.arriving.begin(r.PathValue("id"))()
	b, err := guard.ReadBody(w, r, int64(checkpoint.Own().File))
	if err != nil {
		guard.WriteError(w, err)
		return
	}
	d, err := a.Runs.HandOver(r.PathValue("id"), b, r.URL.Query().Get("engine"))
	answer(w, http.StatusCreated, d, err)
}

// file sends one of a run's files as it is on disk.
func (a *API) file(name, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, changed, err := a.Runs.OpenFile(r.PathValue("id"), name)
		if err != nil {
			guard.WriteError(w, err)
			return
		}
		defer f.Close()
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeContent(w, r, "", changed, f)
	}
}

// report answers with the test of a finished run's best weights: what `eval
// -json` prints.
func (a *API) report(w http.ResponseWriter, r *http.Request) {
	d, err := a.Runs.Get(r.PathValue("id"))
	if err == nil && (d.Result == nil || d.Result.Test == nil) {
		err = failure.New(failure.NotFound, "The run has no report yet", "It is made when the run is done")
	}
	if err != nil {
		guard.WriteError(w, err)
		return
	}
	guard.WriteJSON(w, http.StatusOK, d.Result.Test)
}

func answer(w http.ResponseWriter, code int, v any, err error) {
	if err != nil {
		guard.WriteError(w, err)
		return
	}
	guard.WriteJSON(w, code, v)
}
