package train

import (
	"encoding/json"
	"strings"
	"testing"

	"atelier/core/checkpoint"
)

// Whatever a file says of its run, it is refused or goes on: no panic.
func FuzzResume(f *testing.F) {
	tr := begin(f, smallConfig("small-bn", "best"), smallData(), Options{})
	if err := tr.Change("lr", .002); err != nil {
		f.Fatal(err)
	}
	cfg := tr.state.Config
	for tr.state.Step < 10 {
		if err := tr.closeEpoch(newMeter(tr, Hooks{Clock: noClock})); err != nil {
			f.Fatal(err)
		}
		step(f, tr)
	}
	good := saved(f, tr)
	file, err := checkpoint.Decode(good, checkpoint.Own())
	if err != nil {
		f.Fatal(err)
	}
	state := file.Meta[stateKey]
	f.Add(state)
	f.Add(strings.Replace(state, `"step":10`, `"step":9`, 1))
	f.Add(strings.Replace(state, `"images":37`, `"images":-1`, 1))
	f.Add(strings.Replace(state, `"scale":1`, `"scale":1e300`, 1))
	f.Add(`{}`)
	f.Fuzz(func(t *testing.T, state string) {
		file, err := checkpoint.Decode(good, checkpoint.Own())
		if err != nil {
			t.Fatal(err)
		}
		file.Meta[stateKey] = state
		s, err := ReadState(file)
		if err != nil || s.Config.Batch > 64 || s.Config.Limit != cfg.Limit {
			return // refused, or allowed and slow
		}
		tr, err := Resume(file, smallData(), Options{})
		if err != nil || tr.Done() {
			return
		}
		if r, err := tr.Step(); err == nil && r.Images < 1 {
			t.Errorf("a step of %d images", r.Images)
		}
	})
}

// A config is completed or refused, and a complete one is complete.
func FuzzConfig(f *testing.F) {
	f.Add([]byte(`{"model":"model1"}`))
	f.Add([]byte(`{"model":"model2","recipe":"best","epochs":3,"batch":64,"lr":0.01,"seed":7,"monitor":"val_acc","limit":2048,"steps":16}`))
	f.Add([]byte(`{"model":"model1","lr":1e999}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var c Config
		if json.Unmarshal(b, &c) != nil {
			return
		}
		whole, err := c.Complete()
		if err != nil {
			return
		}
		again, err := whole.Complete()
		if err != nil || again != whole {
			t.Errorf("%+v completes to %+v, which completes to %+v (%v)", c, whole, again, err)
		}
	})
}
