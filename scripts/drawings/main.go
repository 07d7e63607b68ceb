// Command drawings scores how well drawings are understood: those of people in
// files of Quick, Draw! lines with the classes that each accepts, and 2,000 of
// the generator's that it draws wider than in training.
//
//	go run ./scripts/drawings -model model2 -weights shipped:sketch FILE.ndjson...
//
// Every share has its 95 % interval (Wilson). Ten drawings a word decide
// nothing between recipes: look at the intervals.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"atelier/core/fashion"
	"atelier/server/engine"
	"atelier/server/weights"
)

func main() {
	model := flag.String("model", "model1", "the network: `model1|model2`")
	name := flag.String("weights", "shipped:sketch", "`FILE|shipped|shipped:best|shipped:sketch`")
	flag.Parse()
	if err := run(os.Stdout, *model, *name, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "drawings:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, model, name string, files []string) error {
	net, err := weights.Open(model, name)
	if err != nil {
		return err
	}
	predictor := engine.Predictor(net, 1, nil)
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		d, err := weights.OnDrawings(predictor, f, file)
		if err := f.Close(); err != nil {
			return err
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\n%-12s  %-36s  %-36s  %s\n", d.File, "word", "first answer", "one of the first three", "right family")
		d.All.Word = "all"
		for _, s := range append(d.Word, d.All) {
			fmt.Fprintf(w, "%-12s  %-36s  %-36s  %s\n", s.Word, s.Top1, s.Top3, s.Family)
		}
		fmt.Fprintln(w)
	}
	g, err := weights.OnGenerated(predictor)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "generated, held out\n")
	for class, r := range g.Classes {
		fmt.Fprintf(w, "%-12s  %s\n", fashion.Classes[class], r)
	}
	fmt.Fprintf(w, "%-12s  %s\n", "all", g.Top1)
	return nil
}
