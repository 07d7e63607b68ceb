package guard

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"atelier/server/failure"
)

// Token is the secret of one start of the server. Whoever holds it may change
// state and make the server compute.
type Token struct{ hash [sha256.Size]byte }

// NewToken returns a random token and, to print it once, its text.
func NewToken() (*Token, string) {
	text := rand.Text() // 130 bits
	return TokenOf(text), text
}

// TokenOf is the token with this text.
func TokenOf(text string) *Token { return &Token{sha256.Sum256([]byte(text))} }

// Require lets only requests with the token through. It is read from the
// Authorization header alone: never from the query, which ends up in logs. The
// comparison takes the same time wherever the texts differ.
func (t *Token) Require(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		given := sha256.Sum256([]byte(text))
		if subtle.ConstantTimeCompare(given[:], t.hash[:]) != 1 || !ok {
			w.Header().Set("WWW-Authenticate", "Bearer")
			WriteError(w, failure.New(failure.NoToken, "This request needs the start token",
				"Open the page by the address that the server printed; with curl send Authorization: Bearer and the text behind #token= in it"))
			return
		}
		next.ServeHTTP(w, r)
	})
}
