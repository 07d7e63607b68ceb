package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"atelier/core/nn"
	"atelier/server/engine"
)

// row is one line of the table. What was not measured is zero.
type row struct {
	where, what string
	workers     int
	images      float64 // per second
	gflops      float64 // as of direct convolution
	ms          float64 // of one image alone
}

// table prints rows as they come, in columns at its end.
type table struct{ w *tabwriter.Writer }

func newTable(to io.Writer) table {
	t := table{tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)}
	fmt.Fprintln(t.w, "where\twhat\tworkers\timages/s\tms\tGFLOP/s\tof the scalar peak\t")
	return t
}

// add prints rows; their share is of the peak of as many processors as workers.
func (t table) add(l *lab, rows []row) {
	for _, r := range rows {
		share := ""
		if r.gflops > 0 && l.peak > 0 {
			share = fmt.Sprintf("%.2f", r.gflops/(l.peak*float64(r.workers)))
		}
		fmt.Fprintf(t.w, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t\n", r.where, r.what, r.workers,
			number(r.images, 0), number(r.ms, 2), number(r.gflops, 1), share)
	}
}

func (t table) end() error { return t.w.Flush() }

func number(v float64, digits int) string {
	if v == 0 {
		return ""
	}
	return fmt.Sprintf("%.*f", digits, v)
}

// trainGFLOPS is what training so many images a second amounts to.
func trainGFLOPS(model string, images float64) float64 {
	spec, err := nn.ByName(model)
	if err != nil {
		return 0
	}
	return images * engine.TrainFLOP(spec) / 1e9
}
