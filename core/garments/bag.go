package garments

// bagShape is a bag's body: x 0 in the middle, its top at y 0, its bottom at height.
type bagShape struct {
	top, bottom float64 // half widths
	height      float64
	kind        int
}

const (
	boxBag = iota
	halfDiscBag
	roundBag
	sackBag
)

func bag(g *dice) *figure {
	f := &figure{}
	b := &bagShape{top: g.in(0.32, 0.5), kind: g.pick(52, 15, 18, 15)}
	b.bottom = mul(b.top, g.in(0.85, 1.4))
	b.height = mul(2*b.bottom, g.in(0.35, 1.0))
	if g.chance(0.15) {
		b.height = mul(2*b.bottom, g.in(1.0, 1.5))
	}
	f.outline(b.body(g))
	if !g.chance(0.07) {
		b.handles(f, g)
	}
	b.details(f, g)
	return f
}

func (b *bagShape) body(g *dice) *path {
	tl, tr := point{-b.top, 0}, point{b.top, 0}
	bl, br := point{-b.bottom, b.height}, point{b.bottom, b.height}
	switch b.kind {
	case halfDiscBag: // flat above or flat below
		if g.chance(0.7) {
			k := mul(b.height, g.in(1.1, 1.4))
			return from(tl).line(tr).curve(tr.plus(g.in(-0.05, 0.12), k), tl.plus(g.in(-0.12, 0.05), k), tl).closeAtStart()
		}
		k := mul(-1.2, b.height)
		return from(bl).curve(bl.plus(0.02, k), br.plus(-0.02, k), br).close()
	case roundBag:
		return loop(point{0, b.height / 2}, b.bottom, b.height/2, g.in(0.5, 0.95))
	case sackBag: // full below, gathered above
		neck := mul(b.top, g.in(0.35, 0.75))
		w := b.bottom
		p := from(point{-neck, 0}).arch(g.normal(0.05), point{neck, 0})
		p.curve(point{mul(1.1, w), mul(0.25, b.height)}, point{mul(1.3, w), b.height}, point{mul(0.55, w), b.height}).smoothed()
		p.line(point{mul(-0.55, w), b.height}).smoothed()
		p.curve(point{mul(-1.3, w), b.height}, point{mul(-1.1, w), mul(0.25, b.height)}, point{-neck, 0})
		return p.closeAtStart()
	}
	side := g.normal(0.04)
	p := from(tl).arch(g.normal(0.04), tr).arch(side, br).arch(g.normal(0.05), bl)
	return p.closeArch(side)
}

// closeAtStart closes a path whose last node lies on its first.
func (p *path) closeAtStart() *path {
	last := p.nodes[len(p.nodes)-1]
	last.smooth = false
	p.nodes[0] = last
	p.nodes = p.nodes[:len(p.nodes)-1]
	return p.close()
}

// handles draws one arc above the body, two, or one with an inner edge.
func (b *bagShape) handles(f *figure, g *dice) {
	h := g.in(0.15, 0.85)
	w := larger(mul(b.top, g.in(0.3, 1.0)), mul(0.3, h))
	switch b.kind {
	case sackBag:
		w = mul(w, 0.6)
	case roundBag:
		w = mul(w, 0.75)
	}
	square := g.in(0.4, 0.95)
	lean := g.normal(0.06)
	foot := 0.0
	switch {
	case b.kind == roundBag:
		foot = mul(b.height, g.in(0.03, 0.12))
	case g.chance(0.25): // sewn on the body's front
		foot = mul(b.height, g.in(0.05, 0.3))
	}
	arc := func(w, h, dx float64) *path {
		top := point{lean + dx, -h}
		k := mul(square, w)
		return from(point{dx - w, foot}).curve(point{dx - w, mul(-square, h)}, top.plus(-k, 0), top).smoothed().
			curve(top.plus(k, 0), point{dx + w, mul(-square, h)}, point{dx + w, foot})
	}
	f.limb(arc(w, h, 0))
	switch g.pick(58, 24, 18) {
	case 1: // the handle's thickness
		d := smaller(g.in(0.04, 0.09), mul(0.3, w))
		f.limb(arc(w-d, h-d, 0))
	case 2: // the other handle, behind
		f.limb(arc(w, mul(h, g.in(0.8, 1.1)), g.in(0.05, 0.14)))
	}
	if g.chance(0.10) { // rings where it is fixed
		f.detail(loop(point{-w, foot}, 0.03, 0.03, 0.55))
		f.detail(loop(point{w, foot}, 0.03, 0.03, 0.55))
	}
}

