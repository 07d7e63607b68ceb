package garments

// node is a corner of a path and the edge that arrives there: straight, or a
// cubic Bezier curve with two control points.
type node struct {
	at     point
	c1, c2 point
	curved bool
	smooth bool // the path goes through without a corner
}

// path is a line as a garment's maker would draw it, before the hand. The edge
// of a closed path's first node comes from its last.
type path struct {
	nodes  []node
	closed bool
}

func from(p point) *path { return &path{nodes: []node{{at: p}}} }

func (p *path) end() point { return p.nodes[len(p.nodes)-1].at }

// line goes straight to each of the points.
func (p *path) line(to ...point) *path {
	for _, q := range to {
		p.nodes = append(p.nodes, node{at: q})
	}
	return p
}

// curve goes to q along a cubic Bezier curve.
func (p *path) curve(c1, c2, q point) *path {
	p.nodes = append(p.nodes, node{at: q, c1: c1, c2: c2, curved: true})
	return p
}

// bend goes to q along a quadratic Bezier curve.
func (p *path) bend(c, q point) *path {
	return p.curve(between(p.end(), c, 2.0/3), between(q, c, 2.0/3), q)
}

// arch goes to q, the middle moved sideways by bulge times the distance:
// to the right as one walks (on paper, y down), left when negative.
func (p *path) arch(bulge float64, q point) *path {
	a := p.end()
	across := q.sub(a).normal().times(mul(2, bulge))
	return p.bend(between(a, q, 0.5).add(across), q)
}

// smoothed says that the last node is no corner.
func (p *path) smoothed() *path {
	p.nodes[len(p.nodes)-1].smooth = true
	return p
}

// close ends the path at its start with a straight line.
func (p *path) close() *path {
	p.closed = true
	return p
}

// closeArch ends the path at its start as arch does.
func (p *path) closeArch(bulge float64) *path {
	p.arch(bulge, p.nodes[0].at)
	last := p.nodes[len(p.nodes)-1]
	last.smooth = p.nodes[0].smooth
	p.nodes[0] = last
	p.nodes = p.nodes[:len(p.nodes)-1]
	return p.close()
}

// loop is a closed curve through the points to the right, below, left and
// above the center: 0.55 is an ellipse, towards 1 a rectangle, towards 0 a rhombus.
func loop(center point, rx, ry, square float64) *path {
	kx, ky := mul(rx, square), mul(ry, square)
	r, b, l, t := center.plus(rx, 0), center.plus(0, ry), center.plus(-rx, 0), center.plus(0, -ry)
	p := from(r).curve(r.plus(0, ky), b.plus(kx, 0), b).smoothed()
	p.curve(b.plus(-kx, 0), l.plus(0, ky), l).smoothed()
	p.curve(l.plus(0, -ky), t.plus(-kx, 0), t).smoothed()
	p.nodes[0] = node{at: r, c1: t.plus(kx, 0), c2: r.plus(0, -ky), curved: true, smooth: true}
	return p.close()
}

// transform maps every point of the path.
func (p *path) transform(f func(point) point) *path {
	for i := range p.nodes {
		n := &p.nodes[i]
		n.at, n.c1, n.c2 = f(n.at), f(n.c1), f(n.c2)
	}
	return p
}

// copied returns a path that shares nothing with p.
func (p *path) copied() *path {
	return &path{nodes: append([]node(nil), p.nodes...), closed: p.closed}
}

// bezier is the point of a cubic curve at t of 0 to 1.
func bezier(a, c1, c2, b point, t float64) point {
	p, q, r := between(a, c1, t), between(c1, c2, t), between(c2, b, t)
	return between(between(p, q, t), between(q, r, t), t)
}
