package garments

// sandal draws open footwear: flip flops and slides from above, sandals and
// flip flops from the side, and heeled ones.
func sandal(g *dice) *figure {
	switch g.pick(50, 8, 7, 17, 9, 9) {
	case 0:
		return fromAbove(g, flipFlopStraps)
	case 1:
		return fromAbove(g, slideStraps)
	case 2:
		return fromAbove(g, crossStraps)
	case 3:
		return sandalFromSide(g)
	case 4:
		return flipFlopFromSide(g)
	}
	return heel(g, true)
}

// sole is a foot's shape from above: toe at the top, length 1.
type sole struct {
	ball, waist, heel float64 // half widths
	lean              float64 // of the toe, to one side
}

func newSole(g *dice) sole {
	s := sole{ball: g.in(0.16, 0.34)}
	s.waist = mul(s.ball, g.in(0.68, 1.08))
	s.heel = mul(s.ball, g.in(0.72, 1.05))
	s.lean = g.normal(0.04)
	return s
}

// path goes round the sole, from the toe's tip.
func (s sole) path() *path {
	toe, end := point{s.lean, -0.5}, point{0, 0.5}
	r, l := point{s.ball, -0.2}, point{-s.ball, -0.2}
	rw, lw := point{s.waist, 0.12}, point{-s.waist, 0.12}
	k := mul(0.6, s.ball)
	p := from(toe).curve(toe.plus(k, 0), r.plus(0, -0.18), r).smoothed()
	p.curve(r.plus(0, 0.12), rw.plus(0, -0.1), rw).smoothed()
	h := mul(1.25, s.heel)
	p.curve(point{h, 0.3}, end.plus(mul(0.7, s.heel), 0), end).smoothed()
	p.curve(end.plus(mul(-0.7, s.heel), 0), point{-h, 0.3}, lw).smoothed()
	p.curve(lw.plus(0, -0.1), l.plus(0, 0.12), l).smoothed()
	p.nodes[0] = node{at: toe, c1: l.plus(0, -0.18), c2: toe.plus(-k, 0), curved: true, smooth: true}
	return p.close()
}

// fromAbove draws one sole with its straps, or a pair.
func fromAbove(g *dice, straps func(f *figure, g *dice, s sole)) *figure {
	s := newSole(g)
	one := &figure{}
	one.outline(s.path())
	straps(one, g, s)
	if g.chance(0.10) { // a second line: the sole's thickness
		in := s
		in.ball, in.waist, in.heel = mul(0.82, s.ball), mul(0.78, s.waist), mul(0.78, s.heel)
		one.detail(in.path().transform(func(p point) point { return point{p.x, mul(0.9, p.y)} }))
	}
	if g.chance(0.10) { // toes down
		one.transform(func(p point) point { return point{p.x, -p.y} })
	}
	if g.chance(0.55) {
		return pair(g, one, s.ball)
	}
	turned := angle(g.normal(12))
	if g.chance(0.25) {
		turned = angle(g.in(0, 360))
	}
	one.transform(func(p point) point { return p.turn(turned) })
	return one
}

// pair sets a figure and its mirror image side by side, tilted and not quite level.
func pair(g *dice, one *figure, half float64) *figure {
	f := &figure{}
	apart := half + g.in(-0.02, 0.16)
	tilt := g.normal(9)
	both := angle(0)
	if g.chance(0.25) {
		both = angle(g.in(0, 360))
	} else if g.chance(0.3) {
		both = angle(g.normal(20))
	}
	crooked := g.chance(0.15) // laid down anyhow
	for _, m := range [2]float64{1, -1} {
		own := angle(tilt + g.normal(4))
		off := point{apart, g.normal(0.05)}
		if crooked {
			own, off = angle(g.normal(40)), point{apart + g.in(0.05, 0.25), g.normal(0.15)}
		}
		for _, p := range one.parts {
			q := p.path.copied().transform(func(v point) point {
				v = v.turn(own).add(off)
				v.x = mul(m, v.x)
				return v.turn(both)
			})
			f.add(p.role, q)
		}
	}
	return f
}

// flipFlopStraps draws the V from between the toes to both sides.
func flipFlopStraps(f *figure, g *dice, s sole) {
	if g.chance(0.05) {
		return
	}
	toe := point{mul(0.5, s.lean) + g.normal(0.02), g.in(-0.42, -0.14)}
	y := toe.y + g.in(0.16, 0.46)
	if g.chance(0.2) { // nearly straight across
		y = toe.y + g.in(0.02, 0.14)
	}
	bulge := 0.0
	kind := g.pick(45, 35, 20)
	if kind == 1 {
		bulge = g.in(0.05, 0.22)
	}
	reach := g.in(0.85, 1.15)
	for _, m := range [2]float64{1, -1} {
		w := mul(reach, mix(s.ball, s.waist, smaller(1, larger(0, (y+0.2)/0.32))))
		to := point{mul(m, w), y + g.normal(0.02)}
		f.add(essential, from(toe).arch(mul(m, -bulge), to))
		if kind == 2 { // both edges of the strap
			f.detail(from(toe.plus(0, g.in(0.06, 0.11))).arch(mul(m, -bulge), to.plus(0, g.in(0.05, 0.10))))
		}
	}
	switch g.pick(70, 12, 12, 6) {
	case 1: // the post between the toes
		f.detail(from(toe).line(toe.plus(0, -g.in(0.04, 0.10))))
	case 2:
		f.detail(loop(toe, 0.025, 0.025, 0.55))
	case 3: // a Y
		f.detail(from(toe).line(toe.plus(0, g.in(0.05, 0.12))))
	}
}

// slideStraps draws one broad band across.
func slideStraps(f *figure, g *dice, s sole) {
	y0 := g.in(-0.28, -0.12)
	y1 := y0 + g.in(0.14, 0.34)
	bulge := -g.in(0, 0.2)
	w := mul(s.ball, g.in(0.95, 1.12))
	f.essential(from(point{-w, y0}).arch(bulge, point{w, y0}))
	f.essential(from(point{-w, y1}).arch(bulge, point{w, y1}))
	if g.chance(0.3) { // open sides are drawn as part of the band
		f.detail(from(point{-w, y0}).line(point{-w, y1}))
		f.detail(from(point{w, y0}).line(point{w, y1}))
	}
}

// crossStraps draws several narrow bands, or a cross.
func crossStraps(f *figure, g *dice, s sole) {
	if g.chance(0.35) {
		w, y0, y1 := mul(0.95, s.ball), g.in(-0.3, -0.2), g.in(-0.02, 0.1)
		f.essential(from(point{-w, y0}).line(point{w, y1}))
		f.essential(from(point{w, y0}).line(point{-w, y1}))
		return
	}
	n := g.some(2, 4)
	bulge := g.in(-0.2, 0.2)
	for i := range n {
		y := mix(-0.32, g.in(0.1, 0.36), float64(i)/float64(n-1))
		w := mix(s.ball, s.waist, smaller(1, larger(0, (y+0.2)/0.32)))
		f.essential(from(point{-w, y}).arch(bulge, point{w, y}))
	}
}
