package guard

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"atelier/server/failure"
)

// status maps the codes of failures to HTTP.
var status = map[string]int{
	failure.Usage:       http.StatusBadRequest,
	failure.BadFile:     http.StatusBadRequest,
	failure.NoToken:     http.StatusUnauthorized,
	failure.Forbidden:   http.StatusForbidden,
	failure.NotFound:    http.StatusNotFound,
	failure.Method:      http.StatusMethodNotAllowed,
	failure.Conflict:    http.StatusConflict,
	failure.QueueFull:   http.StatusConflict,
	failure.TooLarge:    http.StatusRequestEntityTooLarge,
	failure.Unsupported: http.StatusUnprocessableEntity,
	failure.NoData:      http.StatusServiceUnavailable,
	failure.Busy:        http.StatusServiceUnavailable,
}

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
	code, ok := status[f.Code]
	if !ok {
		code = http.StatusInternalServerError
	}
	WriteJSON(w, code, map[string]any{"error": f})
}

// MaxJSON is the largest request body of JSON, in bytes.
const MaxJSON = 64 << 10

// ReadJSON reads the request's body into v: one JSON object, no unknown
// fields, at most MaxJSON bytes.
func ReadJSON(w http.ResponseWriter, r *http.Request, v any) error {
	if r.Header.Get("Content-Type") != "application/json" {
		return failure.New(failure.Usage, "The request must be JSON", "Send Content-Type: application/json")
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, MaxJSON))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		if _, extra := d.Token(); extra != io.EOF {
			err = errors.New("more than one JSON value")
			if errors.As(extra, new(*http.MaxBytesError)) {
				err = extra
			}
		}
	}
	return bodyFailure(err)
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
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &large):
		return tooLarge()
	case errors.As(err, &kind):
		return failure.Wrap(err, failure.Usage, "The field \""+kind.Field+"\" cannot be a "+kind.Value, "")
	case errors.As(err, &syntax), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return failure.Wrap(err, failure.Usage, "The request's body is not whole, valid JSON", "")
	}
	return failure.Wrap(err, failure.Usage, "The request's body was not understood", "")
}

func tooLarge() error {
	return failure.New(failure.TooLarge, "The request's body is too large", "")
}
