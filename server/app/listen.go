// Package app is the running server: its listeners, its list of routes, and
// how it starts and stops. The parts of the server go in (App), and HTTP answers
// come out until the context ends. Start reading at App.Serve.
package app

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"

	"atelier/server/failure"
)

// DefaultAddr is where the server listens when it is not told otherwise.
const DefaultAddr = "127.0.0.1:8080"

// Address is where a server listens and how it is reached.
type Address struct {
	Listeners []net.Listener
	Host      string   // for the address that is printed
	Port      int      // of all listeners
	Names     []string // Host names beyond loopback that are answered
	Public    bool     // reachable from other machines
}

// URL is the address of the page, without its token.
func (a *Address) URL() string {
	return "http://" + net.JoinHostPort(a.Host, strconv.Itoa(a.Port)) + "/"
}

// Close closes all listeners.
func (a *Address) Close() error {
	var errs []error
	for _, l := range a.Listeners {
		errs = append(errs, l.Close())
	}
	return errors.Join(errs...)
}

// Listen opens addr, host:port. Loopback means both 127.0.0.1 and ::1, so that
// "localhost" is ours whichever way a browser reads it. Where addr is the
// default and its port is taken, one of the next ports serves.
func Listen(addr string) (*Address, error) {
	if addr == "" {
		for port := 8080; port < 8100; port++ {
			a, err := loopback(port)
			if !errors.Is(err, syscall.EADDRINUSE) {
				return a, err
			}
		}
		return loopback(0)
	}
	host, portText, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, failure.Wrap(err, failure.Usage, "The address is not HOST:PORT", "For example -addr "+DefaultAddr)
	}
	port, err := strconv.Atoi(portText)
	if err != nil || port < 0 || port > 65535 {
		return nil, failure.New(failure.Usage, fmt.Sprintf("%q is not a port", portText), "For example -addr "+DefaultAddr)
	}
	// Another address of 127.0.0.0/8 is loopback too, but not one that localhost is.
	if host = strings.ToLower(host); host != "localhost" && host != "127.0.0.1" && host != "::1" {
		return public(host, port)
	}
	a, err := loopback(port)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, failure.Wrap(err, failure.AddressInUse, "Another program listens on port "+portText, "Choose another with -addr, or port 0 for any")
	}
	if err != nil {
		return nil, failure.Wrap(err, failure.Address, "The server cannot listen on "+addr, "The default is "+DefaultAddr)
	}
	return a, nil
}

// loopback listens on port of 127.0.0.1 and, if the system has it, of ::1.
func loopback(port int) (*Address, error) {
	for try := 0; ; try++ {
		v4, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			return nil, fmt.Errorf("listen: %w", err)
		}
		a := &Address{Listeners: []net.Listener{v4}, Host: "localhost", Port: v4.Addr().(*net.TCPAddr).Port}
		v6, err := net.Listen("tcp6", net.JoinHostPort("::1", strconv.Itoa(a.Port)))
		switch {
		case err == nil:
			a.Listeners = append(a.Listeners, v6)
			return a, nil
		case !errors.Is(err, syscall.EADDRINUSE):
			return a, nil // no IPv6 here: localhost is 127.0.0.1
		case port != 0 || try == 20:
			v4.Close()
			return nil, fmt.Errorf("listen: %w", err)
		}
		v4.Close() // port 0 chose one that is taken on ::1: once more
	}
}

// public listens where other machines may reach it.
func public(host string, port int) (*Address, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return nil, failure.Wrap(err, failure.Address, "The server cannot listen on "+net.JoinHostPort(host, strconv.Itoa(port)), "The default is "+DefaultAddr)
	}
	ip := net.ParseIP(host)
	a := &Address{Listeners: []net.Listener{l}, Host: host, Port: l.Addr().(*net.TCPAddr).Port, Public: !ip.IsLoopback()}
	if host != "" && !ip.IsUnspecified() {
		a.Names = []string{host}
		return a, nil
	}
	// All interfaces: every address of this machine is ours, and its name.
	a.Host = "localhost"
	if name, err := os.Hostname(); err == nil {
		a.Names = append(a.Names, strings.ToLower(name)) // as browsers send it
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	for _, addr := range addrs {
		if n, ok := addr.(*net.IPNet); ok && !n.IP.IsLoopback() {
			a.Names = append(a.Names, n.IP.String())
		}
	}
	return a, nil
}
