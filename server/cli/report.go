package cli

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"atelier/server/failure"
	"atelier/server/report"
)

// reportCommand writes the report's tables and figures from runs.
func reportCommand() *command {
	cmd := newCommand("report", "RUN...", "write every table and figure of the course report from one or two runs")
	out := cmd.flags.String("out", "report", "the `DIR` to write into")
	data := cmd.flags.String("data", "", "the `DIR` of Fashion-MNIST, or the word drawn")
	cmd.run = func(ctx context.Context, c *Console, folders []string) error {
		if len(folders) < 1 || len(folders) > 2 {
			return failure.New(failure.Usage, "A report is of one or two runs", "atelier report -out DIR RUN...")
		}
		set, err := openData(ctx, c, *data)
		if err != nil {
			return err
		}
		var all []*report.Run
		for _, folder := range folders {
			c.say("Testing the best weights of %s", folder)
			show, end := c.imageBar(set.Test.Len())
			r, err := report.Open(ctx, folder, set, show)
			end()
			if err != nil {
				return err
			}
			all = append(all, r)
		}
		slices.SortFunc(all, func(a, b *report.Run) int { return strings.Compare(a.Document.Config.Model, b.Document.Config.Model) })
		files := 0
		err = report.Write(ctx, *out, all, set, func(name string) {
			files++
			_ = c.object(map[string]any{"event": "file", "file": name})
		})
		if err != nil {
			return err
		}
		c.printf("%d files in %s; open %s\n", files, *out, filepath.Join(*out, "index.html"))
		return c.object(map[string]any{"event": "done", "out": *out, "files": files})
	}
	return cmd
}
