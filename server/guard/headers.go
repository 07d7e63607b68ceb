package guard

import "net/http"

// Policy is the Content-Security-Policy of every response.
const Policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; " +
	"img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Strict are the headers of every response, errors and worker scripts
// included. The cross-origin ones isolate the page, which then may share
// memory between its workers.
var Strict = map[string]string{
	"Content-Security-Policy":      Policy,
	"X-Content-Type-Options":       "nosniff",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Embedder-Policy": "require-corp",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Referrer-Policy":              "no-referrer",
}

// harden sets the strict headers before anything else can write.
func harden(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for k, v := range Strict {
			w.Header().Set(k, v)
		}
		next.ServeHTTP(w, r)
	})
}
