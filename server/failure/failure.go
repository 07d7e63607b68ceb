// Package failure holds the one kind of error that the program shows to
// people: a code for programs, a sentence for readers, a hint on what to do.
// Whoever meets an error that a person should read makes a Failure of it; the
// command line prints it, and server/guard answers with it. codes.go has all codes.
package failure

import (
	"errors"
	"strings"
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
