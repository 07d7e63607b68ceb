package gomlxengine

import "testing"

// TestParityOnXLA runs what the portable mode must pass on XLA, where a plugin
// is found: layers, both networks, five steps. On a GPU set
// NVIDIA_TF32_OVERRIDE=0, since TF32 keeps only ten bits of a product's factors.
func TestParityOnXLA(t *testing.T) {
	d, err := Open(XLA)
	if err != nil {
		t.Skipf("XLA is not tested here: %v", err)
	}
	t.Logf("on %s", d.Description())
	t.Run("layers", func(t *testing.T) { layersMatchTheCore(t, d) })
	for _, name := range []string{"model1", "model2"} {
		t.Run(name, func(t *testing.T) { parity(t, d, name) })
	}
}
