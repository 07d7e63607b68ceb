package api

import (
	_ "embed"
	"net/http"
)

// spec describes the API; a test holds it true.
//
//go:embed openapi.yaml
var spec []byte

func (a *API) openAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml")
	w.Header().Set("Cache-Control", "no-cache")
	w.Write(spec)
}
