package api

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"atelier/core/checkpoint"
	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/runs"
)

// here is the page's side of a hand-over: a run in this process.
func here(t *testing.T, from []byte) engine.Run {
	t.Helper()
	data := train.Data{Images: &tiny().Train, Kind: tiny().Kind}
	if from == nil {
		cfg, err := shortConfig.Complete()
		if err != nil {
			t.Fatal(err)
		}
		r, err := engine.Core(1).New(cfg, data, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	file, err := checkpoint.Decode(from, checkpoint.Own())
	if err != nil {
		t.Fatal(err)
	}
	r, err := engine.Core(2).Resume(file, data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// steps trains a run n steps further.
func steps(t *testing.T, r engine.Run, n int) {
	t.Helper()
	err := r.Run(train.Hooks{Clock: func() float64 { return 0 }, AfterStep: func() error {
		if n--; n <= 0 {
			return train.ErrStopped
		}
		return nil
	}})
	if err != nil && !engine.Stopped(err) {
		t.Fatal(err)
	}
}

func encoded(t *testing.T, r engine.Run) []byte {
	t.Helper()
	file, err := r.View()
	if err != nil {
		t.Fatal(err)
	}
	b, err := checkpoint.Encode(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestARunMovesAndKeepsItsBits begins in the page, goes on on the server,
// comes back in the middle of an epoch, goes there again, and ends.
func TestARunMovesAndKeepsItsBits(t *testing.T) {
	r := serve(t, filepath.Join(t.TempDir(), "runs"))
	page := here(t, nil)
	steps(t, page, 1)
	d := r.run(t, "POST", "/api/runs/from-the-page/checkpoint", string(encoded(t, page)), 201)
	if d.Step != 1 || d.ID != "from-the-page" || d.Images != page.Images() {
		t.Fatalf("taken over: %+v", d)
	}
	r.untilStep(t, d.ID, 2)
	d = r.run(t, "POST", "/api/runs/from-the-page/pause", "", 200)
	code, b := r.ask(t, "GET", "/api/runs/from-the-page/last.safetensors", "")
	if code != 200 {
		t.Fatalf("fetching it back: %d", code)
	}
	page = here(t, b)
	if got := page.State().Step; got != d.Step {
		t.Fatalf("the page has step %d, the server paused at %d", got, d.Step)
	}
	if !page.Done() {
		steps(t, page, 1)
	}
	if !page.Done() {
		r.run(t, "POST", "/api/runs/from-the-page/checkpoint", string(encoded(t, page)), 201)
		d = r.until(t, "from-the-page", runs.Done)
	} else {
		d.Result = &runs.Result{WeightsSHA256: page.WeightsSHA256()}
	}
	want, err := undisturbed()
	if err != nil || d.Result.WeightsSHA256 != want {
		t.Fatalf("weights %s, undisturbed %s (%v)", d.Result.WeightsSHA256, want, err)
	}
}

func TestHandOverRefuses(t *testing.T) {
	r := serve(t, filepath.Join(t.TempDir(), "runs"))
	page := here(t, nil)
	steps(t, page, 1)
	good := encoded(t, page)
	busy := r.run(t, "POST", "/api/runs", long, 201)
	other := r.run(t, "POST", "/api/runs", `{"model":"model2","epochs":2,"batch":16,"seed":8}`, 201)
	r.run(t, "POST", "/api/runs/"+other.ID+"/stop", "", 200)
	ended := here(t, nil)
	steps(t, ended, 100)
	flipped := append([]byte{}, good...)
	flipped[len(flipped)/2] ^= 4
	tests := []struct {
		name, id string
		body     []byte
		want     int
	}{
		{"cut short", "a", good[:len(good)-1], 400},
		{"a flipped bit", "a", flipped, 400},
		{"more behind it", "a", append(append([]byte{}, good...), "PK\x03\x04"...), 400},
		{"too large", "a", make([]byte, checkpoint.Own().File+1), 413},
		{"weights without a run", "a", weightsOnly(t, page), 400},
		{"a run that has ended", "a", encoded(t, ended), 409},
		{"onto a run that trains", busy.ID, good, 409},
		{"onto another run", other.ID, good, 409},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, b := r.ask(t, "POST", "/api/runs/"+tt.id+"/checkpoint", string(tt.body))
			if code != tt.want {
				t.Fatalf("status %d, want %d: %s", code, tt.want, b)
			}
			var e struct{ Error struct{ Message string } }
			if err := json.Unmarshal(b, &e); err != nil || e.Error.Message == "" {
				t.Fatalf("no sentence: %s", b)
			}
		})
	}
	if code, _ := r.ask(t, "GET", "/api/runs/a", ""); code != 404 {
		t.Fatalf("a refused hand-over left a run behind: %d", code)
	}
}

func weightsOnly(t *testing.T, r engine.Run) []byte {
	t.Helper()
	file, err := r.View()
	if err != nil {
		t.Fatal(err)
	}
	delete(file.Meta, "state")
	b, err := checkpoint.Encode(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
