package train

import "atelier/core/sample"

// NewBench returns a run of the recipe report on synthetic images, to be
// measured: the same for the same arguments wherever it runs.
func NewBench(model string, batch int, opt Options) (*Trainer, error) {
	cfg := Config{Model: model, Recipe: "report", Batch: batch, Seed: DefaultSeed, Epochs: MaxEpochs}
	const batches = 10
	return New(cfg, Data{Images: sample.Synthetic(batches * max(batch, 1)), Kind: "synthetic"}, opt)
}
