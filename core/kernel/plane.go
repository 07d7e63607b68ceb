package kernel

// transform goes between the pixels of one tile in x and its row in the matrices
// of the 36 points in v; v2 is where the row is in the matrices of those points
// that narrow tiles have too.
type transform func(x, v, v2 []float32)

// outputTransform is a transform to output pixels that adds bias and, where relu
// is all ones, replaces negative values by zero.
type outputTransform func(x, v, v2, bias []float32, relu uint32)

// plane is one side of a Winograd convolution: how square images of one size are
// cut into tiles and transformed. The kinds of tiles are, in this order: full
// (4x4), narrow (4 high), low (4 wide), and the corner; each transform stands
// once for each kind.
type plane struct {
	channels, side int
	group          int // images transformed together
	stride         int // floats from one point's matrix to the next
	full           int // tiles of 4 pixels along a side
	last           int // pixels of the last tile along a side; 0 if 4 divides it
	input          [4]transform
	inputGradient  [4]transform
	output         [4]outputTransform
	outputGradient [4]transform
}

// size returns the floats of the matrices of all points, with room behind for a
// kernel that takes the last row in two columns' steps.
func (p *plane) size() int { return pointPairs*p.stride + 2*p.channels }

// along returns how many tiles along a side have the point (0 to 5): -2 is only
// in tiles of 4 pixels, 2 not in tiles of 2.
func (p *plane) along(point int) int {
	if p.last == 0 || point == 4 || point == 3 && p.last == 2 {
		return p.full
	}
	return p.full + 1
}

// rows returns the rows of the matrix of a pair of points for g images.
func (p *plane) rows(pair, g int) int { return g * p.along(pair/6) * p.along(pair%6) }

// outerRows returns how many rows of that matrix are summed in one step: those of
// a group, or of one image where these are many.
func (p *plane) outerRows(pair int) int {
	if rows := p.rows(pair, p.group); rows <= 64 {
		return rows
	}
	return p.rows(pair, 1)
}

// visit calls f for every tile of g images: its kind, its place in the images'
// pixels, and its rows in v and v2.
func (p *plane) visit(g int, image, cols int, f func(kind, at, row, row2 int)) {
	c, n := p.channels, p.full
	narrow, corner := g*n*n, g*(n*n+2*n)
	for i := range g {
		for ty := range n {
			for tx := range n {
				f(0, i*image+(4*ty*cols+4*tx)*c, (i*n+ty)*n+tx, 0)
			}
		}
		if p.last == 0 {
			continue
		}
		for t := range n {
			f(1, i*image+(4*t*cols+4*n)*c, narrow+i*n+t, 0)
			f(2, i*image+(4*n*cols+4*t)*c, narrow+i*n+t, narrow+g*n+i*n+t)
		}
		f(3, i*image+(4*n*cols+4*n)*c, corner+i, 0)
	}
}

// gather runs a transform over the tiles of g images x. x begins at the first
// tile's first pixel.
func (p *plane) gather(t *[4]transform, v, x []float32, grid Grid, g int) {
	c := p.channels
	p.visit(g, grid.Len(), grid.Cols(), func(kind, at, row, row2 int) {
		t[kind](x[at:], v[row*c:], v[row2*c:])
	})
}

// finish runs the output transform over the tiles of g images.
func (p *plane) finish(m, y, bias []float32, relu uint32, grid Grid, g int) {
	c := p.channels
	y = y[grid.At(0, 0):]
	p.visit(g, grid.Len(), grid.Cols(), func(kind, at, row, row2 int) {
		p.output[kind](y[at:], m[row*c:], m[row2*c:], bias, relu)
	})
}

// clearMissing sets the rows of the images that a group of g lacks to zero, so
// that sums over the rows of a whole group are sums over g images.
func (p *plane) clearMissing(v []float32, g int) {
	if g == p.group {
		return
	}
	for pair := range pointPairs {
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
