// Package guard stands before every route of the server. Loopback is not
// trusted: any page open in the same browser can send requests to it, and with
// DNS rebinding even read the answers. So every request must name a Host that
// is ours, every response carries strict headers, requests that change state
// need a token that only this start of the server knows, and all work is
// bounded in time and size.
//
// Routes go in (routes.go), an HTTP server comes out. Start reading at NewServer: it
// has the guards in the order in which a request meets them.
package guard
