package guard

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"runtime/debug"
	"time"

	"atelier/server/failure"
)

// The limits on a connection. Event streams renew their own write deadline.
const (
	ReadHeaderTimeout = 5 * time.Second
	ReadTimeout       = 30 * time.Second
	WriteTimeout      = 30 * time.Second
	IdleTimeout       = 60 * time.Second
	MaxHeaderBytes    = 16 << 10
)

// Config is what the guard needs to know of its server.
type Config struct {
	Routes []Route
	Hosts  map[string]bool
	Token  *Token
	Log    *log.Logger // nil: nowhere
}

// Server is an HTTP server of which every response is strict; see Serve.
type Server struct{ *http.Server }

// NewServer returns a server that answers the routes behind all guards.
func NewServer(c Config) *Server {
	if c.Log == nil {
		c.Log = log.New(io.Discard, "", 0)
	}
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		WriteError(w, failure.New(failure.Forbidden, "Another site's page may not ask this", ""))
	}))
	handler := cross.Handler(mux(c.Routes, c.Token))
	return &Server{&http.Server{
		Handler:           handled(harden(recovered(c.Log, onlyHosts(c.Hosts, handler)))),
		ConnState:         unhandled,
		ConnContext:       withConn,
		ReadHeaderTimeout: ReadHeaderTimeout,
		ReadTimeout:       ReadTimeout,
		WriteTimeout:      WriteTimeout,
		IdleTimeout:       IdleTimeout,
		MaxHeaderBytes:    MaxHeaderBytes,
		ErrorLog:          log.New(io.Discard, "", 0), // strangers' broken connections are no news
		// "OPTIONS *" is a request like any other.
		DisableGeneralOptionsHandler: true,
	}}
}

// recovered turns a panic into a 500 with the strict headers, and logs it.
func recovered(logger *log.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent := &answered{ResponseWriter: w}
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			logger.Printf("panic in %s %q: %v\n%s", r.Method, r.URL.Path, p, debug.Stack())
			if sent.begun {
				panic(http.ErrAbortHandler) // too late for an answer: cut it off
			}
			WriteError(w, failure.New(failure.Internal, "The server made a mistake; it goes on", fmt.Sprintf("Its log has the details of %s", time.Now().Format("15:04:05"))))
		}()
		next.ServeHTTP(sent, r)
	})
}

// answered remembers whether a handler has begun its answer.
type answered struct {
	http.ResponseWriter
	begun bool
}

func (a *answered) WriteHeader(code int) { a.begun = true; a.ResponseWriter.WriteHeader(code) }

func (a *answered) Write(p []byte) (int, error) { a.begun = true; return a.ResponseWriter.Write(p) }

// Unwrap lets http.ResponseController reach the connection.
func (a *answered) Unwrap() http.ResponseWriter { return a.ResponseWriter }
