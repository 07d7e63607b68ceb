package engine

import (
	"strings"
	"sync"

	"atelier/server/gomlxengine"
)

// Description is one engine for people, as /api/device lists it.
type Description struct {
	Name      string `json:"name"`
	Device    string `json:"device"`
	Workers   int    `json:"workers"`
	Available bool   `json:"available"`
	Note      string `json:"note,omitempty"` // why it is not, or what to know
}

// Describe returns a function that lists the engines of this program on this
// machine. Looking for accelerators takes a moment and happens once, in the
// background; until then the list says so.
func Describe() func() []Description {
	var mu sync.Mutex
	found := Description{Name: "gomlx", Note: "being looked for"}
	go func() {
		d := lookForXLA()
		mu.Lock()
		defer mu.Unlock()
		found = d
	}()
	return func() []Description {
		c := Core(0)
		mu.Lock()
		defer mu.Unlock()
		return []Description{{Name: c.Name(), Device: c.Device(), Workers: c.Workers(), Available: true}, found}
	}
}

// lookForXLA says what the engine gomlx would compute on. GoMLX's portable
// backend is always there, and far slower than the core.
func lookForXLA() (d Description) {
	d = Description{Name: "gomlx", Workers: 1}
	err := func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				d.Note = "the search for an accelerator failed"
			}
		}()
		device, err := gomlxengine.Open(gomlxengine.XLA)
		if err == nil {
			d.Device, d.Available = device.Description(), true
		}
		return err
	}()
	if err != nil {
		if d.Note = err.Error(); strings.ContainsAny(d.Note, "/\\") {
			d.Note = "no accelerator can be used: `atelier xla` says why" // no paths in a page
		}
	}
	return d
}
