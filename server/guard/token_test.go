package guard

import (
	"bytes"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// asked answers one request with an Authorization header, behind a token.
func asked(token *Token, header string) int {
	h := token.Require(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
	r := httptest.NewRequest("POST", "/", nil)
	r.Header.Set("Authorization", header)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}

// The texts of each pair have SHA-256 sums that agree in their first six bytes,
// or in their last six.
func TestTheTokenIsComparedWhole(t *testing.T) {
	tests := []struct{ name, token, given string }{
		{"the sum begins alike", "TOKEN006944561", "TOKEN020847937"},
		{"the sum ends alike", "TOKEN003279606", "TOKEN035518519"},
		{"the beginning", "TOKEN006944561", "TOKEN00694456"},
		{"one letter", "TOKEN006944561", "T"},
		{"nothing", "TOKEN006944561", ""},
		{"the end", "TOKEN006944561", "OKEN006944561"},
		{"and more", "TOKEN006944561", "TOKEN0069445611"},
		{"and a blank", "TOKEN006944561", "TOKEN006944561 "},
		{"another case", "TOKEN006944561", "token006944561"},
		{"another last letter", "TOKEN006944561", "TOKEN006944562"},
		{"another first letter", "TOKEN006944561", "SOKEN006944561"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			token := TokenOf(tt.token)
			if code := asked(token, "Bearer "+tt.given); code != http.StatusUnauthorized {
				t.Errorf("%q is taken for %q: status %d, want 401", tt.given, tt.token, code)
			}
			if code := asked(token, "Bearer "+tt.token); code != http.StatusOK {
				t.Errorf("the token itself: status %d, want 200", code)
			}
		})
	}
	if code := asked(TokenOf("TOKEN006944561"), "TOKEN006944561"); code != http.StatusUnauthorized {
		t.Errorf("without the word Bearer: status %d, want 401", code)
	}
}

func TestEveryStartHasItsToken(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		token, text := NewToken()
		if seen[text] || len(text) < 26 { // 26 letters of 5 bits
			t.Fatalf("the token %q comes twice, or is short", text)
		}
		seen[text] = true
		if code := asked(token, "Bearer "+text); code != http.StatusOK {
			t.Fatalf("the token that is printed is not taken: status %d", code)
		}
	}
}

// A token in a query or a header, and what a person drew or typed into one,
// never gets into the log.
func TestTheLogHoldsNoToken(t *testing.T) {
	var lines bytes.Buffer
	s := NewServer(Config{
		Routes: []Route{{Method: "GET", Path: "/api/panic", Handler: func(http.ResponseWriter, *http.Request) { panic("in a handler") }}},
		Hosts:  map[string]bool{"localhost:1": true}, Token: TokenOf("TOKEN006944561"), Log: log.New(&lines, "", 0),
	})
	r := httptest.NewRequest("GET", "http://localhost:1/api/panic?token=TOKEN006944561", nil)
	r.Header.Set("Authorization", "Bearer TOKEN006944561")
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
	if w.Code != http.StatusInternalServerError || !strings.Contains(lines.String(), "in a handler") {
		t.Fatalf("status %d and the log %q, want 500 and the panic", w.Code, lines.String())
	}
	if strings.Contains(lines.String(), "TOKEN006944561") {
		t.Errorf("the log holds the token: %s", lines.String())
	}
}
