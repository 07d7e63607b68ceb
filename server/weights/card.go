package weights

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"atelier/core/fashion"
	"atelier/core/infer"
	"atelier/core/metrics"
	"atelier/core/nn"
	"atelier/core/train"
	"atelier/server/runs"
	"atelier/web"
)

// Card is what is known of a finished run and, where its weights come with the
// program, of their file: who trained them, how, and how good they are. It is
// written by scripts/ship from the run's folder, never by hand.
type Card struct {
	Model      string `json:"model"`
	Recipe     string `json:"recipe"`
	Title      string `json:"title"`
	Parameters int    `json:"parameters"`

	// The file of weights beside the card; empty where only figures are kept.
	File   string `json:"file,omitempty"`
	Bytes  int    `json:"bytes,omitempty"`
	Type   string `json:"type,omitempty"` // F16 or F32, of weights; the rest is F32
	SHA256 string `json:"sha256,omitempty"`

	Config    train.Config   `json:"config"`
	Changes   []train.Change `json:"changes,omitempty"`
	Command   string         `json:"command"`
	BestEpoch int            `json:"best_epoch"`
	Data      string         `json:"data"`
	Engine    string         `json:"engine"`
	Device    string         `json:"device"`
	Workers   int            `json:"workers"`
	Go        string         `json:"go"`
	Commit    string         `json:"commit"`
	Seconds   float64        `json:"seconds"` // of training and validation

	// WeightsSHA256 is the run's fingerprint after its last step, Step20SHA256
	// that after step 20, for runs on our core. The shipped weights are those of
	// the best epoch, averaged where the recipe averages; theirs is ShippedSHA256.
	WeightsSHA256 string `json:"weights_sha256"`
	Step20SHA256  string `json:"step20_sha256,omitempty"`
	ShippedSHA256 string `json:"shipped_sha256"`

	Validation Validation         `json:"validation"`
	Test       Measured           `json:"test"`
	Mirrored   Measured           `json:"mirrored"` // the test images, flipped left to right
	First1000  int                `json:"first_1000_correct"`
	Generated  Generated          `json:"generated"`
	Drawings   *Drawings          `json:"drawings,omitempty"` // people's
	Calibrated *infer.Calibration `json:"calibration,omitempty"`
}

// Validation are the right answers of the best weights on the validation
// images, before and after their rounding to the file's type.
type Validation struct {
	Images  int `json:"images"`
	Exact   int `json:"exact_correct"`
	Rounded int `json:"rounded_correct"`
}

// Measured are the figures of one list of images.
type Measured struct {
	Images   int     `json:"images"`
	Correct  int     `json:"correct"`
	Accuracy float64 `json:"accuracy"`
	Loss     float64 `json:"loss"`
	MacroF1  float64 `json:"macro_f1"`
}

// Generated are figures on the generator's held-out drawings, each seed and
// every range of which training does not use.
type Generated struct {
	Top1    metrics.Rate     `json:"top1"`
	Classes [10]metrics.Rate `json:"classes"`
}

// Drawings are figures on drawings by people.
type Drawings struct {
	File string              `json:"file"`
	All  metrics.WordScore   `json:"all"`
	Word []metrics.WordScore `json:"words"`
}

// CardSuffix is how the names of cards end.
const CardSuffix = ".card.json"

// Folder and Measurements are where cards lie: beside their weights, and those
// of further runs without.
const (
	Folder       = "weights"
	Measurements = Folder + "/measured"
)

// NewCard says of a finished run all that is not measured.
func NewCard(doc *runs.Document, best *nn.Net) (*Card, error) {
	recipe, err := train.RecipeFor(doc.Config.Recipe, doc.Config.Model)
	if err != nil {
		return nil, err
	}
	c := &Card{
		Model: doc.Config.Model, Recipe: doc.Config.Recipe, Title: recipe.Title, Parameters: len(best.Params),
		Config: doc.Config, Changes: doc.Changes, Command: command(doc, recipe), BestEpoch: doc.Best.Epoch,
		Data: doc.Environment.Data, Engine: doc.Environment.Engine, Device: doc.Environment.Device, Workers: doc.Environment.Workers,
		Go: doc.Environment.Go, Commit: doc.Environment.Version, WeightsSHA256: doc.Result.WeightsSHA256,
	}
	for _, r := range doc.History {
		c.Seconds += r.Seconds
	}
	return c, nil
}

