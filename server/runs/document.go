package runs

import (
	"encoding/json"
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"
	"time"

	"atelier/core/fashion"
	"atelier/core/metrics"
	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
)

// States of a run.
const (
	Queued      = "queued"      // waits for the run before it
	Running     = "running"     // trains
	Paused      = "paused"      // waits for a person, saved
	Stopped     = "stopped"     // ended by a person, saved; can be resumed
	Interrupted = "interrupted" // ended by the program's end, saved; goes on by itself in a server
	Done        = "done"
	Failed      = "failed"
)

// Owners of a run: who goes on with it after an interruption.
const (
	ByServer   = "server"   // goes on by itself when the server starts again
	ByTerminal = "terminal" // goes on by -resume
)

// Document is run.json: all of a run that people ask about. What is needed to
// go on with the same bits is in the checkpoint.
type Document struct {
	ID          string           `json:"id"`
	State       string           `json:"state"`
	Owner       string           `json:"owner"` // server, or terminal
	Asked       string           `json:"asked_engine,omitempty"`
	Created     time.Time        `json:"created"`
	Updated     time.Time        `json:"updated"`
	Config      train.Config     `json:"config"`
	Changes     []train.Change   `json:"changes,omitempty"`
	Step        int              `json:"step"`
	Steps       int              `json:"steps"`            // where the run ends
	Images      int              `json:"images,omitempty"` // that an epoch trains on
	Seconds     float64          `json:"seconds"`
	HandedOver  string           `json:"handed_over_sha256,omitempty"` // of the checkpoint that a page handed over, as it came
	Environment Environment      `json:"environment"`
	History     train.History    `json:"history"`
	Best        *train.Best      `json:"best,omitempty"`
	BestAcc     *train.Best      `json:"best_acc,omitempty"`
	Result      *Result          `json:"result,omitempty"`
	Error       *failure.Failure `json:"error,omitempty"`
	Warning     *failure.Failure `json:"warning,omitempty"` // in spite of which it goes on: it could not be saved
}

// Result is what a run came to.
type Result struct {
	WeightsSHA256 string              `json:"weights_sha256"` // after the last step
	Test          *metrics.Evaluation `json:"test,omitempty"` // of the best weights, on the test set
}

// Environment is what a run was computed on. It changes no bit of a run on the
// core.
type Environment struct {
	Engine  string `json:"engine"`
	Device  string `json:"device"`
	Workers int    `json:"workers"`
	Data    string `json:"data"` // real or drawn
	OS      string `json:"os"`
	Arch    string `json:"arch"`
	CPUs    int    `json:"cpus"`
	Go      string `json:"go"`
	Version string `json:"version,omitempty"` // of this program: its revision
}

// NewEnvironment describes this process and an engine.
func NewEnvironment(e engine.Engine, data string) Environment {
	env := Environment{
		Engine: e.Name(), Device: e.Device(), Workers: e.Workers(), Data: data,
		OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU(), Go: runtime.Version(),
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				env.Version = s.Value
			}
		}
	}
	return env
}

// idPattern is what a run may be called; it is also its folder's name.
var idPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

// ValidID says whether a run may be called that.
func ValidID(id string) bool { return idPattern.MatchString(id) }

// NewID names a run by what it is and when it began.
func NewID(cfg train.Config, now time.Time) string {
	return cfg.Model + "-" + cfg.Recipe + "-" + now.UTC().Format("20060102-150405")
}

// follow brings the document to the state of the run.
func (d *Document) follow(r engine.Run) {
	s := r.State()
	d.Config, d.Changes, d.Step, d.Steps, d.History = s.Config, s.Changes, s.Step, r.TotalSteps(), s.History
	d.Best, d.BestAcc = s.Best, s.BestAcc
	d.Images = r.Images()
}

// EpochImages is how many images of a set an epoch trains on, as the split has it.
func EpochImages(set *fashion.Dataset, cfg train.Config) int {
	n := set.Train.Len() * 9 / 10
	if cfg.Limit > 0 {
		return min(n, cfg.Limit)
	}
	return n
}

// encode returns run.json. What train lets a run collect fits into it.
func (d *Document) encode() ([]byte, error) {
	d.Updated = time.Now().UTC()
	if d.History == nil {
		d.History = train.History{} // [] in the JSON
	}
	b, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", DocumentFile, err)
	}
	b = append(b, '\n')
	if len(b) > MaxDocument {
		return nil, failure.New(failure.TooLarge, fmt.Sprintf("run.json would have %d bytes, and more than %d could not be read again", len(b), MaxDocument), "")
	}
	return b, nil
}
