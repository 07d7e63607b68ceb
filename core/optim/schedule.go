package optim

import (
	"fmt"
	"math"

	"atelier/core/kernel"
)

// Kinds of schedules.
const (
	Constant = "constant"
	Plateau  = "plateau"
	OneCycle = "onecycle"
	Cosine   = "cosine"
)

// Schedule says how the learning rate changes in a run.
type Schedule struct {
	Kind string `json:"kind"`
	// Factor and Patience are those of Plateau: after more than Patience epochs
	// without a better validation loss the rate is multiplied by Factor.
	Factor   float64 `json:"factor,omitempty"`
	Patience int     `json:"patience,omitempty"`
	// Warmup is the share of the steps in which OneCycle and Cosine rise to the
	// full rate from Start times it; they end at End times it.
	Warmup float64 `json:"warmup,omitempty"`
	Start  float64 `json:"start,omitempty"`
	End    float64 `json:"end,omitempty"`
}

// Scale is what the learning rate is multiplied by at step (the first is 0) of
// total, for the schedules that depend on the step alone; it is 1 for others.
// OneCycle rises and falls along half cosines (torch.optim.lr_scheduler.OneCycleLR);
// Cosine rises along a line.
func (s Schedule) Scale(step, total int) float64 {
	if s.Kind != OneCycle && s.Kind != Cosine || total <= 1 {
		return 1
	}
	at, rise := float64(step), float64(s.Warmup*float64(total))
	if at < rise {
		if s.Kind == Cosine {
			return s.Start + float64((1-s.Start)*(at+1)/(rise+1))
		}
		return anneal(s.Start, 1, at/rise)
	}
	return anneal(1, s.End, (at-rise)/(float64(total-1)-rise))
}

// anneal goes from a to b along a half cosine as x goes from 0 to 1.
func anneal(a, b, x float64) float64 {
	switch {
	case x < 0:
		x = 0
	case x > 1:
		x = 1
	}
	return b + float64((a-b)*.5*(1+kernel.Cos(float64(math.Pi*x))))
}

// Validate reports what is wrong with the schedule.
func (s Schedule) Validate() error {
	switch s.Kind {
	case Constant, OneCycle, Cosine:
		return nil
	case Plateau:
		if s.Factor <= 0 || s.Factor >= 1 || s.Patience < 0 {
			return fmt.Errorf("the plateau schedule needs a factor between 0 and 1 and a patience of 0 or more, not %g and %d", s.Factor, s.Patience)
		}
		return nil
	}
	return fmt.Errorf("there is no schedule %q: choose constant, plateau, onecycle or cosine", s.Kind)
}

// PlateauState is what ReduceLROnPlateau remembers
// (torch.optim.lr_scheduler.ReduceLROnPlateau, mode min, relative threshold
// 1e-4, cooldown 0).
type PlateauState struct {
	Best  float64 `json:"best"`
	Seen  bool    `json:"seen"` // whether Best holds a loss yet
	Bad   int     `json:"bad"`  // epochs in a row without a better loss
	Scale float64 `json:"scale"`
}

// plateauThreshold is how much better, relatively, a loss must be to count.
const plateauThreshold = 1e-4

// minRateChange is the smallest change of the rate that PyTorch applies.
const minRateChange = 1e-8

// Observe takes an epoch's validation loss and lowers Scale when it is time.
func (p *PlateauState) Observe(s Schedule, loss, lr float64) {
	if !p.Seen || loss < float64(p.Best*(1-plateauThreshold)) {
		p.Best, p.Seen, p.Bad = loss, true, 0
	} else {
		p.Bad++
	}
	if p.Bad > s.Patience {
		p.Bad = 0
		if old := float64(lr * p.Scale); old-float64(old*s.Factor) > minRateChange {
			p.Scale = float64(p.Scale * s.Factor)
		}
	}
}