// Epochs is how many epochs the run was for in the end.
func (c *Card) Epochs() int {
	epochs := c.Config.Epochs
	for _, change := range c.Changes {
		if change.Key == "epochs" {
			epochs = int(change.Value)
		}
	}
	return epochs
}

// command is what trains the run again; what the recipe says itself is left out.
func command(doc *runs.Document, recipe train.Recipe) string {
	cfg := doc.Config
	s := fmt.Sprintf("bin/atelier train -model %s -recipe %s -engine %s -seed %d", cfg.Model, cfg.Recipe, doc.Environment.Engine, cfg.Seed)
	for _, o := range []struct {
		flag        string
		value, from any
	}{
		{"epochs", cfg.Epochs, recipe.Epochs}, {"steps", cfg.Steps, 0}, {"limit", cfg.Limit, 0}, {"batch", cfg.Batch, recipe.Batch},
		{"lr", cfg.LR, recipe.LR}, {"monitor", cfg.Monitor, recipe.Monitor},
	} {
		if o.value != o.from {
			s += fmt.Sprintf(" -%s %v", o.flag, o.value)
		}
	}
	if doc.Environment.Data != fashion.KindReal {
		s += " -data " + doc.Environment.Data
	}
	return s
}

// Attach says that the card's weights are shipped, in file.
func (c *Card) Attach(file []byte) {
	sum := sha256.Sum256(file)
	c.File, c.Bytes, c.SHA256 = c.Model+"-"+c.Recipe+".safetensors", len(file), hex.EncodeToString(sum[:])
}

// Name is how a card's files begin: MODEL-RECIPE, and where no weights are
// shipped the epochs and the seed too, since there may be several such runs.
func (c *Card) Name() string {
	name := c.Model + "-" + c.Recipe
	if c.File == "" {
		name += fmt.Sprintf("-%d-epochs-seed-%d", c.Epochs(), c.Config.Seed)
	}
	return name
}

// Encode writes a card.
func (c *Card) Encode() ([]byte, error) {
	b, err := json.MarshalIndent(c, "", "  ")
	return append(b, '\n'), err
}

// ReadCards reads the cards of a folder of fsys, in the order of their names.
func ReadCards(fsys fs.FS, folder string) ([]*Card, error) {
	names, err := fs.Glob(fsys, path.Join(folder, "*"+CardSuffix))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var cards []*Card
	for _, name := range names {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		c := &Card{}
		d := json.NewDecoder(strings.NewReader(string(b)))
		d.DisallowUnknownFields()
		if err := d.Decode(c); err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", name, err)
		}
		if _, err := nn.ByName(c.Model); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		cards = append(cards, c)
	}
	return cards, nil
}

// Shipped lists the cards of the weights that come with the program.
func Shipped() ([]*Card, error) { return ReadCards(web.Weights, Folder) }

// CardOf returns the card of weights that come with the program, named as for
// Open; nil of a file's, which has none.
func CardOf(model, name string) (*Card, error) {
	recipe, ok := strings.CutPrefix(Named(model, name), "shipped:")
	if !ok {
		return nil, nil
	}
	cards, err := Shipped()
	for _, c := range cards {
		if c.Model == model && c.Recipe == recipe {
			return c, err
		}
	}
	return nil, err
}

// AllCards reads the cards of shipped weights and of further runs; fsys is the
// folder web.
func AllCards(fsys fs.FS) ([]*Card, error) {
	shipped, err := ReadCards(fsys, Folder)
	if err != nil {
		return nil, err
	}
	more, err := ReadCards(fsys, Measurements)
	return append(shipped, more...), err
}
