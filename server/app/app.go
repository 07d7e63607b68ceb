package app

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"time"

	"atelier/server/datafiles"
	"atelier/server/guard"
	"atelier/server/page"
)

// App is what a server serves.
type App struct {
	Address *Address
	Shelf   *datafiles.Shelf
	Site    *page.Site
	API     []guard.Route // everything under /api
	Token   *guard.Token
	Log     *log.Logger
	// Stop is called when the server is asked to stop; it returns when the run
	// in progress has saved itself.
	Stop func()
}

// stopTime is how long a stopping server waits for open requests.
const stopTime = 5 * time.Second

// Routes lists all that the server answers to.
func (a *App) Routes() []guard.Route {
	return append([]guard.Route{
		{Method: "GET", Path: "/data/index.json", Handler: a.dataIndex},
		{Method: "GET", Path: "/data/{file}", Handler: a.dataFile},
		{Method: "GET", Path: "/{path...}", Handler: a.Site.ServeHTTP},
	}, a.API...)
}

// Server returns the HTTP server with all guards before the routes.
func (a *App) Server() *guard.Server {
	return guard.NewServer(guard.Config{
		Routes: a.Routes(),
		Hosts:  guard.Hosts(a.Address.Port, a.Address.Names...),
		Token:  a.Token,
		Log:    a.Log,
	})
}

// Serve answers until ctx ends, then stops cleanly.
func (a *App) Serve(ctx context.Context) error {
	server := a.Server()
	// Event streams end when the server is asked to stop.
	server.BaseContext = func(net.Listener) context.Context { return ctx }
	failed := make(chan error, len(a.Address.Listeners))
	for _, l := range a.Address.Listeners {
		go func() { failed <- server.Serve(l) }()
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		if a.Stop != nil {
			a.Stop()
		}
	}()
	grace, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	if e := server.Shutdown(grace); e != nil {
		e = errors.Join(e, server.Close())
		a.Log.Printf("stop: requests were cut off: %v", e)
	}
	<-stopped
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}
