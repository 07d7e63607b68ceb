package weights

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"atelier/core/checkpoint"
	"atelier/core/fashion"
	"atelier/core/nn"
	"atelier/core/train"
	"atelier/scripts/reference"
	"atelier/server/datafiles"
	"atelier/server/engine"
	"atelier/web"
)

// most is how many bytes all shipped weights may have together.
const most = 12_000_000

// shipped returns the cards of the weights in web/weights.
func shipped(t *testing.T) []*Card {
	t.Helper()
	cards, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	if len(cards) == 0 {
		t.Fatal("no weights are shipped: web/weights is empty or not embedded")
	}
	return cards
}

// data is Fashion-MNIST; the test is skipped where it is missing.
func data(t *testing.T) *fashion.Dataset {
	t.Helper()
	dir := filepath.Join(reference.Dir(t), "fashion-mnist")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the data set is missing: %v", err)
	}
	set, err := datafiles.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Every file has its card and every card its files; the weights load into
// their network, are those that the card names, and are small enough.
func TestShippedWeightsMatchTheirCards(t *testing.T) {
	cards := shipped(t)
	total := 0
	known := []string{"README.md", "measured"}
	for _, c := range cards {
		t.Run(c.Name(), func(t *testing.T) {
			b, err := web.Weights.ReadFile(path.Join(Folder, c.File))
			if err != nil {
				t.Fatal(err)
			}
			total += len(b)
			if sum := sha256.Sum256(b); len(b) != c.Bytes || hex.EncodeToString(sum[:]) != c.SHA256 {
				t.Errorf("%s has %d bytes and the SHA-256 %x, not %d and %s", c.File, len(b), sum, c.Bytes, c.SHA256)
			}
			net, err := Open(c.Model, "shipped:"+c.Recipe)
			if err != nil {
				t.Fatal(err)
			}
			if sha := net.WeightsSHA256(); sha != c.ShippedSHA256 || len(net.Params) != c.Parameters {
				t.Errorf("the fingerprint is %s of %d parameters, the card says %s of %d", sha, len(net.Params), c.ShippedSHA256, c.Parameters)
			}
			f, err := checkpoint.Decode(b, checkpoint.Foreign())
			if err != nil {
				t.Fatal(err)
			}
			if f.Meta["model"] != c.Model || f.Meta["recipe"] != c.Recipe {
				t.Errorf("the file says that it is %s by %s", f.Meta["model"], f.Meta["recipe"])
			}
			text, err := web.Weights.ReadFile(path.Join(Folder, c.Name()+".md"))
			if err != nil || string(text) != c.Markdown() {
				t.Errorf("%s.md is not the card's text (%v)", c.Name(), err)
			}
		})
		known = append(known, c.File, c.Name()+CardSuffix, c.Name()+".md", c.Name()+".json", c.Name()+".csv")
	}
	if total > most {
		t.Errorf("the weights have %d bytes together, more than %d", total, most)
	}
	entries, err := web.Weights.ReadDir(Folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(known, e.Name()) {
			t.Errorf("%s belongs to no card", e.Name())
		}
	}
}

// Looked at again, the first 1,000 test images are named as the card says.
func TestShippedWeightsReproduceTheirCards(t *testing.T) {
	cards, set := shipped(t), data(t)
	part := fashion.Images{Pixels: set.Test.Pixels[:first*fashion.Area], Labels: set.Test.Labels[:first]}
	for _, c := range cards {
		t.Run(c.Name(), func(t *testing.T) {
			if c.Data != fashion.KindReal {
				t.Fatalf("the weights were trained on %s images", c.Data)
			}
			net, err := Open(c.Model, "shipped:"+c.Recipe)
			if err != nil {
				t.Fatal(err)
			}
			m, right, err := Images(engine.Predictor(net, 0, nil), &part, false)
			if err != nil {
				t.Fatal(err)
			}
			if m.Correct != c.First1000 || right != c.First1000 {
				t.Errorf("%d of the first 1,000 are right, the card says %d", m.Correct, c.First1000)
			}
		})
	}
}

// The first 20 steps of the run that made the weights give the fingerprint
// that the card names: recipe, generator and core are still those it was
// trained with.
func TestShippedRunsBeginAsTheyDid(t *testing.T) {
	if testing.Short() {
		t.Skip("20 steps of every shipped run: without -short only")
	}
	cards, set := shipped(t), data(t)
	for _, c := range cards {
		if c.Engine != "core" {
			continue
		}
		t.Run(c.Name(), func(t *testing.T) {
			sha, err := Fingerprint20(c.Config, c.Changes, train.Data{Images: &set.Train, Kind: set.Kind})
			if err != nil {
				t.Fatal(err)
			}
			if sha != c.Step20SHA256 {
				t.Errorf("the fingerprint after step 20 is %s, the card says %s", sha, c.Step20SHA256)
			}
		})
	}
}

// The README's table is that of the cards.
func TestTheReadmesTableIsTheCards(t *testing.T) {
	cards, err := AllCards(web.Weights)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	text, err := PutTable(string(b), cards)
	if err != nil {
		t.Fatal(err)
	}
	if text != string(b) {
		t.Error("README.md has another table than the cards: go run ./scripts/ship")
	}
}

func TestOpenSaysWhatIsMissing(t *testing.T) {
	other := filepath.Join(t.TempDir(), "model2.safetensors")
	net := nn.NewNet(nn.Model2)
	net.Init(1)
	b, err := checkpoint.EncodeHalf(&checkpoint.File{Tensors: net.StateDict(), Meta: map[string]string{"model": "model2"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other, b, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, model, weights, want string }{
		{"no such recipe", "model1", "shipped:secret", "no weights \"shipped:secret\""},
		{"another network's", "model1", other, "do not fit"},
		{"no file", "model1", filepath.Join(t.TempDir(), "none"), "cannot be opened"},
		{"no network", "model3", "shipped", "no network"},
		{"nothing named", "model1", "", "No weights were named"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Open(tt.model, tt.weights); err == nil || !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(tt.want)) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
	if _, err := Open("model2", other); err != nil {
		t.Errorf("a file of half precision is refused: %v", err)
	}
	if _, err := fs.Stat(web.Weights, pathOf("model1", "best")); err != nil {
		if _, err := Open("model1", "shipped:best"); err == nil || !strings.Contains(err.Error(), "without weights of model1 by the recipe best") {
			t.Errorf("without shipped weights: %v", err)
		}
	}
	for _, c := range shipped(t) {
		if name := Named(c.Model, "shipped"); name != "shipped:sketch" && c.Recipe == "sketch" || name == "shipped:report" && c.Recipe == "best" {
			t.Errorf("%s opens with %s, though there is %s", c.Model, name, c.Recipe)
		}
	}
}
