package app

import (
	"bytes"
	"net/http"
	"strings"
	"time"

	"atelier/server/failure"
	"atelier/server/guard"
)

// dataIndex answers with what data set is there and how its download goes.
func (a *App) dataIndex(w http.ResponseWriter, _ *http.Request) {
	guard.WriteJSON(w, http.StatusOK, a.Shelf.Index())
}

// dataFile sends one of the four IDX files. NAME.gz is the gzip file itself;
// NAME is the same bytes as a content encoding, which clients undo.
func (a *App) dataFile(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	packed, sha, ok := a.Shelf.File(name)
	if !ok {
		guard.WriteError(w, failure.New(failure.NotFound, "There is no data file of that name", "data/index.json lists them"))
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-cache") // drawn today, real tomorrow
	if strings.HasSuffix(name, ".gz") {
		h.Set("Content-Type", "application/gzip")
		h.Set("ETag", `"`+sha[:20]+`-gz"`)
	} else {
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Encoding", "gzip")
		h.Set("ETag", `"`+sha[:20]+`"`)
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(packed))
}
