package train

import (
	"bytes"
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

// A history is refused, or written and read again the same.
func FuzzParseHistory(f *testing.F) {
	f.Add([]byte("epoch,train_loss,train_acc,val_loss,val_acc,lr,seconds\n1,0.5,0.8,0.4,0.85,0.001,12.5\n2,0.4,0.85,,,0.001,12.25\n"))
	f.Add([]byte("epoch,train_loss\n1,2\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := ParseHistory(bytes.NewReader(b))
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if err := h.WriteCSV(&first); err != nil {
			t.Fatal(err)
		}
		again, err := ParseHistory(bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatalf("%v in\n%s", err, first.Bytes())
		}
		if err := again.WriteCSV(&second); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s\nbecame\n%s", first.Bytes(), second.Bytes())
		}
	})
}
