package garments

// Closed footwear from the side: toe left at x 0, heel at x 1, ground at y 0.

// upper is the part of a shoe above the sole.
type upper struct {
	sole         float64 // thickness
	toe          float64 // height of the toe's cap
	tongue       point   // the opening's front end
	back         point   // its rear end, at the heel
	dip          float64 // how far the opening sags
	instep       float64 // how far the line from toe to tongue bows
	roundToe     float64
	heelOverhang float64
}

func newSneaker(g *dice) *upper {
	u := &upper{
		sole: g.in(0.04, 0.13), toe: g.in(0.12, 0.28), instep: g.in(-0.12, 0.16),
		dip: g.in(-0.02, 0.10), roundToe: g.in(0.3, 0.8), heelOverhang: g.normal(0.02),
	}
	h := g.in(0.34, 0.62)
	u.tongue = point{g.in(0.45, 0.66), -mul(h, g.in(0.85, 1.15))}
	u.back = point{g.in(0.93, 1.0), -mul(h, g.in(0.85, 1.2))}
	return u
}

// path goes round the shoe from the toe's foot over the top; with its sole,
// or down to the sole's upper edge only.
func (u *upper) path(floor float64) *path {
	p := from(point{0.01, floor})
	front := point{0.16, -u.sole - u.toe}
	p.curve(point{-0.02, floor - mul(u.roundToe, u.toe)}, point{0.03, front.y}, front).smoothed()
	p.arch(-u.instep, u.tongue)
	if u.tongue.y != u.back.y {
		m := between(u.tongue, u.back, 0.5)
		p.bend(m.plus(0, mul(2, u.dip)), u.back)
	} else {
		p.line(u.back)
	}
	p.arch(0.06, point{0.99 + u.heelOverhang, floor})
	return p.close()
}

func sneaker(g *dice) *figure {
	switch g.pick(80, 12, 4, 4) {
	case 1:
		return slipper(g)
	case 2:
		return heel(g, false)
	case 3:
		return fromAbove(g, laceUp)
	}
	f := &figure{}
	u := newSneaker(g)
	if g.chance(0.15) { // a high one, still with laces
		u.back.y, u.tongue.y = u.back.y-g.in(0.05, 0.14), u.tongue.y-g.in(0.05, 0.14)
	}
	u.drawSole(f, g)
	u.laces(f, g, 0.8)
	u.openingRing(f, g, 0.22)
	if g.chance(0.25) { // the toe's cap
		x := g.in(0.16, 0.3)
		f.detail(from(point{x, -u.sole}).arch(g.in(-0.3, 0.3), point{x + g.in(-0.04, 0.08), -u.sole - mul(u.toe, 1.1)}))
	}
	u.sideMark(f, g)
	if g.chance(0.04) {
		leg(f, g, u.tongue, u.back)
	}
	if g.chance(0.15) { // the heel's counter
		f.detail(from(point{g.in(0.78, 0.88), -u.sole}).arch(g.in(-0.2, 0.2), point{g.in(0.8, 0.92), mul(0.8, u.back.y)}))
	}
	if g.chance(0.05) {
		return besideAnother(g, f)
	}
	return f
}

// drawSole draws shoe and sole: one outline with a line on it, or two shapes.
func (u *upper) drawSole(f *figure, g *dice) {
	switch g.pick(25, 40, 35) {
	case 0:
		f.outline(u.path(0))
	case 1:
		f.outline(u.path(0))
		f.detail(from(point{0, -u.sole}).arch(g.normal(0.02), point{1, -u.sole}))
	case 2:
		f.outline(u.path(-u.sole))
		over := g.in(0, 0.04)
		p := from(point{-over, -u.sole}).line(point{1 + over, -u.sole}, point{1 + over, 0}, point{-over, 0})
		if g.chance(0.5) { // rounded ends
			p = from(point{-over, -u.sole}).line(point{1 + over, -u.sole}).arch(-0.5, point{1 + over, 0}).line(point{-over, 0})
			p.closeArch(-0.5)
		}
		f.outline(p.close())
	}
	if g.chance(0.07) { // profile
		f.ticks(g, point{0.05, mul(-0.3, u.sole)}, point{0.95, mul(-0.3, u.sole)}, g.some(5, 10), mul(0.6, u.sole), 0)
	}
}

