package guard

import (
	"net"
	"net/http"
	"strconv"

	"atelier/server/failure"
)

// Hosts returns the Host headers that name this server at a port. extra are
// the names that it was told to answer to beyond loopback.
func Hosts(port int, extra ...string) map[string]bool {
	allowed := map[string]bool{}
	for _, name := range append([]string{"localhost", "127.0.0.1", "::1"}, extra...) {
		allowed[net.JoinHostPort(name, strconv.Itoa(port))] = true
		if port == 80 { // browsers leave the default port away
			if ip := net.ParseIP(name); ip != nil && ip.To4() == nil {
				name = "[" + name + "]"
			}
			allowed[name] = true
		}
	}
	return allowed
}

// onlyHosts refuses requests whose Host is not exactly one of ours: this is
// what stops DNS rebinding, on reads too. (net/http itself refuses two Host
// headers.)
func onlyHosts(allowed map[string]bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !allowed[r.Host] {
			WriteError(w, failure.New(failure.Forbidden, "This server does not answer to that host name",
				"Open it by the address that it printed when it started"))
			return
		}
		next.ServeHTTP(w, r)
	})
}
