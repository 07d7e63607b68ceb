// Package failure holds the one kind of error that the program shows to
// people: a code for programs, a sentence for readers, a hint on what to do.
package failure

import (
	"errors"
	"strings"
)

// The codes that mean something to the program itself. Any other code is a
// word for the reader of the JSON: lower case, words joined by underscores.
const (
	Usage       = "usage"        // exit 2, HTTP 400
	Interrupted = "interrupted"  // exit 130
	Internal    = "internal"     // an error nobody wrote a sentence for
	NotFound    = "not_found"    // HTTP 404
	Conflict    = "conflict"     // HTTP 409: the state forbids it now
	QueueFull   = "queue_full"   // HTTP 409
	NoData      = "no_data"      // Fashion-MNIST is neither here nor to be had
	BadFile     = "bad_file"     // a file was read and refused
	Unsupported = "unsupported"  // understood, and not possible here
	TooLarge    = "too_large"    // HTTP 413
	Forbidden   = "forbidden"    // HTTP 403
	Method      = "method"       // HTTP 405
	Busy        = "busy"         // HTTP 503
	NoToken     = "unauthorized" // HTTP 401
	Save        = "save"         // a run could not be saved: the disk is to blame
	Unwritten   = "unwritten"    // what run.json should say could not be written
	Folder      = "folder"       // a folder cannot be used
	Diverged    = "diverged"     // training left the numbers
	Engine      = "engine"       // an engine failed
)

// Failure is an error with a sentence for people. Message and Hint never hold
// a path or a stack, so that a page may show them; Cause may, and is shown
// only on the user's own terminal and in the server's log.
type Failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
	Cause   error  `json:"-"`
}

// New makes a failure. Hint may be empty.
func New(code, message, hint string) *Failure {
	return &Failure{Code: code, Message: message, Hint: hint}
}

// Wrap makes a failure that happened because of cause.
func Wrap(cause error, code, message, hint string) *Failure {
	return &Failure{Code: code, Message: message, Hint: hint, Cause: cause}
}

// Error is the message and, for the terminal and the log, its cause.
func (f *Failure) Error() string {
	if f.Cause == nil {
		return f.Message
	}
	return f.Message + ": " + f.Cause.Error()
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// Of returns err as a failure: the one it wraps, or an internal one.
func Of(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return Wrap(err, Internal, "Something went wrong that the program did not foresee", "")
}

// Is reports whether err is a failure of this code.
func Is(err error, code string) bool {
	var f *Failure
	return errors.As(err, &f) && f.Code == code
}

// Sentence is the text of an error as a sentence begins.
func Sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