func (b *bagShape) details(f *figure, g *dice) {
	width := func(y float64) float64 {
		if b.kind == boxBag {
			return mix(b.top, b.bottom, y/b.height)
		}
		return mul(0.92, b.bottom)
	}
	clasp := mul(b.height, g.in(0.12, 0.5))
	if g.chance(0.35) { // a flap
		w := width(0)
		if b.kind == sackBag {
			w = mul(0.7, w)
		}
		p := from(point{-w, 0})
		switch g.pick(3, 3, 2) {
		case 0:
			p.bend(point{0, mul(2, clasp)}, point{w, 0})
		case 1:
			p.line(point{0, clasp}, point{w, 0})
		case 2:
			p.line(point{mul(-0.85, w), clasp}, point{mul(0.85, w), clasp}, point{w, 0})
		}
		f.detail(p)
	} else if g.chance(0.45) { // a line across: a rim or a zip
		y := mul(b.height, g.in(0.08, 0.45))
		w := width(y)
		f.detail(from(point{-w, y}).arch(g.normal(0.05), point{w, y}))
		if g.chance(0.12) {
			f.ticks(g, point{mul(-0.9, w), y}, point{mul(0.9, w), y}, g.some(5, 10), 0.05, 0)
		}
	}
	if g.chance(0.30) {
		r := g.in(0.025, 0.06)
		if g.chance(0.7) {
			f.detail(loop(point{g.normal(0.02), clasp}, r, r, 0.55))
		} else {
			f.detail(loop(point{g.normal(0.02), clasp}, r, mul(1.2, r), 1))
		}
	}
	b.extras(f, g, width)
}

// extras draws what few bags have; width is the body's half width at a height.
func (b *bagShape) extras(f *figure, g *dice, width func(y float64) float64) {
	if g.chance(0.07) { // its side, seen in perspective
		m := g.sign()
		dx, dy := mul(m, g.in(0.08, 0.2)), -g.in(0.04, 0.14)
		p := from(point{mul(m, width(0)), 0}).line(point{mul(m, width(0)) + dx, dy})
		f.limb(p.line(point{mul(m, width(b.height)) + dx, b.height + dy}, point{mul(m, width(b.height)), b.height}))
	}
	if b.kind != boxBag && g.chance(0.12) { // a purse's frame and its two balls
		w, r := g.in(0.03, 0.06), g.in(0.025, 0.04)
		f.detail(loop(point{-w, -r}, r, r, 0.55))
		f.detail(loop(point{w, -r}, r, r, 0.55))
	}
	if g.chance(0.12) { // a pocket
		w, y := mul(b.bottom, g.in(0.35, 0.6)), mul(b.height, g.in(0.45, 0.6))
		h := mul(0.85, b.height-y)
		f.detail(from(point{-w, y}).line(point{w, y}, point{w, y + h}, point{-w, y + h}).close())
	}
	if g.chance(0.10) { // a pattern
		c, r := point{0, mul(0.6, b.height)}, mul(b.height, g.in(0.1, 0.22))
		switch g.pick(1, 1, 1) {
		case 0:
			f.detail(loop(c, r, r, 0.55))
		case 1:
			f.detail(zigzag(c.plus(-2*r, -r/2), c.plus(2*r, -r/2), c.plus(-2*r, r/2), c.plus(2*r, r/2), g.some(4, 8)))
		case 2:
			f.detail(from(c.plus(-2*r, 0)).line(c.plus(2*r, 0)))
		}
	}
}
