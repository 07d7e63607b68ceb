package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"atelier/core/fashion"
	"atelier/core/sample"
	"atelier/server/datafiles"
	"atelier/server/failure"
)

// dataPlace is a folder for the data set. In our own, the cache, damaged files may be
// replaced.
type dataPlace struct {
	dir string
	own bool
}

// places are where the data set is looked for and, if need be, downloaded to: the
// folder that a person names and, where that cannot be used, our cache.
func (c *Console) places(flag string) ([]dataPlace, error) {
	dir, err := datafiles.Folder(flag, c.Getenv)
	if err != nil {
		return nil, err
	}
	cache, err := datafiles.Cache(c.Getenv)
	switch {
	case err != nil:
		return []dataPlace{{dir, false}}, nil
	case same(dir, cache):
		return []dataPlace{{cache, true}}, nil
	}
	return []dataPlace{{dir, false}, {cache, true}}, nil
}

// same says whether two paths are of one folder.
func same(a, b string) bool {
	a, err := filepath.Abs(a)
	b, err2 := filepath.Abs(b)
	return err == nil && err2 == nil && a == b
}

// open reads the data set where it is whole; nil where it is not. One that is
// there and cannot be used is told of.
func (c *Console) open(p dataPlace) *fashion.Dataset {
	if !datafiles.Complete(p.dir) {
		return nil
	}
	data, err := datafiles.Open(p.dir)
	if err != nil {
		c.say("%v", err)
		return nil
	}
	return data
}

// elsewhere says whether another folder may do where a download failed, and tells.
func (c *Console) elsewhere(err error, left []dataPlace) bool {
	if !errors.Is(err, datafiles.ErrFolder) || len(left) == 0 {
		return false
	}
	c.say("%s. Nothing is changed there; the cache folder %s is used instead.", failure.Of(err).Error(), left[0].dir)
	return true
}

// openShelf opens the data set, or else the drawn sample with a function that
// downloads the real one while the server already listens.
func openShelf(c *Console, flag string) (*datafiles.Shelf, func(context.Context), error) {
	if flag == fashion.KindDrawn {
		shelf, err := datafiles.NewShelf(sample.Dataset(), "")
		return shelf, func(context.Context) {}, err
	}
	places, err := c.places(flag)
	if err != nil {
		return nil, nil, err
	}
	if data := c.open(places[0]); data != nil {
		shelf, err := datafiles.NewShelf(data, places[0].dir)
		return shelf, func(context.Context) {}, err
	}
	shelf, err := datafiles.NewShelf(sample.Dataset(), "")
	if err != nil {
		return nil, nil, err
	}
	c.say("Fashion-MNIST is not (or not whole) in %s: downloading it. Until it is there the page shows a small sample that Atelier draws itself.", places[0].dir)
	return shelf, func(ctx context.Context) { c.fill(ctx, shelf, places) }, nil
}

// fill puts the real data set on the shelf and says how that went.
func (c *Console) fill(ctx context.Context, shelf *datafiles.Shelf, places []dataPlace) {
	var err error
	for i, p := range places {
		d, end := c.downloader()
		d.Own = p.own
		err = shelf.Fill(ctx, d, p.dir)
		end()
		if !c.elsewhere(err, places[i+1:]) {
			break
		}
	}
	switch {
	case err == nil:
		c.say("Fashion-MNIST is complete and verified: reload the page to use it.")
	case errors.Is(err, context.Canceled):
	default:
		f := failure.Of(err)
		c.say("%s", f.Error())
		c.say("The page goes on with the drawn sample, which is not Fashion-MNIST. %s", f.Hint)
	}
}

// openData opens the data set for a command that needs the real one, and
// downloads it first where it is absent. "drawn" is the drawn sample.
func openData(ctx context.Context, c *Console, flag string) (*fashion.Dataset, error) {
	if flag == fashion.KindDrawn {
		c.say("Using the sample that Atelier draws itself: its figures say nothing about Fashion-MNIST.")
		return sample.Dataset(), nil
	}
	places, err := c.places(flag)
	if err != nil {
		return nil, err
	}
	for i, p := range places {
		if data := c.open(p); data != nil {
			return data, nil
		}
		c.say("Fashion-MNIST is not (or not whole) in %s: downloading it.", p.dir)
		if err = c.fetch(ctx, p); err == nil {
			return datafiles.Open(p.dir)
		}
		if !c.elsewhere(err, places[i+1:]) {
			break
		}
	}
	f := *failure.Of(err)
	if f.Code != failure.NoData {
		return nil, err
	}
	f.Hint += fmt.Sprintf("; -data %s uses a small sample that Atelier draws itself", fashion.KindDrawn)
	return nil, &f
}
