package train

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"testing"

	"atelier/core/nn"
)

var update = flag.Bool("update", false, "write testdata/golden.json anew")

const goldenFile = "testdata/golden.json"

// goldenSteps are after how many steps the weights' hash is held.
var goldenSteps = []int{2, 20}

// crew is how a run is computed.
type crew struct{ workers, processors int }

// brief says whether a run takes but the first of the steps held: large batches
// do all of them alone and with more workers than processors.
func (c crew) brief(batch int) bool {
	return testing.Short() || (batch == 128 && (c.workers == 2 || c.workers == 3) && !soaking())
}

// crews are the ways of computing a run here. -short makes two steps with the
// first and one of several workers.
func crews() []crew {
	switch {
	case runtime.GOARCH == "wasm":
		return []crew{{1, 1}}
	case testing.Short():
		return []crew{{1, 2}, {3, 2}}
	case soaking():
		return []crew{{1, 1}, {2, 1}, {3, 1}, {8, 1}, {1, 2}, {2, 2}, {3, 2}, {8, 2}}
	}
	return []crew{{1, 1}, {2, 2}, {3, 1}, {8, 2}}
}

func goldenKey(model string, batch, step int) string {
	return fmt.Sprintf("%s, batch %d, step %d", model, batch, step)
}

// hashes trains the recipe report on the real images and returns the weights'
// hash after each of the steps.
func hashes(t *testing.T, cfg Config, opt Options, after ...int) []string {
	t.Helper()
	tr := begin(t, cfg, realData(t), opt)
	var found []string
	for _, n := range after {
		for tr.state.Step < n {
			step(t, tr)
		}
		found = append(found, tr.Net.WeightsSHA256())
	}
	return found
}

// The weights after 2 and 20 steps have one hash wherever and by however many
// workers they are computed: one file, without a build tag or a value of any
// platform. Dropout, order and augmentation are on.
func TestGolden(t *testing.T) {
	if *update {
		writeGolden(t)
	}
	want := readGolden(t)
	for _, model := range []string{nn.Model1.Name, nn.Model2.Name} {
		for _, batch := range []int{128, 37} {
			for _, c := range crews() {
				t.Run(fmt.Sprintf("%s/batch %d/%d workers on %d processors", model, batch, c.workers, c.processors), func(t *testing.T) {
					defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(c.processors))
					after := goldenSteps
					if c.brief(batch) {
						after = after[:1]
					}
					got := hashes(t, Config{Model: model, Batch: batch, Seed: DefaultSeed}, Options{Workers: c.workers}, after...)
					for i, n := range after {
						if key := goldenKey(model, batch, n); got[i] != want[key] {
							t.Fatalf("%s: the weights' SHA-256 is %s, and %s has %q. If the arithmetic was meant to change: go test ./core/train -run Golden -update", key, got[i], goldenFile, want[key])
						}
					}
				})
			}
		}
	}
}

func readGolden(t *testing.T) map[string]string {
	t.Helper()
	b, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	if len(want) != 8 {
		t.Fatalf("%s has %d hashes, not 8", goldenFile, len(want))
	}
	return want
}

func writeGolden(t *testing.T) {
	t.Helper()
	golden := map[string]string{}
	for _, model := range []string{nn.Model1.Name, nn.Model2.Name} {
		for _, batch := range []int{128, 37} {
			for i, h := range hashes(t, Config{Model: model, Batch: batch, Seed: DefaultSeed}, Options{}, goldenSteps...) {
				golden[goldenKey(model, batch, goldenSteps[i])] = h
			}
		}
	}
	b, err := json.MarshalIndent(golden, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(goldenFile, append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
