package train

import (
	"fmt"

	"atelier/core/kernel"
	"atelier/core/metrics"
	"atelier/core/nn"
	"atelier/core/optim"
)

// load writes the worker's images of the batch and their labels.
func (w *worker) load(batch Batch) {
	first := w.ctx.Range.Lo * kernel.Leaf
	n := min(w.ctx.Range.Hi*kernel.Leaf, batch.Len()) - first
	for i := range n {
		w.labels[i] = batch.Image(w.pixels, first+i)
		w.pass.SetImage(i, w.pixels)
	}
}

// totals adds the losses and the right answers of all workers, image by image
// within a shard and shard by shard.
func (w *worker) totals(c *nn.Context, losses []float64, logits []float32) (loss float64, correct int, err error) {
	shards := nn.ShardCount(c.Batch)
	if len(w.rows) < shards*2 {
		w.rows = make([]float64, shards*2)
	}
	rows := w.rows[:shards*2]
	first := c.Range.Lo * kernel.Leaf
	for s := c.Range.Lo; s < c.Range.Hi; s++ {
		var sum, right float64
		for i := s*kernel.Leaf - first; i < min((s+1)*kernel.Leaf, c.Batch)-first; i++ {
			sum += losses[i]
			if metrics.Argmax(logits[i*nn.Labels:(i+1)*nn.Labels]) == int(w.labels[i]) {
				right++
			}
		}
		rows[2*s], rows[2*s+1] = sum, right
	}
	if err := c.Meet(rows, 2); err != nil {
		return 0, 0, err
	}
	for s := range shards {
		loss += rows[2*s]
		correct += int(rows[2*s+1])
	}
	return loss, correct, nil
}

// update exchanges the gradients and moves this worker's part of the weights.
func (t *Trainer) update(w *worker, batch int, lr float64) error {
	n := len(t.Net.Params)
	lo, hi := t.exchange.Part(w.rank, n)
	nodes := make([]Node, len(w.ctx.Nodes))
	for i, s := range w.ctx.Nodes {
		nodes[i] = Node{Shards: s, Grad: w.ctx.Grads[i]}
	}
	grad, err := t.exchange.ReduceScatter(w.rank, nodes, nn.ShardCount(batch), lo, hi)
	if err != nil {
		return err
	}
	step := int64(t.state.Step + 1)
	for _, p := range t.Net.Parameters() {
		a, b := max(lo, p.Off), min(hi, p.Off+len(p.Data))
		if a >= b {
			continue
		}
		decay := t.recipe.WeightDecay
		if !p.Decay && !t.recipe.DecayAll {
			decay = 0
		}
		t.adam.Update(t.Net.Params, grad[a-lo:b-lo], a, b, step, lr, decay)
	}
	if t.ema != nil {
		optim.Average(t.ema.params, t.Net.Params, lo, hi, step, t.recipe.EMA)
	}
	return t.exchange.AllGatherParams(w.rank, t.Net.Params)
}

// Change sets a hyperparameter from the next step on and writes it into the
// run's list, from which resume and hand-over repeat it.
func (t *Trainer) Change(key string, value float64) error {
	c := Change{Step: t.state.Step, Key: key, Value: value}
	if err := c.Validate(); err != nil {
		return err
	}
	if err := c.TooLate(t.state.Step, t.StepsPerEpoch()); err != nil {
		return err
	}
	if len(t.state.Changes) >= MaxChanges {
		return fmt.Errorf("the run has had %d changes: it can take no more", MaxChanges)
	}
	if c.Key == "epochs" {
		if err := t.roomFor(int(value)); err != nil {
			return err
		}
	}
	t.state.Changes = append(t.state.Changes, c)
	t.applyChanges()
	return nil
}

// applyChanges brings the recipe to the changes before the next step.
func (t *Trainer) applyChanges() {
	for _, c := range t.state.Changes {
		if c.Step > t.state.Step {
			continue
		}
		switch c.Key {
		case "lr":
			t.recipe.LR = c.Value
		case "weight_decay":
			t.recipe.WeightDecay = c.Value
		case "label_smoothing":
			t.recipe.LabelSmoothing = c.Value
		case "dropout":
			t.recipe.Dropout = c.Value
		case "epochs":
			t.recipe.Epochs = int(c.Value)
		}
	}
}
