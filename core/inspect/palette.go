package inspect

import (
	"encoding/hex"
	"fmt"
)

// Palette names a table of colors from the low to the high end of a scale.
type Palette string

// The palettes. All can be told apart in every common form of color blindness.
const (
	Viridis   Palette = "viridis"   // dark blue to yellow, evenly lighter: activations
	Gray      Palette = "gray"      // black to white: images
	Blues     Palette = "blues"     // white to dark blue: shares in a confusion matrix
	Diverging Palette = "diverging" // blue, white, red: numbers around 0, such as weights
)

// Anchors of ColorBrewer's Blues and RdBu (Brewer, Harrower and others, 2003;
// the latter reversed, so that what is positive is red).
const (
	bluesHex     = "f7fbffdeebf7c6dbef9ecae16baed64292c62171b508519c08306b"
	divergingHex = "0530612166ac4393c392c5ded1e5f0f7f7f7fddbc7f4a582d6604db2182b67001f"
	grayHex      = "000000ffffff"
)

type rgb [3]byte

// tables holds 256 colors a palette.
var tables = map[Palette]*[256]rgb{
	Viridis:   spread(viridisHex),
	Gray:      spread(grayHex),
	Blues:     spread(bluesHex),
	Diverging: spread(divergingHex),
}

// spread lays 256 colors evenly between the anchors.
func spread(anchors string) *[256]rgb {
	b, err := hex.DecodeString(anchors)
	if err != nil {
		panic("inspect: a palette is not written in hex")
	}
	last := len(b)/3 - 1
	table := new([256]rgb)
	for i := range table {
		at := i * last // in 255ths of an anchor
		left, part := at/255, at%255
		right := min(left+1, last)
		for c := range 3 {
			v := int(b[3*left+c])*(255-part) + int(b[3*right+c])*part
			table[i][c] = byte((v + 127) / 255)
		}
	}
	return table
}

// table returns the palette's colors; the empty name is Viridis.
func (p Palette) table() (*[256]rgb, error) {
	if p == "" {
		p = Viridis
	}
	if t := tables[p]; t != nil {
		return t, nil
	}
	return nil, fmt.Errorf("there is no palette %q: viridis, gray, blues and diverging are possible", string(p))
}

// Color returns the color at t from 0 (low end) to 1 (high end); what lies
// beyond is the end's. An unknown palette is an error.
func (p Palette) Color(t float32) (r, g, b byte, err error) {
	table, err := p.table()
	if err != nil {
		return 0, 0, 0, err
	}
	c := table[level(t)]
	return c[0], c[1], c[2], nil
}

// level is the index in a table of t from 0 to 1.
func level(t float32) int {
	switch {
	case !(t > 0):
		return 0
	case t >= 1:
		return 255
	}
	return int(t * 256)
}
