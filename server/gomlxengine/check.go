package gomlxengine

import (
	"fmt"
	"math"

	"atelier/core/fashion"
	"atelier/core/nn"
	"atelier/core/sample"
)

// Difference is how far a device is from GoMLX's pure-Go backend in one thing.
type Difference struct {
	Network string  `json:"network"`
	What    string  `json:"what"`
	Value   float64 `json:"value"`
	Limit   float64 `json:"limit"`
}

// OK tells whether the difference is one of rounding. NaN is not.
func (d Difference) OK() bool { return d.Value <= d.Limit }

// checkImages is how many images Check looks at: two seconds' work for the
// pure-Go backend.
const checkImages = 16

// Check computes a batch of both networks on the device and in the portable
// mode, which the tests hold against PyTorch, from equal weights and without
// dropout. A GPU multiplies in TF32, with ten bits, unless NVIDIA_TF32_OVERRIDE
// is 0: then it differs by a hundred times as much.
func (d *Device) Check() ([]Difference, error) { return d.check(checkImages) }

func (d *Device) check(images int) ([]Difference, error) {
	reference, err := Open(Portable)
	if err != nil {
		return nil, err
	}
	var all []Difference
	for _, spec := range nn.Networks {
		got, err := d.sample(spec, images)
		if err != nil {
			return nil, fmt.Errorf("%s on %s: %w", spec.Name, d.Description(), err)
		}
		want, err := reference.sample(spec, images)
		if err != nil {
			return nil, fmt.Errorf("%s on %s: %w", spec.Name, reference.Description(), err)
		}
		add := func(what string, value, limit float64) {
			all = append(all, Difference{spec.Name, what, value, limit})
		}
		add("logits", greatestDifference(got.pass.Logits, want.pass.Logits), 1e-4)
		add("loss", math.Abs(got.pass.Loss-want.pass.Loss), 1e-4)
		add("all gradients, relative", relativeL2(got.pass.Params, want.pass.Params), 1e-3)
		add("loss of a step", math.Abs(got.step.Loss-want.step.Loss), 1e-4)
		// Adam divides by the root of tiny second moments: their error is that of
		// single gradients, not of all together.
		add("weights after a step, relative", relativeL2(got.after.Params, want.after.Params), 1e-3)
		if len(want.after.Buffers) > 0 {
			add("running statistics after a step, relative", relativeL2(got.after.Buffers, want.after.Buffers), 1e-4)
		}
	}
	return all, nil
}

// sampled is what a device makes of the check's batch.
type sampled struct {
	pass  Gradients
	step  Stats
	after State
}

func (d *Device) sample(spec nn.Spec, images int) (s sampled, err error) {
	net := NetworkOf(spec)
	e, err := d.NewEngine(net, Plan{DecayAll: true})
	if err != nil {
		return s, err
	}
	defer e.Close()
	core := nn.NewNet(spec)
	core.Init(42)
	if err := e.LoadState(State{Params: cut(net.Params, core.Params), Buffers: cut(net.Buffers, core.Stats)}); err != nil {
		return s, err
	}
	drawn := sample.Draw(images, 1)
	b := Batch{Images: make([]float32, images*pixels)}
	fashion.Normalize(b.Images, drawn.Pixels, spec.Mean, spec.Std)
	for _, l := range drawn.Labels {
		b.Labels = append(b.Labels, int32(l))
	}
	if s.pass, err = e.Gradient(b); err != nil {
		return s, err
	}
	if s.step, err = e.TrainStep(b, Hyper{LR: 1e-3, WeightDecay: 1e-5}); err != nil {
		return s, err
	}
	s.after, err = e.Snapshot()
	return s, err
}

// relativeL2 is the distance of two lists of tensors taken as one vector each,
// relative to want.
func relativeL2(got, want []Tensor) float64 {
	var diff, norm float64
	for i := range want {
		for j, w := range want[i].Data {
			d := float64(got[i].Data[j]) - float64(w)
			diff += d * d
			norm += float64(w) * float64(w)
		}
	}
	return math.Sqrt(diff / norm)
}

// greatestDifference is that of two numbers in the same place; NaN where one
// is NaN.
func greatestDifference(got, want []float32) float64 {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	worst := 0.0
	for i := range want {
		d := math.Abs(float64(got[i]) - float64(want[i]))
		if d > worst || math.IsNaN(d) {
			worst = d
		}
	}
	return worst
}
