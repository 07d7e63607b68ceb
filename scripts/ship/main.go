// Command ship makes finished runs into what comes with the program: for each
// run's folder the best weights, the run's run.json and history.csv, and a model
// card, in web/weights; and the README's table from all cards.
//
//	go run ./scripts/ship -drawings FILE RUN...          weights, cards, table
//	go run ./scripts/ship -figures-only RUN...           cards without weights, table
//	go run ./scripts/ship                                the table alone
//	go run ./scripts/ship -calibrate                     the calibration of all cards, again
//
// Every figure is measured here, on the weights as they are shipped. A run that
// does not say which commit computed it needs -commit HASH.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"atelier/core/fashion"
	"atelier/core/sample"
	"atelier/server/datafiles"
)

// request is what the command line asks for.
type request struct {
	root     string // of the module
	out      string // beside whose cards the weights go
	data     string
	drawings string // of people, with the classes that each accepts; may be empty
	commit   string // of runs that do not know it themselves
	bare     bool   // figures only
	again    bool   // fit the calibration of what is shipped again
	say      io.Writer
}

func main() {
	r := request{say: os.Stderr}
	flag.StringVar(&r.root, "root", ".", "the `DIR` of the repository")
	flag.StringVar(&r.data, "data", "", "the `DIR` of Fashion-MNIST, or the word drawn")
	flag.StringVar(&r.drawings, "drawings", "", "a `FILE` of people's drawings to measure on, .ndjson with accept lists")
	flag.StringVar(&r.commit, "commit", "", "the `HASH` of the sources, for runs of a program that was built without it")
	flag.BoolVar(&r.bare, "figures-only", false, "keep the figures of the runs and not their weights")
	flag.BoolVar(&r.again, "calibrate", false, "fit the calibration of the shipped weights again")
	flag.Parse()
	r.out = filepath.Join(r.root, "web", "weights")
	if err := r.ship(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "ship:", err)
		os.Exit(1)
	}
}

// ship ships each run, then writes the table.
func (r *request) ship(folders []string) error {
	if len(folders) > 0 || r.again {
		set, err := r.open()
		if err != nil {
			return err
		}
		if r.again {
			if err := r.calibrate(set); err != nil {
				return err
			}
		}
		for _, folder := range folders {
			if err := r.one(folder, set); err != nil {
				return fmt.Errorf("%s: %w", folder, err)
			}
		}
	}
	return r.table()
}

// open reads the data set.
func (r *request) open() (*fashion.Dataset, error) {
	if r.data == fashion.KindDrawn {
		return sample.Dataset(), nil
	}
	dir, err := datafiles.Folder(r.data, os.Getenv)
	if err != nil {
		return nil, err
	}
	if !datafiles.Complete(dir) {
		return nil, errors.New("there is no Fashion-MNIST in " + dir + ": `atelier data` downloads it, -data DIR names another folder")
	}
	return datafiles.Open(dir)
}
