package cli

import (
	"context"
	"path/filepath"
	"strings"

	"atelier/core/fashion"
	"atelier/server/datafiles"
)

// dataCommand downloads and verifies the data set.
func dataCommand() *command {
	cmd := newCommand("data", "", "download Fashion-MNIST and verify it")
	out := cmd.flags.String("out", "", "the `DIR` to put the four files in (default: $FASHION_MNIST_DIR, else the user's cache)")
	cmd.run = func(ctx context.Context, c *Console, _ []string) error {
		dir, err := datafiles.Folder(*out, c.Getenv)
		if err != nil {
			return err
		}
		cache, err := datafiles.Cache(c.Getenv)
		if err := c.fetch(ctx, dataPlace{dir, err == nil && same(dir, cache)}); err != nil {
			return err
		}
		if abs, err := filepath.Abs(dir); err == nil {
			dir = abs
		}
		for _, f := range fashion.Files {
			line := struct {
				File   string `json:"file"`
				Bytes  int64  `json:"bytes"`
				SHA256 string `json:"sha256"`
			}{f.Name, f.Bytes, f.SHA256}
			if err := c.object(line); err != nil {
				return err
			}
			c.printf("%s  %-24s %8d bytes, verified\n", f.SHA256, f.Name, f.Bytes)
		}
		c.printf("Fashion-MNIST is in %s\n", dir)
		return c.object(map[string]any{"event": "done", "out": dir})
	}
	return cmd
}

// fetch downloads what a folder lacks, showing a bar on a terminal and a line for
// every tenth of a file elsewhere.
func (c *Console) fetch(ctx context.Context, p dataPlace) error {
	d, end := c.downloader()
	defer end()
	d.Own = p.own
	return d.Fetch(ctx, p.dir)
}

// downloader shows its progress on this console; end closes the bar.
// $ATELIER_MIRROR, a URL, replaces the public mirrors, say by a school's own.
func (c *Console) downloader() (d datafiles.Downloader, end func()) {
	meter := newDownloadMeter(c)
	d.Progress = meter.show
	d.Note = func(m string) { meter.end(); c.say("%s", m) }
	if base := c.Getenv("ATELIER_MIRROR"); base != "" {
		d.Mirrors = []string{strings.TrimSuffix(base, "/") + "/"}
	}
	return d, meter.end
}
