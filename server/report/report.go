// Package report writes every table and figure of the course report from one
// or two runs: Markdown, CSV and text, pictures as PNG and SVG, and a page.
package report

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"atelier/core/fashion"
	"atelier/core/infer"
	"atelier/core/metrics"
	"atelier/server/durable"
	"atelier/server/engine"
	"atelier/server/failure"
	"atelier/server/runs"
	"atelier/server/weights"
)

// Run is a run as the report shows it.
type Run struct {
	Document  *runs.Document
	Predictor *infer.Predictor // with the run's best weights
	Test      *metrics.Evaluation
}

// model is model1 or model2, number 1 or 2.
func (r *Run) model() string  { return r.Document.Config.Model }
func (r *Run) number() string { return strings.TrimPrefix(r.model(), "model") }

// Open reads a run's folder and measures its best weights on the test set.
func Open(ctx context.Context, folder string, set *fashion.Dataset, progress func(int)) (*Run, error) {
	doc, err := runs.ReadDocument(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, failure.New(failure.NotFound, "There is no run in "+folder, "The folder of a run holds run.json and best.safetensors")
	}
	if err != nil {
		return nil, err
	}
	best := filepath.Join(folder, runs.BestFile)
	if _, err := os.Stat(best); err != nil {
		return nil, failure.Wrap(err, failure.NotFound, "The run in "+folder+" has no best weights yet", "They are written after the first epoch")
	}
	net, err := weights.Open(doc.Config.Model, best)
	if err != nil {
		return nil, err
	}
	r := &Run{Document: doc, Predictor: engine.Predictor(net, 0, ctx.Done())}
	r.Test, err = engine.Test(r.Predictor, runs.BestFile, &set.Test, false, progress)
	if engine.Stopped(err) {
		return nil, context.Canceled
	}
	return r, err
}

// tables are those of the report, filled.
func tables(all []*Run, set *fashion.Dataset) ([]table, error) {
	var list []outcome
	for _, r := range all {
		d := r.Document
		trained, _ := fashion.Split(set.Train.Len())
		images := len(trained)
		if d.Config.Limit > 0 {
			images = min(images, d.Config.Limit)
		}
		one := outcome{
			Config: d.Config, Changes: d.Changes, History: d.History, Test: r.Test, Images: images,
			Engine: fmt.Sprintf("%s: %s, %d workers", d.Environment.Engine, d.Environment.Device, d.Environment.Workers),
		}
		if d.Best != nil {
			one.BestEpoch = d.Best.Epoch
		}
		list = append(list, one)
	}
	t, err := reportTables(list)
	if err != nil {
		return nil, failure.New(failure.Usage, failure.Sentence(err.Error()), "")
	}
	return t, nil
}

// Write writes the whole report into the folder out and returns the names of
// its files. told is called with each name.
func Write(ctx context.Context, out string, all []*Run, set *fashion.Dataset, told func(name string)) error {
	tables, err := tables(all, set)
	if err != nil {
		return err
	}
	folder, err := openOut(out)
	if err != nil {
		return err
	}
	defer folder.close()
	figures, err := figuresOf(all, set)
	if err != nil {
		return err
	}
	for _, f := range figures {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		for _, kind := range []string{"png", "svg"} {
			b, err := f.draw(kind)
			if err != nil {
				return fmt.Errorf("figure %s: %w", f.name, err)
			}
			if err := folder.save("figures/"+f.name+"."+kind, b, told); err != nil {
				return err
			}
		}
	}
	for _, r := range all {
		var confusion bytes.Buffer
		if err := r.Test.Confusion.WriteCSV(&confusion); err != nil {
			return err
		}
		if err := folder.save("classification_report_model"+r.number()+".txt", []byte(r.Test.Report), told); err != nil {
			return err
		}
		if err := folder.save("confusion_model"+r.number()+".csv", confusion.Bytes(), told); err != nil {
			return err
		}
	}
	history, err := historyCSV(all)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		b    []byte
	}{
		{"history.csv", history},
		{"report.md", markdown(all, tables, figures, set.Kind)},
		{"index.html", page(all, tables, figures, set.Kind)},
	} {
		if err := folder.save(f.name, f.b, told); err != nil {
			return err
		}
	}
	return nil
}

// historyCSV is history.csv of one run; of two, with the model before each row.
func historyCSV(all []*Run) ([]byte, error) {
	var out bytes.Buffer
	if len(all) == 1 {
		err := all[0].Document.History.WriteCSV(&out)
		return out.Bytes(), err
	}
	for i, r := range all {
		var one bytes.Buffer
		if err := r.Document.History.WriteCSV(&one); err != nil {
			return nil, err
		}
		for j, line := range strings.Split(strings.TrimSpace(one.String()), "\n") {
			switch {
			case j > 0:
				out.WriteString(r.model() + "," + line + "\n")
			case i == 0:
				out.WriteString("model," + line + "\n")
			}
		}
	}
	return out.Bytes(), nil
}

// outFolder is the folder that the report is written into.
type outFolder struct{ top, figures *durable.Folder }

func openOut(path string) (*outFolder, error) {
	top, err := durable.OpenFolder(path)
	if err != nil {
		return nil, failure.Wrap(err, "folder", "The report's folder cannot be written", "Name another with -out DIR")
	}
	figures, err := durable.OpenFolder(filepath.Join(path, "figures"))
	if err != nil {
		top.Close()
		return nil, failure.Wrap(err, "folder", "The report's folder cannot be written", "Name another with -out DIR")
	}
	return &outFolder{top, figures}, nil
}

func (o *outFolder) close() { o.figures.Close(); o.top.Close() }

func (o *outFolder) save(name string, b []byte, told func(string)) error {
	folder, base := o.top, name
	if rest, ok := strings.CutPrefix(name, "figures/"); ok {
		folder, base = o.figures, rest
	}
	if err := durable.Save(folder, base, b); err != nil {
		return failure.Wrap(err, "save", "The report could not be written", "Is the disk full?")
	}
	told(name)
	return nil
}