// laces draws ticks, crosses or a bow along the instep.
func (u *upper) laces(f *figure, g *dice, p float64) {
	if !g.chance(p) {
		return
	}
	a := between(point{0.16, -u.sole - u.toe}, u.tongue, g.in(0.15, 0.45))
	b := between(point{0.16, -u.sole - u.toe}, u.tongue, g.in(0.85, 1))
	off := b.sub(a).normal().times(mul(u.instep, -1))
	in := point{g.in(0, 0.04), g.in(0, 0.06)}
	a, b = a.add(off).add(in), b.add(off).add(in)
	length := g.in(0.07, 0.16)
	switch g.pick(65, 20, 15) {
	case 0:
		f.ticks(g, a, b, g.some(2, 6), length, g.in(-0.8, 0.8))
	case 1:
		n := g.some(2, 4)
		f.ticks(g, a, b, n, length, 1)
		f.ticks(g, a, b, n, length, -1)
	case 2:
		f.ticks(g, a, b, g.some(2, 4), length, 0)
		f.detail(loop(b.plus(-0.05, -0.03), 0.06, 0.035, 0.5))
		f.detail(loop(b.plus(0.06, -0.02), 0.06, 0.035, 0.5))
	}
}

// openingRing draws the opening as an ellipse, as seen from a little above.
func (u *upper) openingRing(f *figure, g *dice, p float64) {
	if !g.chance(p) {
		return
	}
	c := between(u.tongue, u.back, 0.5)
	f.detail(loop(c.plus(0, mul(0.5, u.dip)), mul(0.5, u.back.x-u.tongue.x), g.in(0.03, 0.08), 0.55))
}

// sideMark draws a brand's stripes, a swoosh, a line or a star of no brand.
func (u *upper) sideMark(f *figure, g *dice) {
	y := mul(0.5, u.back.y-u.sole)
	switch g.pick(70, 10, 10, 6, 4) {
	case 1:
		f.ticks(g, point{0.45, y}, point{0.72, y}, g.some(2, 3), g.in(0.12, 0.25), g.in(-0.6, 0.6))
	case 2:
		f.detail(from(point{0.4, y}).bend(point{0.5, y + 0.16}, point{0.85, y - 0.08}))
	case 3:
		f.detail(from(point{0.3, -u.sole - 0.02}).arch(g.in(-0.2, 0.2), point{0.7, u.back.y + 0.08}))
	case 4:
		f.detail(loop(point{g.in(0.6, 0.75), y}, 0.06, 0.06, 0.55))
	}
}

// slipper is a low shoe without laces.
func slipper(g *dice) *figure {
	f := &figure{}
	u := newSneaker(g)
	u.toe = g.in(0.14, 0.26)
	h := g.in(0.20, 0.36)
	u.tongue, u.back = point{g.in(0.35, 0.6), -h}, point{g.in(0.94, 1), -mul(h, g.in(0.85, 1.3))}
	u.drawSole(f, g)
	if g.chance(0.3) {
		f.detail(from(u.tongue).arch(g.in(0.1, 0.3), u.back))
	}
	return f
}

// laceUp draws a shoe's opening and laces on a sole from above.
func laceUp(f *figure, g *dice, s sole) {
	w := mul(s.waist, g.in(0.55, 0.8))
	f.essential(loop(point{0, 0.24}, w, g.in(0.14, 0.22), 0.6))
	f.ticks(g, point{0, -0.22}, point{0, 0.06}, g.some(2, 4), mul(1.1, s.ball), g.in(-0.4, 0.4))
}

// leg draws the two lines of a leg that stands in the shoe.
func leg(f *figure, g *dice, front, back point) {
	h := g.in(0.3, 0.9)
	in := mul(0.15, back.x-front.x)
	f.limb(from(front.plus(in, 0.02)).line(front.plus(in+g.normal(0.03), -h)))
	f.limb(from(back.plus(-in, 0.02)).line(back.plus(g.normal(0.03)-in, -h)))
}

// besideAnother draws the second shoe behind the first.
func besideAnother(g *dice, f *figure) *figure {
	by := point{g.in(0.08, 0.3), -g.in(0.3, 0.6)}
	for _, p := range f.parts[:len(f.parts):len(f.parts)] {
		f.add(p.role, p.path.copied().transform(func(v point) point { return v.add(by) }))
	}
	return f
}
