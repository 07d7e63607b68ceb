package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/xml"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"atelier/core/fashion"
	"atelier/core/sample"
	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
	"atelier/server/runs"
	"atelier/server/runs/training"
)

// tiny is a data set that is large enough to have a test image 123.
func tiny() *fashion.Dataset {
	return &fashion.Dataset{Train: *sample.Synthetic(40), Test: *sample.Synthetic(130), Kind: fashion.KindDrawn}
}

// trained makes the folder of a run of two epochs.
func trained(t *testing.T, model string) string {
	t.Helper()
	set := tiny()
	cfg, err := train.Config{Model: model, Recipe: "report", Epochs: 2, Batch: 32, Seed: 1}.Complete()
	if err != nil {
		t.Fatal(err)
	}
	eng := engine.Core(1)
	run, err := eng.New(cfg, train.Data{Images: &set.Train, Kind: set.Kind}, nil)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), model+"-run")
	folder, err := runs.OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	doc := &runs.Document{ID: filepath.Base(path), Owner: runs.ByTerminal, Created: time.Now(), Environment: runs.NewEnvironment(eng, set.Kind)}
	if _, err := (&training.Loop{Run: run, Folder: folder, Document: doc}).Train(); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t *testing.T, folders ...string) (all []*Run) {
	t.Helper()
	for _, f := range folders {
		r, err := Open(context.Background(), f, tiny(), nil)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func TestReportOfTwoRuns(t *testing.T) {
	out := filepath.Join(t.TempDir(), "report")
	var names []string
	err := Write(context.Background(), out, open(t, trained(t, "model1"), trained(t, "model2")), tiny(), func(n string) { names = append(names, n) })
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"index.html", "report.md", "history.csv", "classification_report_model1.txt", "classification_report_model2.txt",
		"confusion_model1.csv", "confusion_model2.csv", "figures/figure-01-test-images.png", "figures/figure-02-curves-model1.svg",
		"figures/figure-03-curves-model2.png", "figures/figure-05-classes-model2.svg", "figures/figure-07-confusion-model2.png",
		"figures/figure-08-conv1-model1.png", "figures/figure-11-features-10-model2.svg", "figures/filters-conv1-model1.png", "figures/preview-model2.png",
	} {
		if !slices.Contains(names, want) {
			t.Errorf("no %s", want)
		}
	}
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		checkFile(t, name, b)
	}
	page, err := os.ReadFile(filepath.Join(out, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Table 3", "0.9272", "Macro avg F1", "figures/figure-11-features-10-model2.svg", "not on Fashion-MNIST"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("index.html lacks %q", want)
		}
	}
	if strings.Contains(string(page), "<script") || strings.Contains(string(page), "http") {
		t.Error("index.html needs something from elsewhere")
	}
}

// checkFile decodes a file as its kind.
func checkFile(t *testing.T, name string, b []byte) {
	t.Helper()
	var err error
	switch filepath.Ext(name) {
	case ".png":
		img, e := png.Decode(bytes.NewReader(b))
		if err = e; err == nil && (img.Bounds().Dx() < 200 || img.Bounds().Dy() < 100) {
			t.Errorf("%s is %v only", name, img.Bounds())
		}
	case ".svg":
		d := xml.NewDecoder(bytes.NewReader(b))
		for err == nil {
			_, err = d.Token()
		}
		if err == io.EOF {
			err = nil
		}
	case ".csv":
		rows, e := csv.NewReader(bytes.NewReader(b)).ReadAll()
		if err = e; err == nil && len(rows) < 5 {
			t.Errorf("%s has %d rows", name, len(rows))
		}
	}
	if err != nil || len(b) == 0 {
		t.Errorf("%s: %d bytes, %v", name, len(b), err)
	}
}

func TestReportRefuses(t *testing.T) {
	run := trained(t, "model2")
	err := Write(context.Background(), t.TempDir(), open(t, run, run), tiny(), func(string) {})
	if !failure.Is(err, failure.Usage) {
		t.Errorf("two runs of one model gave %v", err)
	}
	if _, err := Open(context.Background(), t.TempDir(), tiny(), nil); !failure.Is(err, failure.NotFound) {
		t.Errorf("a folder without a run gave %v", err)
	}
}
