package cli

import (
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"atelier/core/metrics"
	"atelier/core/train"
	"atelier/server/runs"
)

// lines decodes JSON lines.
func lines[T any](t *testing.T, text string) (out []T) {
	t.Helper()
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		var v T
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("not JSON: %q: %v", line, err)
		}
		out = append(out, v)
	}
	return out
}

// quick are the arguments of a run of two steps on the drawn sample.
var quick = []string{"train", "-engine", "core", "-data", "drawn", "-model", "model2", "-limit", "32", "-batch", "16", "-json"}

// last returns the last event of a command that must succeed.
func last(t *testing.T, args ...string) train.Event {
	t.Helper()
	code, stdout, stderr := atelier(t, context.Background(), nil, args...)
	if code != ExitDone {
		t.Fatalf("%v: exit %d: %s%s", args, code, stdout, stderr)
	}
	all := lines[train.Event](t, stdout)
	return all[len(all)-1]
}

// TestTrainEvalPredict goes the whole way of the command line once.
func TestTrainEvalPredict(t *testing.T) {
	if testing.Short() {
		t.Skip("trains and evaluates on the drawn sample")
	}
	dir := t.TempDir()
	straight := filepath.Join(dir, "straight")
	e := last(t, append(quick, "-steps", "2", "-out", straight)...)
	if e.Event != "done" || e.Step != 2 || e.Summary == nil || e.Out != straight || e.Engine != "core" || *e.BestEpoch != 1 || e.ValLoss == nil {
		t.Fatalf("the last event: %+v %+v", e, e.Summary)
	}
	broken := filepath.Join(dir, "broken")
	last(t, append(quick, "-steps", "1", "-workers", "1", "-out", broken)...)
	r := last(t, "train", "-engine", "core", "-data", "drawn", "-resume", broken, "-steps", "2", "-workers", "2", "-json")
	if *r.WeightsSHA256 != *e.WeightsSHA256 {
		t.Fatalf("resumed weights %s, straight %s", *r.WeightsSHA256, *e.WeightsSHA256)
	}

	best := filepath.Join(straight, "best.safetensors")
	code, stdout, stderr := atelier(t, context.Background(), nil, "eval", "-model", "model2", "-weights", best, "-data", "drawn", "-json")
	if code != ExitDone {
		t.Fatalf("eval: %d %s%s", code, stdout, stderr)
	}
	if v := lines[metrics.Evaluation](t, stdout); len(v) != 1 || v[0].Images != 1000 || v[0].Confusion.Total() != 1000 {
		t.Fatalf("eval: %+v", v)
	}

	picture := filepath.Join(dir, "shirt.png")
	writePNG(t, picture)
	drawings := filepath.Join(dir, "two.ndjson")
	text := `{"word":"pants","key_id":"77","drawing":[[[0,100,100,0,0],[0,0,200,200,0]]]}` + "\n\n" + `{"word":"dot","drawing":[[[5],[5]]]}` + "\n"
	if err := os.WriteFile(drawings, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr = atelier(t, context.Background(), nil, "predict", "-model", "model2", "-weights", best, "-json", picture, drawings)
	if code != ExitDone {
		t.Fatalf("predict: %d %s%s", code, stdout, stderr)
	}
	p := lines[prediction](t, stdout)
	if len(p) != 3 || p[0].Line != nil || p[0].Probabilities == nil || *p[1].Line != 1 || *p[1].KeyID != "77" || *p[2].Line != 3 || p[2].ClassID != nil || p[2].Reason == "" {
		t.Fatalf("predict: %s", stdout)
	}
	var sum float32
	for _, v := range p[0].Probabilities {
		sum += v
	}
	if sum < .9999 || sum > 1.0001 {
		t.Fatalf("the probabilities sum to %g", sum)
	}
}

// TestTrainSaysItsEngineFirst: the first line of a run names its engine and
// device, and why not a faster one; what is asked for and cannot be is an error.
func TestTrainSaysItsEngineFirst(t *testing.T) {
	t.Setenv("ATELIER_PJRT", "")
	t.Setenv("PJRT_PLUGIN_LIBRARY_PATH", t.TempDir()) // a folder without plugins
	args := append(quick[:len(quick):len(quick)], "-steps", "1", "-workers", "1", "-out", filepath.Join(t.TempDir(), "run"))
	args[2] = "auto"
	code, _, stderr := atelier(t, context.Background(), nil, args...)
	_, run, _ := strings.Cut(stderr, "\nTraining ") // after what is said of the data
	first, _, _ := strings.Cut(run, "\n")
	if code != ExitDone || !strings.Contains(first, "on core: CPU (") || !strings.Contains(first, "1 workers (xla:cuda: ") || !strings.Contains(first, "xla:cpu: ") {
		t.Errorf("exit %d; the first line of the run is %q", code, first)
	}
	t.Setenv("ATELIER_PJRT", "portable")
	for _, tt := range []struct{ engine, gpus, want string }{
		{"gomlx", "2", "spread over GPUs: 2 GPUs are asked for"},
		{"core", "2", "2 GPUs are asked for, but this run would be on the engine core"},
	} {
		args := append(quick[:len(quick):len(quick)], "-gpus", tt.gpus)
		args[2] = tt.engine
		if code, stdout, stderr := atelier(t, context.Background(), nil, args...); code != ExitFailed || !strings.Contains(stdout+stderr, tt.want) {
			t.Errorf("-engine %s -gpus %s: exit %d, %s%s", tt.engine, tt.gpus, code, stdout, stderr)
		}
	}
}

// writePNG draws a white rectangle on black.
func writePNG(t *testing.T, name string) {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 60, 80))
	for y := 10; y < 70; y++ {
		for x := 15; x < 45; x++ {
			img.SetGray(x, y, color.Gray{200})
		}
	}
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
}

