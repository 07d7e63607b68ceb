package guard

import (
	"net/http"
	"slices"
	"strings"

	"atelier/server/failure"
)

// Route is one thing that the server answers to.
type Route struct {
	Method  string // GET (HEAD comes with it) or POST
	Path    string // in the words of http.ServeMux, without method and host
	Token   bool   // the request must carry the start token
	Handler http.HandlerFunc
}

// mux answers routes, and anything else with an error of ours: 404 for an
// unknown path, 405 for a known one by another method.
func mux(routes []Route, token *Token) http.Handler {
	m := http.NewServeMux()
	paths := map[string]map[string]http.Handler{}
	for _, r := range routes {
		var h http.Handler = r.Handler
		if r.Token {
			h = token.Require(h)
		}
		if paths[r.Path] == nil {
			paths[r.Path] = map[string]http.Handler{}
		}
		paths[r.Path][r.Method] = h
	}
	for path, methods := range paths {
		m.Handle(path, byMethod(methods))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// ServeMux would redirect unclean paths; no address of ours is unclean.
		if _, pattern := m.Handler(r); pattern != "" && !redirects(r) {
			m.ServeHTTP(w, r)
			return
		}
		WriteError(w, failure.New(failure.NotFound, "There is nothing at this address", ""))
	})
}

// redirects says whether ServeMux would answer with a redirect to a cleaner path.
func redirects(r *http.Request) bool {
	p := r.URL.Path
	return !strings.HasPrefix(p, "/") || strings.Contains(p, "//") || strings.Contains(p+"/", "/./") || strings.Contains(p+"/", "/../")
}

// byMethod picks the handler of the request's method.
func byMethod(methods map[string]http.Handler) http.Handler {
	var allow []string
	for m := range methods {
		allow = append(allow, m)
		if m == http.MethodGet {
			allow = append(allow, http.MethodHead)
		}
	}
	slices.Sort(allow)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method := r.Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		h, ok := methods[method]
		if !ok {
			w.Header().Set("Allow", strings.Join(allow, ", "))
			WriteError(w, failure.New(failure.Method, "This address does not take "+printable(r.Method), "It takes "+strings.Join(allow, ", ")))
			return
		}
		h.ServeHTTP(w, r)
	})
}

// printable shortens a method that someone made up.
func printable(s string) string {
	if len(s) > 16 {
		return "that method"
	}
	return s
}
