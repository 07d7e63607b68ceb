//go:build js && wasm

package main

import (
	"encoding/binary"
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

const imageHeader = 16

// newImages checks the headers of an image and a label file. The server has
// verified the files; this is about a damaged cache or a wrong file.
func newImages(b *bridge, pixelFile, labelFile safejs.Value) (*images, error) {
	labelBytes, err := b.bytes(labelFile)
	if err != nil {
		return nil, err
	}
	labels, err := fashion.ParseLabels(labelBytes, 60000)
	if err != nil {
		return nil, err
	}
	pixels, err := b.uint8Array.New(pixelFile)
	if err != nil {
		return nil, err
	}
	n, err := pixels.Length()
	if err != nil {
		return nil, err
	}
	if want := imageHeader + len(labels)*fashion.Area; n != want {
		return nil, fmt.Errorf("the image file has %d bytes, but %d labels need %d", n, len(labels), want)
	}
	im := &images{pixels: pixels, labels: labels}
	var head [imageHeader]byte
	if err := im.read(head[:], 0); err != nil {
		return nil, err
	}
	for i, want := range []uint32{0x803, uint32(len(labels)), fashion.Side, fashion.Side} {
		if got := binary.BigEndian.Uint32(head[4*i:]); got != want {
			return nil, fmt.Errorf("the image file's header has %d where %d belongs", got, want)
		}
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
	if err := im.read(im.one[:], imageHeader+i*fashion.Area); err != nil {
		die(err)
	}
	return im.one[:]
}
