package train

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"atelier/core/infer"
	"atelier/core/sample"
)

// counted are images that count how often each was looked at.
type counted struct {
	infer.Images
	looks []int
}

func (c *counted) At(i int) []byte {
	c.looks[i]++
	return c.Images.At(i)
}

// A run may leave Run at any of its yields, as a pause in the page does, and
// be called again: the file at the end is the straight run's to the byte. A step
// that was given up is done again; a validation goes on where it was, so that
// pauses in it cannot keep a run from its end.
func TestARunPausedAtAnyYieldEndsTheSame(t *testing.T) {
	for model := range small {
		for _, recipe := range []string{"report", "best"} {
			t.Run(model+"/"+recipe, func(t *testing.T) {
				cfg := smallConfig(model, recipe)
				cfg.Epochs, cfg.Limit = 3, 74
				many := Data{Images: sample.Synthetic(1200), Kind: "synthetic"}
				straight := begin(t, cfg, many, Options{})
				if err := straight.Run(Hooks{Clock: noClock}); err != nil {
					t.Fatal(err)
				}
				images := &counted{Images: many.Images, looks: make([]int, many.Len())}
				data := Data{Images: images, Kind: many.Kind}
				yields, rest := 0, 0
				tr := begin(t, cfg, data, Options{Yield: func() error {
					// Ever longer without a pause, so that every step comes to its end.
					if yields++; yields > rest {
						yields, rest = 0, rest+1
						return ErrStopped
					}
					return nil
				}})
				pauses, within := 0, 0
				for !tr.Complete() {
					err := tr.Run(Hooks{Clock: noClock})
					if err == nil {
						break
					}
					if !errors.Is(err, ErrStopped) {
						t.Fatal(err)
					}
					pauses++
					if tr.validation != nil {
						within++
					}
				}
				if !bytes.Equal(saved(t, tr), saved(t, straight)) {
					t.Errorf("after %d pauses the run is not the straight one", pauses)
				}
				if within == 0 {
					t.Errorf("none of %d pauses was in a validation", pauses)
				}
				// Three validations look at an image thrice, and each pause in one
				// costs the images that were being looked at.
				looks := 0
				for _, i := range tr.valSet {
					looks += images.looks[i]
				}
				if most := 3*len(tr.valSet) + within*tr.workers[0].pass.Capacity; looks > most {
					t.Errorf("%d looks at the validation images with %d pauses in validations, want at most %d", looks, within, most)
				}
			})
		}
	}
}

// The time of a pause is not the run's: an epoch lasts as long as it was
// computed. The first step after a pause is told at once, however quick.
func TestAPauseIsNotCounted(t *testing.T) {
	cfg := smallConfig("small-bn", "report")
	cfg.Epochs = 1
	now := 0.0
	tr := begin(t, cfg, smallData(), Options{})
	var told []string
	hooks := Hooks{
		Clock: func() float64 { return now },
		Emit: func(e Event) {
			if e.Event == EventStep {
				told = append(told, fmt.Sprint(e.Step))
			}
		},
		AfterStep: func() error {
			now += .001
			return ErrStopped
		},
	}
	for !tr.Complete() {
		if err := tr.Run(hooks); err != nil && !errors.Is(err, ErrStopped) {
			t.Fatal(err)
		}
		now += 100
	}
	if want := tr.StepsPerEpoch(); len(told) != want {
		t.Errorf("the steps told are %v, want all %d", told, want)
	}
	if got := tr.state.History[0].Seconds; got > .001*float64(tr.StepsPerEpoch()) {
		t.Errorf("the epoch of %d steps of a millisecond has %g seconds", tr.StepsPerEpoch(), got)
	}
}
