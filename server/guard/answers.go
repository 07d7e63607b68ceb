package guard

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"atelier/server/failure"
)

// WriteJSON answers with v.
func WriteJSON(w http.ResponseWriter, code int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		code, b = http.StatusInternalServerError, []byte(`{"error":{"code":"internal","message":"The answer could not be written as JSON","hint":""}}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	w.Write(append(b, '\n'))
}

// WriteError answers with an error: code, sentence, hint, and never the cause,
// which may hold paths.
func WriteError(w http.ResponseWriter, err error) {
	f := failure.Of(err)
	code, ok := failure.Status[f.Code]
	if !ok {
		code = http.StatusInternalServerError
	}
	WriteJSON(w, code, map[string]any{"error": f})
}

// ReadBody reads the request's body, at most limit bytes.
func ReadBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if r.ContentLength > limit {
		return nil, tooLarge()
	}
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	return b, bodyFailure(err)
}

func bodyFailure(err error) error {
	var large *http.MaxBytesError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &large):
		return tooLarge()
	}
	return failure.Wrap(err, failure.Usage, "The request's body did not arrive whole", "")
}

func tooLarge() error {
	return failure.New(failure.TooLarge, "The request's body is too large", "")
}
