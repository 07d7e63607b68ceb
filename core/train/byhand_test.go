package train

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"atelier/core/fashion"
	"atelier/core/nn"
	"atelier/core/sample"
)

// Five shards of five workers, each with its own node: ((1 2)(3 4))5. In
// float32, 1 next to 16777216 is lost, and two of them are not.
func TestGradientsAreAddedInTheTree(t *testing.T) {
	numbers := []float32{1 << 24, 1, 1, 1, -(1 << 24)}
	for _, order := range [][]int{{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 0, 4, 1, 3}} {
		var nodes []Node
		for _, i := range order {
			nodes = append(nodes, Node{Shards: nn.Shards{Lo: i, Hi: i + 1}, Grad: []float32{numbers[i]}})
		}
		if sum := SumNodes(nodes, 5, 0, 1); sum[0] != 2 {
			t.Errorf("nodes in the order %v: the sum is %g, want 2", order, sum[0])
		}
	}
}

// At its first step Adam moves a weight by the learning rate, whatever the
// size of its gradient (which is to be far above ε).
func TestTheFirstStepIsAsLongAsTheLearningRate(t *testing.T) {
	for model := range small {
		cfg := smallConfig(model, "report")
		cfg.LR = 1e-2
		tr := begin(t, cfg, smallData(), Options{})
		tr.recipe.WeightDecay = 0
		before := slices.Clone(tr.Net.Params)
		step(t, tr)
		longest := 0.0
		for i, was := range before {
			longest = max(longest, math.Abs(float64(tr.Net.Params[i])-float64(was)))
		}
		if math.Abs(longest-1e-2) > 1e-5 {
			t.Errorf("%s: the longest way of a weight is %.6f, want 0.01", model, longest)
		}
	}
}

// Weight decay is for weights alone, where the recipe does not say otherwise.
func TestDecaySparesBiasesAndNormalisations(t *testing.T) {
	after := func(decay float64) *Trainer {
		tr := begin(t, smallConfig("small-bn", "best"), smallData(), Options{})
		tr.recipe.WeightDecay, tr.recipe.DecayAll = decay, false
		for i := range tr.Net.Params {
			tr.Net.Params[i] += .5 // zeros do not decay
		}
		tr.Net.Version++
		step(t, tr)
		return tr
	}
	without, with := after(0), after(1)
	decays := map[string]bool{"a.conv.weight": true, "b.conv.weight": true, "fc.weight": true}
	for i, p := range with.Net.Parameters() {
		if same := slices.Equal(p.Data, without.Net.Parameters()[i].Data); same == decays[p.Name] {
			t.Errorf("%s decays: %v, want %v", p.Name, !same, decays[p.Name])
		}
	}
}

// Every step of every seed has masks of its own: they are keyed by both.
func TestAStepsMasksAreItsOwn(t *testing.T) {
	tr := begin(t, smallConfig("small-dropout", "report"), smallData(), Options{})
	for want := range uint32(3) {
		step(t, tr)
		if c := tr.workers[0].ctx; c.Step != want || c.Seed != 7 || c.DropoutScale != 1 || !c.Train {
			t.Errorf("step %d draws its masks for step %d and seed %d, scale %g", want, c.Step, c.Seed, c.DropoutScale)
		}
	}
}

// The picture that a position of an epoch gets is a function of the seed, the
// epoch and the position, and of the image that has its turn.
func TestAPictureIsOfItsPlace(t *testing.T) {
	p := &Batches{data: sample.Synthetic(2), seed: 7, spec: nn.Model1, augment: fashion.Augment{Crop: 4, Flip: .5}}
	draw := func(p *Batches, epoch, position int) string {
		dst := make([]float32, fashion.Area)
		p.image(dst, epoch, position, 1)
		return fmt.Sprint(dst)
	}
	first := draw(p, 0, 0)
	if draw(p, 0, 0) != first {
		t.Error("one place has two pictures")
	}
	other := p.Fork()
	other.seed = 8
	variants := map[string]func(i int) string{
		"position": func(i int) string { return draw(p, 0, i) },
		"epoch":    func(i int) string { return draw(p, i, 0) },
	}
	for name, at := range variants {
		seen := map[string]bool{}
		for i := range 20 {
			seen[at(i)] = true
		}
		// Of 9·9·2 ways to lay an image.
		if len(seen) < 12 {
			t.Errorf("20 values of its %s give %d pictures", name, len(seen))
		}
	}
	differ := 0
	for i := range 20 {
		if draw(p, 0, i) != draw(other, 0, i) {
			differ++
		}
	}
	if differ < 12 {
		t.Errorf("another seed gives %d of 20 other pictures", differ)
	}
}

// Of equal epochs the first is the best, by either monitor.
func TestTheFirstOfEqualsIsTheBest(t *testing.T) {
	for _, monitor := range []string{MonitorAcc, MonitorLoss} {
		cfg := smallConfig("small-dropout", "report")
		cfg.Monitor = monitor
		tr := begin(t, cfg, smallData(), Options{})
		for epoch, r := range []Record{{ValLoss: .5, ValAcc: .6}, {ValLoss: .4, ValAcc: .7}, {ValLoss: .4, ValAcc: .7}, {ValLoss: .6, ValAcc: .5}} {
			r.Epoch = epoch + 1
			tr.keepBest(r)
		}
		if b := tr.state.Best; b.Epoch != 2 || b.ValAcc != .7 || b.ValLoss != .4 {
			t.Errorf("by %s the best epoch is %d, want 2", monitor, b.Epoch)
		}
	}
}
