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
	for _, addr := range []string{"127.0.0.1:0", "localhost:0", "LocalHost:0", "[::1]:0"} {
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

func TestListenKeepsToItsAddress(t *testing.T) {
	a, err := Listen("127.0.0.2:0")
	if err != nil {
		t.Skipf("this system has one loopback address only: %v", err)
	}
	defer a.Close()
	if ip := a.Listeners[0].Addr().(*net.TCPAddr).IP.String(); len(a.Listeners) != 1 || ip != "127.0.0.2" || a.Public {
		t.Errorf("127.0.0.2 listens on %s: %+v", ip, a)
	}
	if url := fmt.Sprintf("http://127.0.0.2:%d/", a.Port); a.URL() != url || !guard.Hosts(a.Port, a.Names...)[fmt.Sprintf("127.0.0.2:%d", a.Port)] {
		t.Errorf("its address is %s, want %s, and answered", a.URL(), url)
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
		// Browsers send a host in lower case.
		if !hosts[net.JoinHostPort(strings.ToLower(name), fmt.Sprint(a.Port))] {
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
	if _, err := Listen(fmt.Sprintf("127.0.0.1:%d", a.Port)); !failure.Is(err, failure.AddressInUse) {
		t.Fatalf("error %v, want address_in_use", err)
	}
}
