package report

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"

	"atelier/core/fashion"
)

// runLine says of one run what it was.
func runLine(r *Run) string {
	d := r.Document
	best := "none"
	if d.Best != nil {
		best = fmt.Sprintf("epoch %d by %s", d.Best.Epoch, d.Config.Monitor)
	}
	line := fmt.Sprintf("%s: run %s, recipe %s, seed %d, %d of %d steps, best weights of %s, on %s (%s)",
		title(r), d.ID, d.Config.Recipe, d.Config.Seed, d.Step, d.Steps, best, d.Environment.Engine, d.Environment.Device)
	if d.Result != nil {
		line += ", last weights " + d.Result.WeightsSHA256
	}
	return line + "."
}

// warning says what must not be overlooked.
func warning(kind string) string {
	if kind == fashion.KindReal {
		return ""
	}
	return "Evaluated on a sample that Atelier draws itself, not on Fashion-MNIST: the figures below say nothing about the report's."
}

// markdown is report.md.
func markdown(all []*Run, tables []table, figures []figure, kind string) []byte {
	var b bytes.Buffer
	fmt.Fprint(&b, "# Fashion-MNIST: two networks, the report's tables and figures\n\n")
	if w := warning(kind); w != "" {
		fmt.Fprintf(&b, "**%s**\n\n", w)
	}
	for _, r := range all {
		fmt.Fprintf(&b, "- %s\n", runLine(r))
	}
	for _, t := range tables {
		fmt.Fprintf(&b, "\n%s", t.markdown(2))
	}
	fmt.Fprint(&b, "\n## Figures\n")
	for _, f := range figures {
		fmt.Fprintf(&b, "\n### %s\n\n![%s](figures/%s.png)\n", f.title, strings.ReplaceAll(f.title, "]", ""), f.name)
	}
	return b.Bytes()
}

// layout is index.html: one file that needs nothing but its figures.
var layout = template.Must(template.New("report").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Fashion-MNIST: two networks</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
  .wide { overflow-x: auto; }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
  th, td { padding: .25rem .7rem; border-bottom: 1px solid #ddd; text-align: right; white-space: nowrap; }
  th:first-child, td:first-child { text-align: left; }
  figure { margin: 2rem 0; }
  img { max-width: 100%; height: auto; }
  figcaption, .note { color: #555; }
  .warning { padding: .6rem 1rem; border-left: 4px solid #b45309; background: #fff7ed; }
</style>
<h1>Fashion-MNIST: two networks, the report's tables and figures</h1>
{{with .Warning}}<p class="warning">{{.}}</p>{{end}}
<ul>{{range .Runs}}<li>{{.}}</li>{{end}}</ul>
{{range .Tables}}<section id="{{.Name}}"><h2>{{.Title}}</h2>
<div class="wide"><table><thead><tr>{{range .Columns}}<th scope="col">{{.}}</th>{{end}}</tr></thead>
<tbody>{{range .Rows}}<tr>{{range .}}<td>{{.}}</td>{{end}}</tr>{{end}}</tbody></table></div>
{{with .Note}}<p class="note">{{.}}</p>{{end}}</section>
{{end}}
<h2>Figures</h2>
{{range .Figures}}<figure id="{{.Name}}"><img src="figures/{{.Name}}.svg" alt="{{.Title}}" loading="lazy"><figcaption>{{.Title}} (<a href="figures/{{.Name}}.png">PNG</a>)</figcaption></figure>
{{end}}
</html>
`))

// page is index.html.
func page(all []*Run, tables []table, figures []figure, kind string) []byte {
	type drawn struct{ Name, Title string }
	view := struct {
		Warning string
		Runs    []string
		Tables  []table
		Figures []drawn
	}{Warning: warning(kind), Tables: tables}
	for _, r := range all {
		view.Runs = append(view.Runs, runLine(r))
	}
	for _, f := range figures {
		view.Figures = append(view.Figures, drawn{f.name, f.title})
	}
	var b bytes.Buffer
	if err := layout.Execute(&b, view); err != nil {
		panic("report: the page's template: " + err.Error()) // its data are ours
	}
	return b.Bytes()
}
