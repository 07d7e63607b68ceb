package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"atelier/server/cli"
	"atelier/server/weights"
)

// atelier runs the program in this process.
func atelier(t *testing.T, args ...string) {
	t.Helper()
	var out, err bytes.Buffer
	c := &cli.Console{Out: &out, Err: &err, Getenv: func(string) string { return "" }}
	if code := cli.Run(context.Background(), args, c); code != cli.ExitDone {
		t.Fatalf("atelier %s: exit %d: %s%s", strings.Join(args, " "), code, out.String(), err.String())
	}
}

// drawing is a line that any network can answer and no answer is wrong for.
const drawing = `{"word":"box","accept":[0,1,2,3,4,5,6,7,8,9],"drawing":[[[0,100,100,0,0],[0,0,100,100,0]]]}` + "\n"

// A tiny run on the drawn sample goes the whole way: trained, shipped, read
// again, its first steps repeated, its row in the table.
func TestARunIsShipped(t *testing.T) {
	if testing.Short() {
		t.Skip("trains, and measures some thousand images")
	}
	dir := t.TempDir()
	run, people := filepath.Join(dir, "run"), filepath.Join(dir, "people.ndjson")
	atelier(t, "train", "-engine", "core", "-data", "drawn", "-model", "model2", "-recipe", "best", "-limit", "64", "-batch", "16", "-epochs", "2", "-seed", "5", "-out", run)
	r := request{root: dir, out: filepath.Join(dir, "web", "weights"), data: "drawn", drawings: people, say: io.Discard}
	for name, text := range map[string]string{"people.ndjson": drawing, "README.md": "# Title\n\n<!-- table of weights: go run ./scripts/ship -->\n<!-- end of the table -->\n\nmore\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.ship([]string{run}); err != nil {
		t.Fatal(err)
	}
	cards, err := weights.AllCards(os.DirFS(filepath.Join(dir, "web")))
	if err != nil || len(cards) != 1 {
		t.Fatalf("%d cards: %v", len(cards), err)
	}
	c := cards[0]
	net, err := weights.Open("model2", filepath.Join(r.out, "model2-best.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	if net.WeightsSHA256() != c.ShippedSHA256 || c.Type != "F16" || c.Bytes > 700_000 {
		t.Errorf("the weights are %s, %d bytes of %s", net.WeightsSHA256(), c.Bytes, c.Type)
	}
	if want := "bin/atelier train -model model2 -recipe best -engine core -seed 5 -epochs 2 -limit 64 -batch 16 -data drawn"; c.Command != want {
		t.Errorf("command %q, want %q", c.Command, want)
	}
	// The run has 8 steps: the fingerprint "after step 20" is that of its end.
	if c.Step20SHA256 != c.WeightsSHA256 {
		t.Errorf("the steps repeated give %s, the run gave %s", c.Step20SHA256, c.WeightsSHA256)
	}
	if c.Drawings == nil || c.Drawings.All.Top1.Right != 1 || c.Generated.Top1.Of != 2000 || c.Test.Images != 1000 || c.Calibrated == nil {
		t.Errorf("the card lacks figures: %+v", c)
	}
	names, err := filepath.Glob(filepath.Join(r.out, "model2-best.*"))
	if err != nil || len(names) != 5 {
		t.Errorf("files %v", names)
	}
	text, err := os.ReadFile(filepath.Join(r.out, "model2-best.md"))
	if err != nil || string(text) != c.Markdown() || !strings.Contains(string(text), "not Fashion-MNIST") {
		t.Errorf("the card for people: %v\n%s", err, text)
	}
	table(t, dir, "| [`best`](web/weights/model2-best.md), shipped | 2 |")

	// The figures of a run alone, twice: nothing is added to the weights.
	r.bare = true
	if err := r.ship([]string{run}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(r.out, "measured", "model2-best-2-epochs-seed-5.card.json")); err != nil {
		t.Error(err)
	}
	table(t, dir, "shipped | 2 |")
}

// table checks that the README has a row and kept its text.
func table(t *testing.T, dir, want string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(string(b), "\n")
	n := 0
	for _, row := range rows {
		if strings.Contains(row, want) {
			n++
		}
	}
	if n != 1 || !slices.Contains(rows, "more") || !slices.Contains(rows, "# Title") {
		t.Errorf("%d rows with %q in\n%s", n, want, b)
	}
}

func TestWhatIsNotShipped(t *testing.T) {
	dir := t.TempDir()
	doc := func(state, data string) string {
		folder := filepath.Join(dir, state+data)
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		text := `{"state":"` + state + `","config":{"model":"model2","recipe":"best"},"environment":{"data":"` + data + `"},"best":{"epoch":1},"result":{}}`
		if err := os.WriteFile(filepath.Join(folder, "run.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return folder
	}
	for _, tt := range []struct{ name, folder, want string }{
		{"stopped", doc("stopped", "drawn"), "only a finished run"},
		{"of other images", doc("done", "real"), "trained on real images"},
		{"no run", filepath.Join(dir, "nothing"), "nothing"},
		{"without weights", doc("done", "drawn"), "cannot be opened"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := request{root: dir, out: filepath.Join(dir, "out"), data: "drawn", say: io.Discard}
			if err := r.ship([]string{tt.folder}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}
