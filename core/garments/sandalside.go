package garments

// Open footwear from the side: toe left at x 0, heel at x 1, ground at y 0.

// slab is a sole from the side: flat, with a raised toe or wedged.
type slab struct {
	toe, heel float64 // thickness at both ends
	rise      float64 // of the foot's bed at the heel
}

func newSlab(g *dice) slab {
	s := slab{toe: g.in(0.05, 0.13)}
	s.heel = mul(s.toe, g.in(0.9, 1.6))
	if g.chance(0.25) { // a wedge
		s.rise = g.in(0.08, 0.3)
	}
	return s
}

// bed is the height of the foot's bed at x.
func (s slab) bed(x float64) float64 {
	lift := larger(0, (x-0.4)/0.6)
	return -mix(s.toe, s.heel, x) - mul(s.rise, mul(lift, mul(lift, 3-2*lift)))
}

func (s slab) path(g *dice) *path {
	p := from(point{0, mul(-0.5, s.toe)})
	p.bend(point{0.01, s.bed(0)}, point{0.12, s.bed(0.12)})
	p.curve(point{0.45, s.bed(0.2)}, point{0.65, s.bed(1)}, point{0.97, s.bed(1)})
	p.line(point{1 + g.normal(0.015), 0})
	if s.rise > 0 && g.chance(0.5) { // a gap under the arch
		p.line(point{0.72, 0}).bend(point{0.55, mul(-0.6, s.toe)}, point{0.42, 0})
	}
	p.line(point{0.06, 0})
	return p.closeArch(0.1)
}

// footTop is the height of a foot's back at x, above the bed: low at the toes,
// rising to the ankle.
func footTop(x, high float64) float64 {
	return mul(high, mix(0.35, 1, smaller(1, x/0.7)))
}

func sandalFromSide(g *dice) *figure {
	f := &figure{}
	s := newSlab(g)
	f.outline(s.path(g))
	high := g.in(0.24, 0.5)
	switch g.pick(40, 35, 25) {
	case 0: // arcs, one beside the other
		n := g.some(1, 3)
		width := 0.72 / float64(n)
		for i := range n {
			x := 0.1 + mul(width, float64(i)) + g.in(0, 0.03)
			strapArc(f, g, s, x, x+mul(width, g.in(0.7, 1.0)), g.in(0.8, 1.1)*footTop(x, high), g.chance(0.4))
		}
	case 1: // bands that go up and over the foot
		for i := range g.some(1, 3) {
			x := 0.12 + mul(0.24, float64(i)) + g.in(0, 0.08)
			s.band(f, g, x, g.in(0.08, 0.16), footTop(x, high))
		}
	case 2: // one broad strap over the toes
		x0, x1 := g.in(0.06, 0.2), g.in(0.45, 0.66)
		a, b := point{x0, s.bed(x0)}, point{x1, s.bed(x1)}
		p := from(a).curve(a.plus(0.03, mul(-0.5, high)), b.plus(-0.2, -high), b.plus(g.in(-0.05, 0.08), mul(-0.9, high)))
		f.limb(p.arch(g.in(-0.2, 0.2), b))
	}
	if g.chance(0.5) {
		s.heelStrap(f, g)
	}
	return f
}

// band draws a strap of some width from the bed up to the foot's top.
func (s slab) band(f *figure, g *dice, x, width, h float64) {
	lean := g.in(-0.04, 0.14)
	a, b := point{x, s.bed(x)}, point{x + width, s.bed(x + width)}
	p := from(a).arch(0.06, a.plus(lean, -h))
	if g.chance(0.5) {
		p.arch(-0.2, b.plus(lean, -h))
	} else {
		p.line(b.plus(lean, -h))
	}
	f.limb(p.arch(-0.06, b))
	if g.chance(0.15) {
		f.detail(loop(between(a, b, 0.5).plus(lean/2, -h/2), 0.025, 0.025, 0.8))
	}
}

// heelStrap draws a strap around the heel and over the ankle.
func (s slab) heelStrap(f *figure, g *dice) {
	h := g.in(0.22, 0.5)
	a, b := point{0.98, s.bed(0.98)}, point{g.in(0.52, 0.66), s.bed(0.6)}
	top := s.bed(1) - h
	if g.chance(0.45) { // an upright at the heel and a strap round the ankle
		w := g.in(0.25, 0.4)
		f.limb(from(a).line(point{0.97, top}))
		f.limb(loop(point{0.97 - mul(w, .5), top}, mul(w, .5), g.in(0.03, 0.07), 0.55))
		return
	}
	f.limb(from(a).curve(a.plus(0.02, mul(-0.7, h)), point{0.97, top}, point{0.85, top}).
		curve(point{0.72, top}, b.plus(0.03, mul(-0.4, h)), b))
	if g.chance(0.4) {
		f.limb(from(point{0.97, s.bed(1) - mul(0.6, h)}).arch(g.normal(0.1), point{0.62, s.bed(0.6) - mul(0.5, h)}))
	}
}

