package inspect

import "fmt"

// Options say how maps are laid out and colored. Zeros stand for defaults.
type Options struct {
	Scale   Scale   `json:"scale,omitzero"`
	Palette Palette `json:"palette,omitempty"` // Viridis
	First   int     `json:"first,omitempty"`   // show the first so many; 0: all
	Columns int     `json:"columns,omitempty"` // maps a row; 0: 8
	Zoom    int     `json:"zoom,omitempty"`    // picture pixels a number, along each axis; 0: 1
	Gap     int     `json:"gap,omitempty"`     // clear pixels between maps
}

const (
	defaultColumns = 8
	maxZoom        = 64
	maxPixels      = 16 << 20 // of a picture
)

// Picture is an image with what is needed to read it.
type Picture struct {
	W     int    `json:"w"`
	H     int    `json:"h"`
	RGBA  []byte `json:"-"` // W*H*4, rows from the top, not premultiplied
	Cells []Cell `json:"cells"`
}

// Cell is one map of a picture.
type Cell struct {
	Index  int     `json:"index"` // of the map
	X      int     `json:"x"`     // of its top left corner
	Y      int     `json:"y"`
	W      int     `json:"w"`
	H      int     `json:"h"`
	Min    float32 `json:"min"` // of the map's numbers
	Max    float32 `json:"max"`
	Mean   float32 `json:"mean"`
	Lo     float32 `json:"lo"` // the number of the lowest color
	Hi     float32 `json:"hi"` // the number of the highest color
	Silent bool    `json:"silent"`
}

// Colors that no palette has. A silent map is hatched, so that it can be told
// from a dark one; a number that is not finite is magenta.
var (
	hatch     = rgb{0x80, 0x80, 0x80}
	notFinite = rgb{0xff, 0x00, 0xff}
)

// Render draws maps of one size in a grid, row by row. A scale over the layer
// is taken over all maps, shown or not.
func Render(maps []Map, o Options) (*Picture, error) {
	o, table, err := o.complete(maps)
	if err != nil {
		return nil, err
	}
	shown := maps[:o.First]
	w, h := maps[0].W*o.Zoom, maps[0].H*o.Zoom
	rows := (len(shown) + o.Columns - 1) / o.Columns
	columns := min(o.Columns, len(shown))
	p := &Picture{W: columns*(w+o.Gap) - o.Gap, H: rows*(h+o.Gap) - o.Gap}
	if p.W > maxPixels/p.H {
		return nil, fmt.Errorf("a picture of %d by %d pixels is too large: at most %d pixels can be drawn", p.W, p.H, maxPixels)
	}
	p.RGBA = make([]byte, p.W*p.H*4)
	scales := o.Scale.ends(maps)
	for i, m := range shown {
		lo, hi := m.Range()
		c := Cell{
			Index: i, X: i % o.Columns * (w + o.Gap), Y: i / o.Columns * (h + o.Gap), W: w, H: h,
			Min: lo, Max: hi, Mean: m.Mean(), Lo: scales[i].lo, Hi: scales[i].hi, Silent: m.Silent(),
		}
		p.draw(m, c, o.Zoom, table)
		p.Cells = append(p.Cells, c)
	}
	return p, nil
}

// complete fills in the defaults and refuses what cannot be drawn.
func (o Options) complete(maps []Map) (Options, *[256]rgb, error) {
	if len(maps) == 0 {
		return o, nil, fmt.Errorf("there are no maps to draw")
	}
	for i, m := range maps {
		if m.W < 1 || m.H < 1 || m.W != maps[0].W || m.H != maps[0].H || len(m.Data) != m.W*m.H {
			return o, nil, fmt.Errorf("map %d of %d by %d with %d numbers cannot be drawn beside one of %d by %d", i, m.W, m.H, len(m.Data), maps[0].W, maps[0].H)
		}
	}
	if o.First <= 0 || o.First > len(maps) {
		o.First = len(maps)
	}
	if o.Columns <= 0 {
		o.Columns = defaultColumns
	}
	if o.Zoom <= 0 {
		o.Zoom = 1
	}
	if o.Zoom > maxZoom || o.Gap < 0 || o.Gap > maxZoom {
		return o, nil, fmt.Errorf("zoom %d with gaps of %d pixels cannot be drawn: up to %d each are possible", o.Zoom, o.Gap, maxZoom)
	}
	if err := o.Scale.check(); err != nil {
		return o, nil, err
	}
	table, err := o.Palette.table()
	return o, table, err
}

func (p *Picture) draw(m Map, c Cell, zoom int, table *[256]rgb) {
	scale := ends{c.Lo, c.Hi}
	for y := range c.H {
		at := ((c.Y+y)*p.W + c.X) * 4
		for x := range c.W {
			v := m.Data[y/zoom*m.W+x/zoom]
			color := notFinite
			if v-v == 0 {
				color = table[level(scale.at(v))]
			}
			if c.Silent && (x+y)%7 < 2 {
				color = hatch
			}
			p.RGBA[at], p.RGBA[at+1], p.RGBA[at+2], p.RGBA[at+3] = color[0], color[1], color[2], 255
			at += 4
		}
	}
}

// Bar draws the colors of a palette from low (left) to high (right), for a legend.
func Bar(palette Palette, w, h int) (*Picture, error) {
	table, err := palette.table()
	if err != nil {
		return nil, err
	}
	if w < 1 || h < 1 || w > maxPixels/h {
		return nil, fmt.Errorf("a legend of %d by %d pixels cannot be drawn", w, h)
	}
	p := &Picture{W: w, H: h, RGBA: make([]byte, 0, w*h*4)}
	for range h {
		for x := range w {
			c := table[x*255/max(w-1, 1)]
			p.RGBA = append(p.RGBA, c[0], c[1], c[2], 255)
		}
	}
	return p, nil
}
