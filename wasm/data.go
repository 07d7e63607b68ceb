//go:build js && wasm

package main

import (
	"fmt"

	"github.com/hack-pad/safejs"

	"atelier/core/fashion"
)

// images are a data file's pictures, which stay in JavaScript's memory, shared
// by all workers where the page is isolated: a batch's are copied when needed.
type images struct {
	pixels safejs.Value // Uint8Array over the IDX file
	labels []byte
	one    [fashion.Area]byte
}

// newImages checks the headers of an image and a label file. The server has
// verified the files; this is about a damaged cache or a wrong file.
func newImages(b *bridge, pixelFile, labelFile safejs.Value) (*images, error) {
	labelBytes, err := b.bytes(labelFile)
	if err != nil {
		return nil, err
	}
	labels, err := fashion.ParseLabels(labelBytes, fashion.MaxImages)
	if err != nil {
		return nil, err
	}
	pixels, err := b.uint8Array.New(pixelFile)
	if err != nil {
		return nil, err
	}
	size, err := pixels.Length()
	if err != nil {
		return nil, err
	}
	im := &images{pixels: pixels, labels: labels}
	head := make([]byte, min(fashion.ImageHeader, size))
	if err := im.read(head, 0); err != nil {
		return nil, err
	}
	n, err := fashion.CheckImages(head, size, fashion.MaxImages)
	if err != nil {
		return nil, err
	}
	if n != len(labels) {
		return nil, fmt.Errorf("there are %d images, but %d labels", n, len(labels))
	}
	return im, nil
}

func (im *images) read(dst []byte, at int) error {
	part, err := im.pixels.Call("subarray", at, at+len(dst))
	if err != nil {
		return err
	}
	_, err = safejs.CopyBytesToGo(dst, part)
	return err
}

// Len is the number of images.
func (im *images) Len() int { return len(im.labels) }

// Label is the class of image i.
func (im *images) Label(i int) uint8 { return im.labels[i] }

// At returns the pixels of image i until the next call.
func (im *images) At(i int) []byte {
	if err := im.read(im.one[:], fashion.ImageHeader+i*fashion.Area); err != nil {
		die(err)
	}
	return im.one[:]
}
