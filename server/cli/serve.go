package cli

import (
	"context"
	"io/fs"
	"log"
	"os"
	"path/filepath"

	"atelier/server/api"
	"atelier/server/app"
	"atelier/server/engine"
	"atelier/server/failure"
	"atelier/server/guard"
	"atelier/server/page"
	"atelier/server/pagebuild"
	"atelier/server/runs"
	"atelier/server/runs/queue"
	"atelier/web"
)

// serveFlags are the flags of serve.
type serveFlags struct{ addr, data, runs, page string }

// serveCommand serves the page and the API.
func serveCommand() *command {
	cmd := newCommand("serve", "", "serve the page and the API of runs")
	var f serveFlags
	cmd.flags.StringVar(&f.addr, "addr", "", "listen on `HOST:PORT` (default "+app.DefaultAddr+", or the next free port)")
	cmd.flags.StringVar(&f.data, "data", "", "the `DIR` of Fashion-MNIST (default: $FASHION_MNIST_DIR, else the user's cache), or the word drawn")
	cmd.flags.StringVar(&f.runs, "runs", "runs", "the `DIR` in which runs are kept")
	cmd.flags.StringVar(&f.page, "page", "", "serve the built page in `DIR` instead of the embedded one")
	cmd.run = func(ctx context.Context, c *Console, _ []string) error { return serve(ctx, c, f) }
	return cmd
}

func serve(ctx context.Context, c *Console, f serveFlags) error {
	folder, err := findPage(ctx, c, f.page)
	if err != nil {
		return err
	}
	site, err := page.Load(folder)
	if err != nil {
		return failure.Wrap(err, failure.Page, "The built page cannot be served", "`make web` builds it anew")
	}
	shelf, fill, err := openShelf(c, f.data)
	if err != nil {
		return err
	}
	address, err := app.Listen(f.addr)
	if err != nil {
		return err
	}
	defer address.Close()
	engine.LeaveRoom()
	token, secret := guard.NewToken()
	logger := log.New(c.Err, "", log.LstdFlags)
	jobs := &queue.Queue{
		Store: runs.NewStore(f.runs, logger), Data: shelf.Data,
		Engine: func(choice string) (engine.Engine, string, error) { return engine.Open(choice, 0) },
	}
	if err := jobs.Start(); err != nil {
		return err
	}
	routes := (&api.API{Runs: jobs, Devices: &api.Devices{Engines: engine.Describe()}, Version: version()}).Routes()
	a := &app.App{Address: address, Shelf: shelf, Site: site, API: routes, Token: token, Log: logger, Stop: jobs.Close}
	announce(c, address, secret)
	working, stopWorking := context.WithCancel(ctx)
	filled := make(chan struct{})
	go func() { defer close(filled); fill(working); jobs.Wake() }()
	endNotice := onInterrupt(ctx, c, "Stopping: a run in progress is saved. Interrupt again to leave at once.")
	err = a.Serve(ctx)
	endNotice()
	stopWorking()
	<-filled
	if err == nil && ctx.Err() != nil {
		err = failure.New(failure.Interrupted, "Stopped", "")
	}
	return err
}

// announce prints the one line of stdout that says where the page is. The
// token is in the fragment, which browsers neither send nor log.
func announce(c *Console, a *app.Address, secret string) {
	if a.Public {
		c.say("Warning: other machines can reach this server. Whoever reads the token below may train on it; over plain http")
		c.say("the page is no secure context there, so its workers share no memory and some features are off.")
	}
	url := a.URL() + "#token=" + secret
	if c.JSON {
		_ = c.object(map[string]any{"event": "serving", "url": url})
		return
	}
	c.printf("%s\n", url)
}

// findPage returns the built page: that of dir, else the embedded one if it is
// of today's sources (or there are no sources), else one built now.
func findPage(ctx context.Context, c *Console, dir string) (fs.FS, error) {
	if dir != "" {
		return os.DirFS(dir), nil
	}
	embedded, err := fs.Sub(web.Dist, "dist/site")
	if err != nil {
		return nil, err
	}
	_, err = fs.Stat(embedded, "index.html")
	have := err == nil
	root, inside := pagebuild.Root(".")
	if !inside && !have {
		return nil, failure.New(failure.Page, "This program was built without its page", "Run it in the folder of the repository, or build it with `make build`")
	}
	if !inside {
		return embedded, nil
	}
	sources, err := pagebuild.Sources(root)
	if err != nil {
		return nil, err
	}
	if have && pagebuild.Fresh(embedded, sources) {
		return embedded, nil
	}
	built := os.DirFS(filepath.Join(root, filepath.FromSlash(pagebuild.Site)))
	err = pagebuild.Ensure(ctx, root, c.Err)
	if err == nil || ctx.Err() != nil {
		return built, err
	}
	for _, old := range []struct {
		place string
		page  fs.FS
	}{{"web/dist/site", built}, {"this program", embedded}} {
		if _, e := fs.Stat(old.page, "index.html"); e == nil {
			c.say("%v", err)
			c.say("Serving the older page in %s instead.", old.place)
			return old.page, nil
		}
	}
	return nil, err
}