func TestInterruptedTrainingIsSaved(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // Ctrl-C before the first step has ended
	out := filepath.Join(t.TempDir(), "run")
	code, stdout, stderr := atelier(t, ctx, nil, append(quick, "-out", out)...)
	if code != ExitInterrupted {
		t.Fatalf("exit %d, want 130: %s%s", code, stdout, stderr)
	}
	all := lines[train.Event](t, stdout)
	if e := all[len(all)-1]; e.Event != "interrupted" || e.Step != 1 || e.WeightsSHA256 == nil || e.ValLoss != nil {
		t.Fatalf("the last line: %s", stdout)
	}
	if asks := strings.Index(stderr, "Interrupt again to leave at once"); asks < 0 || asks > strings.Index(stderr, "Interrupted at step") {
		t.Fatalf("stderr does not say first that it stops: %s", stderr)
	}
	if !strings.Contains(stderr, "-resume "+out) {
		t.Fatalf("stderr does not say how to go on: %s", stderr)
	}
	code, stdout, _ = atelier(t, context.Background(), nil, append(quick, "-out", out)...)
	if code != ExitFailed || !strings.Contains(stdout, `"conflict"`) {
		t.Fatalf("a second run in its folder: exit %d %s", code, stdout)
	}
}

func TestTrainRefuses(t *testing.T) {
	dir := t.TempDir()
	fetched := filepath.Join(dir, "fetched")
	if err := os.MkdirAll(fetched, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(fetched, runs.LastFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		args []string
		code int
		want string
	}{
		{"model", []string{"train", "-model", "model9"}, ExitUsage, "model9"},
		{"recipe", []string{"train", "-recipe", "soup"}, ExitUsage, "soup"},
		{"engine", []string{"train", "-engine", "warp"}, ExitUsage, "warp"},
		{"epochs", []string{"train", "-epochs", "0"}, ExitUsage, "epochs"},
		{"batch", []string{"train", "-batch", "100000"}, ExitUsage, "must be 1 to 1024"},
		{"seed", []string{"train", "-seed", "4294967296"}, ExitUsage, "seed"},
		{"seed that is no number", []string{"train", "-seed", "x"}, ExitUsage, "seed"},
		{"monitor", []string{"train", "-monitor", "mood"}, ExitUsage, "mood"},
		{"epochs of a run that goes on", []string{"train", "-resume", dir, "-epochs", "-3"}, ExitUsage, "epochs"},
		{"a resume that names nothing", []string{"train", "-resume", ""}, ExitUsage, "-resume"},
		{"workers of training", []string{"train", "-workers", "-1"}, ExitUsage, "-workers"},
		{"workers of eval", []string{"eval", "-workers", "-1"}, ExitUsage, "-workers"},
		{"workers of bench", []string{"bench", "-workers", "-1"}, ExitUsage, "-workers"},
		{"a folder with a checkpoint", []string{"train", "-data", "drawn", "-out", fetched}, ExitFailed, "holds a run already"},
		{"nothing to resume", []string{"train", "-data", "drawn", "-resume", filepath.Join(dir, "nothing")}, ExitFailed, "no run"},
		{"weights", []string{"eval", "-weights", filepath.Join(dir, "none")}, ExitFailed, "cannot be opened"},
		{"weights that are none", []string{"eval", "-weights", "train_test.go"}, ExitFailed, "cannot be read"},
		{"no file to predict", []string{"predict"}, ExitUsage, "No file"},
		{"a report of nothing", []string{"report"}, ExitUsage, "one or two"},
		{"bench", []string{"bench", "-steps", "0"}, ExitUsage, "-steps"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, _ := atelier(t, context.Background(), nil, append(tt.args, "-json")...)
			if code != tt.code || !strings.Contains(stdout, tt.want) || !strings.Contains(stdout, `{"error":{"code":`) {
				t.Fatalf("exit %d, want %d: %s", code, tt.code, stdout)
			}
		})
	}
}

// On another engine a run's bits would change: that is for a person to say.
func TestARunGoesOnWhereItWasBegun(t *testing.T) {
	for _, tt := range []struct{ name, begun, given, want string }{
		{"on the core", "core", "", "core"},
		{"on the core, and now anywhere", "core", "auto", "auto"},
		{"on an accelerator", "gomlx", "", "auto"},
		{"nowhere", "", "", "auto"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if tt.begun != "" {
				b, err := json.Marshal(runs.Document{ID: "a", State: runs.Paused, Environment: runs.Environment{Engine: tt.begun}})
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, runs.DocumentFile), b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			f := &trainFlags{resume: dir, engine: "auto", given: map[string]bool{}}
			if tt.given != "" {
				f.engine, f.given["engine"] = tt.given, true
			}
			if got := f.engineWord(); got != tt.want {
				t.Errorf("it goes on with the engine %s, want %s", got, tt.want)
			}
		})
	}
}
