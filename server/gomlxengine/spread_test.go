package gomlxengine

import (
	"strings"
	"testing"

	"atelier/core/train"
)

// twoDevices are two devices that share each batch.
func twoDevices(t *testing.T) *Device {
	t.Helper()
	two, err := severalDevices(2)
	if err == nil {
		two, err = two.Spread(2)
	}
	if err != nil {
		t.Fatal(err)
	}
	return two
}

// TestSpreadTrainsLikeOne: a run shared by two devices, and one that moves from
// two to one, end with the bits of one device, dropout, BatchNorm and averages
// included: the devices of the test compute the whole graph, so what is tested
// is all that goes to them and comes back.
func TestSpreadTrainsLikeOne(t *testing.T) {
	cfg := train.Config{Model: "model2", Recipe: "best", Seed: 5, Epochs: 2, Batch: 4}
	data := firstImages(t, 12) // 10 to train on, the last batch of 2
	if raceDetector {
		cfg.Epochs = 1
		relay(t, cfg, data, 1, leg{twoDevices(t), 0})
		return // the goroutines have run; the rest is arithmetic
	}
	want := relay(t, cfg, data, 1, leg{portableDevice(t), 0}).Net.WeightsSHA256()
	two := twoDevices(t)
	if got := relay(t, cfg, data, 1, leg{two, 0}).Net.WeightsSHA256(); got != want {
		t.Errorf("two devices end at %s, one at %s", got, want)
	}
	if got := relay(t, cfg, data, 1, leg{two, 4}, leg{portableDevice(t), 0}).Net.WeightsSHA256(); got != want {
		t.Errorf("two devices and then one end at %s, one alone at %s", got, want)
	}
}

func TestSpreadRefuses(t *testing.T) {
	two, err := severalDevices(2)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		of   *Device
		n    int
		want string
	}{
		{"none", two, 0, "1 GPU or more, not 0"},
		{"too many", two, 3, "3 GPUs are asked for, but "},
		{"one device", portableDevice(t), 2, "has 1 device"},
	} {
		if _, err := tt.of.Spread(tt.n); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: Spread(%d) says %v, which does not hold %q", tt.name, tt.n, err, tt.want)
		}
	}
	if one, err := two.Spread(1); err != nil || one != two {
		t.Errorf("Spread(1) is another device (%v)", err)
	}
	if d := twoDevices(t).Description(); !strings.Contains(d, "1 other like it (experimental)") {
		t.Errorf("two devices are described as %q", d)
	}
	for _, c := range []struct {
		images, batch int
		want          string
	}{
		{40, 3, "a batch of 3 images cannot be split evenly among 2 GPUs"},
		{42, 6, "a batch of 1 images cannot be split evenly among 2 GPUs; batches have 6 images, and the last of an epoch 1"},
	} {
		cfg := train.Config{Model: "model1", Recipe: "report", Epochs: 1, Batch: c.batch}
		r, err := twoDevices(t).NewRunner(cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		run, err := train.New(cfg, firstImages(t, c.images), train.Options{Engine: r})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := run.Step(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("the first step in batches of %d says %v, which does not hold %q", c.batch, err, c.want)
		}
	}
}
