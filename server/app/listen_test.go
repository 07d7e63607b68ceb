package app

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	"atelier/server/failure"
	"atelier/server/guard"
)

func TestListenIsLoopbackUnlessTold(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "localhost:0", "[::1]:0"} {
		a, err := Listen(addr)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range a.Listeners {
			tcp := l.Addr().(*net.TCPAddr)
			if !tcp.IP.IsLoopback() || tcp.Port != a.Port {
				t.Errorf("%s listens on %v", addr, tcp)
			}
		}
		if a.Public || len(a.Names) != 0 || a.URL() != fmt.Sprintf("http://localhost:%d/", a.Port) {
			t.Errorf("%s: %+v, %s", addr, a, a.URL())
		}
		a.Close()
	}
}

func TestListenElsewhereSaysSo(t *testing.T) {
	a, err := Listen("0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if !a.Public {
		t.Fatal("an address that others reach is not marked")
	}
	hosts := guard.Hosts(a.Port, a.Names...)
	for _, name := range a.Names {
		if !hosts[net.JoinHostPort(name, fmt.Sprint(a.Port))] {
			t.Errorf("%s is not answered", name)
		}
	}
	if slices.ContainsFunc(a.Names, func(n string) bool { return strings.Contains(n, "evil") }) || hosts[fmt.Sprintf("evil.example:%d", a.Port)] {
		t.Error("any host is answered")
	}
}

func TestListenRefusesATakenPort(t *testing.T) {
	a, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if _, err := Listen(fmt.Sprintf("127.0.0.1:%d", a.Port)); !failure.Is(err, "address_in_use") {
		t.Fatalf("error %v, want address_in_use", err)
	}
}
