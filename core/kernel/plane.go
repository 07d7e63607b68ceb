package kernel

// transform goes between the pixels of one tile in x and its row in the matrices
// of all pairs of points in v; v2 is where the row is in the matrices of those points
// that narrow tiles have too.
type transform func(x, v, v2 []float32)

// outputTransform is a transform to output pixels that adds bias and replaces
// what is floor or less by zero.
type outputTransform func(x, v, v2, bias []float32, floor float32)

// poolTransform is an output transform that adds bias, rectifies and pools 2x2
// pixels: the largest goes to x, which of the four it was to arg.
type poolTransform func(x []float32, arg []uint8, v, v2, bias []float32)

// poolGradientTransform is the transform of an output gradient that pooling deals
// out.
type poolGradientTransform func(x []float32, arg []uint8, v, v2 []float32)

// plane is one side of a Winograd convolution: how square images of one size are
// cut into tiles and transformed. The kinds of tiles are, in this order: full,
// narrow (less wide, at the right), low (less high, at the bottom), and the
// corner; each transform stands once for each kind.
type plane struct {
	channels, side int
	points         int // interpolation points, 8 or 6
	group          int // images transformed together
	stride         int // floats from one pair of points' matrix to the next
	full, last     int // pixels along a side of a full tile and of the last one
	input          [4]transform
	inputGradient  [4]transform
	output         [4]outputTransform
	outputGradient [4]transform
	outputPool     [4]poolTransform // nil where no pooling follows
	poolGradient   [4]poolGradientTransform
}

// pairs returns how many pairs of points there are.
func (p *plane) pairs() int { return p.points * p.points }

// tiles returns the full tiles along a side.
func (p *plane) tiles() int { return (p.side - p.last) / p.full }

// size returns the floats of the matrices of all pairs, with room behind for a
// kernel that wants whole rows after the last row's last columns.
func (p *plane) size() int { return p.pairs()*p.stride + 2*p.channels }

// along returns how many tiles along a side have a point. The last tile, of n
// pixels, has the first n+1 of them and infinity, the last.
func (p *plane) along(point int) int {
	if point <= p.last || point == p.points-1 {
		return p.tiles() + 1
	}
	return p.tiles()
}

// rows returns the rows of the matrix of a pair of points for g images.
func (p *plane) rows(pair, g int) int {
	return g * p.along(pair/p.points) * p.along(pair%p.points)
}

// visit calls f for every tile of g images: its kind, its image, its first pixel,
// and its rows in v and v2.
func (p *plane) visit(g int, f func(kind, image, y, x, row, row2 int)) {
	n := p.tiles()
	end := n * p.full
	narrow, corner := g*n*n, g*(n*n+2*n)
	for i := range g {
		for ty := range n {
			for tx := range n {
				f(0, i, ty*p.full, tx*p.full, (i*n+ty)*n+tx, 0)
			}
		}
		for t := range n {
			f(1, i, t*p.full, end, narrow+i*n+t, 0)
			low := narrow + i*n + t
			if p.last == p.full {
				low += g * n // all points' matrices have the narrow tiles before it
			}
			f(2, i, end, t*p.full, low, narrow+g*n+i*n+t)
		}
		f(3, i, end, end, corner+i, 0)
	}
}

// gather runs a transform over the tiles of g images x. Tiles of input begin one
// pixel up and left of those of output.
func (p *plane) gather(t *[4]transform, v, x []float32, grid Grid, g, up int) {
	c := p.channels
	p.visit(g, func(kind, image, py, px, row, row2 int) {
		t[kind](x[image*grid.Len()+grid.At(py-up, px-up):], v[row*c:], v[row2*c:])
	})
}

// finish runs the output transform over the tiles of g images.
func (p *plane) finish(m, y, bias []float32, floor float32, grid Grid, g int) {
	c := p.channels
	p.visit(g, func(kind, image, py, px, row, row2 int) {
		p.output[kind](y[image*grid.Len()+grid.At(py, px):], m[row*c:], m[row2*c:], bias, floor)
	})
}

// finishPool runs the output transform with pooling over the tiles of g images;
// y are grids of half the side, arg is [g][side/2][side/2][channels].
func (p *plane) finishPool(m, y, bias []float32, arg []uint8, g int) {
	c, half := p.channels, p.side/2
	grid := Grid{c, half, half}
	p.visit(g, func(kind, image, py, px, row, row2 int) {
		p.outputPool[kind](y[image*grid.Len()+grid.At(py/2, px/2):], arg[((image*half+py/2)*half+px/2)*c:],
			m[row*c:], m[row2*c:], bias)
	})
}

// gatherPool runs the transform of the pooled gradient dy over g images.
func (p *plane) gatherPool(m, dy []float32, arg []uint8, g int) {
	c, half := p.channels, p.side/2
	grid := Grid{c, half, half}
	p.visit(g, func(kind, image, py, px, row, row2 int) {
		p.poolGradient[kind](dy[image*grid.Len()+grid.At(py/2, px/2):], arg[((image*half+py/2)*half+px/2)*c:],
			m[row*c:], m[row2*c:])
	})
}

// clearMissing sets the rows of the images that a group of g lacks to zero, so
// that sums over the rows of a whole group are sums over g images.
func (p *plane) clearMissing(v []float32, g int) {
	if g == p.group {
		return
	}
	for pair := range p.pairs() {
		m := v[pair*p.stride:]
		clear(m[p.rows(pair, g)*p.channels : p.rows(pair, p.group)*p.channels])
	}
}

// clearBorder sets the border of one image to zero.
func clearBorder(x []float32, g Grid) {
	row := g.Cols() * g.C
	clear(x[:row])
	for y := range g.H {
		r := x[(y+1)*row:][:row]
		clear(r[:g.C])
		clear(r[(g.W+1)*g.C:])
	}
	clear(x[(g.H+1)*row : g.Len()])
}
