package garments

// hand is how one person draws one figure.
type hand struct {
	*dice
	sloppy float64 // 0.3 careful to 1.9
	noise  float64 // standard deviation of a corner's place
	round  float64 // radius to which corners are rounded; 0 leaves them
	broken bool    // the outline is put together from several strokes
}

// vertex is a point of a line on paper.
type vertex struct {
	point
	corner bool
}

func newHand(g *dice) hand {
	h := hand{dice: g, sloppy: g.in(0.3, 1.9)}
	h.noise = mul(0.022, h.sloppy)
	if g.chance(0.35) {
		h.round = g.in(0.04, 0.14)
	}
	h.broken = g.chance(0.45)
	return h
}

// draw turns the figure into lines on paper.
func (h *hand) draw(f *figure) *sheet {
	s := &sheet{}
	for _, p := range f.parts {
		if p.role == detail && h.chance(0.05) {
			continue
		}
		v := h.trace(p.path)
		if p.role == outline {
			s.shapes = append(s.shapes, v)
		}
		if p.path.closed {
			v = h.goRound(v)
		}
		if p.role != outline {
			s.lines = append(s.lines, line{v, p.role})
			continue
		}
		for _, stroke := range h.strokes(v) {
			s.lines = append(s.lines, line{stroke, outline})
		}
	}
	s.lines = h.breakOff(s.lines)
	return s
}

// trace follows a path with an unsteady hand: corners stray, straight edges
// bow, curves bend otherwise.
func (h *hand) trace(p *path) []vertex {
	q := p.copied()
	noise := mul(h.noise, smaller(1, mul(2.5, q.size())))
	stray := h.strays(q, noise)
	for i := range q.nodes {
		n := &q.nodes[i]
		before := stray[(i+len(stray)-1)%len(stray)]
		n.at = n.at.add(stray[i])
		if n.curved {
			n.c1 = n.c1.add(before).plus(h.normal(noise/2), h.normal(noise/2))
			n.c2 = n.c2.add(stray[i]).plus(h.normal(noise/2), h.normal(noise/2))
		}
	}
	var out []vertex
	if !q.closed {
		out = append(out, vertex{q.nodes[0].at, true})
	}
	for i, n := range q.nodes {
		if i == 0 && !q.closed {
			continue
		}
		out = h.edge(out, q.nodes[(i+len(q.nodes)-1)%len(q.nodes)].at, n)
	}
	if h.round > 0 {
		out = roundCorners(out, h.round, q.closed)
	}
	return out
}

// strays are the errors of a path's nodes: independent where nodes are far
// apart, nearly alike where they are close.
func (h *hand) strays(p *path, noise float64) []point {
	stray := make([]point, len(p.nodes))
	for i := range stray {
		own := point{h.normal(noise), h.normal(noise)}
		if i > 0 {
			w := smaller(1, p.nodes[i].at.sub(p.nodes[i-1].at).length()/0.15)
			own = between(stray[i-1], own, w)
		}
		stray[i] = own
	}
	return stray
}

// edge appends the points of the edge from a to n, a left out.
func (h *hand) edge(dst []vertex, a point, n node) []vertex {
	across := n.at.sub(a)
	length := across.length()
	c1, c2 := n.c1, n.c2
	steps := 1
	if n.curved {
		steps = 4 + int(mul(smaller(length, 0.8), 8))
	} else if bow := h.normal(mul(0.05, h.sloppy)); length > 0.08 {
		side := across.normal().times(mul(bow, 4.0/3))
		c1, c2 = between(a, n.at, 1.0/3).add(side), between(a, n.at, 2.0/3).add(side)
		steps = 4
	}
	for i := 1; i < steps; i++ {
		dst = append(dst, vertex{bezier(a, c1, c2, n.at, float64(i)/float64(steps)), false})
	}
	return append(dst, vertex{n.at, !n.smooth})
}

// roundCorners replaces each corner by a curve that begins and ends up to
// radius away from it.
func roundCorners(v []vertex, radius float64, closed bool) []vertex {
	out := make([]vertex, 0, 2*len(v))
	for i, c := range v {
		if !c.corner || !closed && (i == 0 || i == len(v)-1) {
			out = append(out, c)
			continue
		}
		a, b := v[(i+len(v)-1)%len(v)], v[(i+1)%len(v)]
		p, q := towards(c.point, a.point, radius), towards(c.point, b.point, radius)
		for k := range 4 {
			t := float64(k) / 3
			out = append(out, vertex{between(between(p, c.point, t), between(c.point, q, t), t), k == 1})
		}
	}
	return out
}

// towards goes from a in b's direction, at most 0.45 of the way.
func towards(a, b point, distance float64) point {
	u, length := b.sub(a).unit()
	return a.add(u.times(smaller(distance, mul(0.45, length))))
}

// goRound starts a closed line anywhere, in either direction, and ends it near
// its start: short of it, beside it or past it.
func (h *hand) goRound(v []vertex) []vertex {
	n := len(v)
	start := h.s.Intn(n)
	if h.chance(0.75) { // mostly at a corner
		for range n {
			if v[start].corner {
				break
			}
			start = (start + 1) % n
		}
	}
	step := 1
	if h.chance(0.5) {
		step = n - 1
	}
	size := smaller(1, mul(2.5, extent(v)))
	miss := point{h.normal(mul(1.6*h.noise, size)), h.normal(mul(1.6*h.noise, size))}
	out := make([]vertex, 0, n+2)
	for i := range n + 1 {
		at := v[(start+i*step)%n]
		at.point = at.add(miss.times(float64(i) / float64(n)))
		out = append(out, at)
	}
	if h.chance(0.3) { // past the start
		out = append(out, vertex{between(out[n].point, v[(start+step)%n].point, h.in(0.1, 0.5)), false})
	}
	return out
}

// size is the longer side of the box around the nodes.
func (p *path) size() float64 {
	lo, hi := p.nodes[0].at, p.nodes[0].at
	for _, n := range p.nodes {
		lo = point{smaller(lo.x, n.at.x), smaller(lo.y, n.at.y)}
		hi = point{larger(hi.x, n.at.x), larger(hi.y, n.at.y)}
	}
	return larger(hi.x-lo.x, hi.y-lo.y)
}

func extent(v []vertex) float64 {
	lo, hi := v[0].point, v[0].point
	for _, n := range v {
		lo = point{smaller(lo.x, n.x), smaller(lo.y, n.y)}
		hi = point{larger(hi.x, n.x), larger(hi.y, n.y)}
	}
	return larger(hi.x-lo.x, hi.y-lo.y)
}