// strapArc draws a strap over the foot, from bed to bed.
func strapArc(f *figure, g *dice, s slab, x0, x1, h float64, double bool) {
	a, b := point{x0, s.bed(x0)}, point{x1, s.bed(x1)}
	lean := g.in(0, 0.12)
	arc := func(a, b point, h float64) *path {
		return from(a).curve(a.plus(lean, mul(-1.2, h)), b.plus(lean, mul(-1.2, h)), b)
	}
	f.limb(arc(a, b, h))
	if w := mul(0.25, x1-x0); double && w > 0.06 {
		f.limb(arc(a.plus(w, 0), b.plus(-w, 0), mul(0.65, h)))
	}
}

// flipFlopFromSide draws a flat sole and the strap that rises from between the
// toes and comes down at the middle.
func flipFlopFromSide(g *dice) *figure {
	f := &figure{}
	s := newSlab(g)
	s.rise = mul(0.4, s.rise)
	f.outline(s.path(g))
	toe := point{g.in(0.14, 0.26), 0}
	toe.y = s.bed(toe.x)
	end := point{g.in(0.52, 0.74), 0}
	end.y = s.bed(end.x)
	h := g.in(0.14, 0.32)
	peak := point{toe.x + g.in(0, 0.10), toe.y - h}
	f.limb(from(toe).line(peak).bend(point{mix(peak.x, end.x, 0.6), peak.y + mul(0.15, h)}, end))
	if g.chance(0.5) {
		f.limb(from(peak.plus(0.02, mul(0.45, h))).bend(point{mix(peak.x, end.x, 0.5), peak.y + mul(0.5, h)}, end.plus(-0.09, 0)))
	}
	if g.chance(0.2) { // the other of the pair, behind
		other := g.in(0.05, 0.2)
		for _, p := range f.parts[:len(f.parts):len(f.parts)] {
			f.add(p.role, p.path.copied().transform(func(v point) point { return v.plus(mul(1.5, other), -0.35-other) }))
		}
	}
	return f
}

// heel draws a shoe with a high heel: open with straps, or closed.
func heel(g *dice, open bool) *figure {
	f := &figure{}
	h := g.in(0.28, 0.62)   // of the heel
	thin := g.in(0.03, 0.1) // the heel's foot
	ball := g.in(0.25, 0.4)
	top := g.in(0.10, 0.22)
	p := from(point{0, -0.02})
	if open {
		p.line(point{ball, -0.05}).curve(point{ball + 0.2, -0.05}, point{0.7, -h}, point{0.98, -h})
	} else {
		p.curve(point{0.05, -0.16}, point{ball - 0.05, -top}, point{ball + 0.05, -top})
		p.curve(point{ball + 0.25, -top}, point{0.75, -h}, point{0.97, -h - top})
	}
	p.line(point{1, mul(-0.9, h)}).arch(g.in(0, 0.08), point{1 - mul(0.5, thin), 0}).line(point{1 - mul(1.5, thin), 0})
	p.arch(g.in(-0.08, 0.05), point{0.86, mul(-0.75, h)})
	p.curve(point{0.7, mul(-0.6, h)}, point{ball + 0.2, 0}, point{ball, 0})
	f.outline(p.closeArch(0))
	if !open {
		return f
	}
	sl := slab{toe: 0.05, heel: 0.05}
	for range g.some(1, 2) {
		x := g.in(0.06, 0.2)
		strapArc(f, g, sl, x, x+g.in(0.12, 0.22), g.in(0.12, 0.25), g.chance(0.4))
	}
	if g.chance(0.75) { // around the ankle
		a := g.in(0.18, 0.34)
		f.limb(from(point{0.97, -h}).line(point{0.95, -h - a}).arch(g.in(-0.3, 0.3), point{0.68, -h - a + 0.03}))
		if g.chance(0.6) {
			f.limb(from(point{0.68, -h - a + 0.03}).arch(0.05, point{0.62, mul(-0.75, h)}))
		}
	}
	return f
}
