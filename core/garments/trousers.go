package garments

// trousers draws a waist, two legs and what lies between them.
func trousers(g *dice) *figure {
	f := &figure{}
	waist := g.in(0.18, 0.42)
	height := 1.0
	if g.chance(0.30) {
		height = g.in(0.5, 0.9)
	}
	crotch := mul(height, g.in(0.20, 0.62))
	apart := g.in(0, 0.10) // half the gap between the hems
	if g.chance(0.35) {
		apart = g.in(0.10, 0.28)
	}
	leg := mul(waist, g.in(0.5, 1.15)) // a leg's width at the hem
	outer := apart + leg
	hip := point{mul(larger(waist, mix(waist, outer, 0.25)), g.in(0.98, 1.15)), mul(crotch, g.in(0.4, 0.9))}
	side, inside := g.normal(0.03), g.normal(0.03)
	useHip := g.chance(0.35)
	p := from(point{-waist, 0}).arch(g.in(-0.05, 0.06), point{waist, 0})
	if useHip {
		p.line(hip)
	}
	drop := func() float64 { return height + g.normal(0.02) }
	p.arch(side, point{outer, drop()}).line(point{apart, drop()})
	crotchLine(p, g, inside, crotch, smaller(mul(0.8, leg), apart+0.03), point{-apart, drop()})
	p.line(point{-outer, drop()})
	if useHip {
		p.arch(side, hip.flip()).line(point{-waist, 0})
		p.nodes = p.nodes[:len(p.nodes)-1]
		p.close()
	} else {
		p.closeArch(side)
	}
	f.outline(p)
	trouserDetails(f, g, waist, outer, crotch, height)
	return f
}

// crotchLine goes from the right hem's inner end up to the crotch and down to
// the left hem: to a point, a flat bar or an arch.
func crotchLine(p *path, g *dice, bulge, crotch, gap float64, to point) {
	fromX := p.end().x
	switch g.pick(55, 25, 20) {
	case 0:
		x := g.normal(0.02)
		p.arch(bulge, point{x, crotch}).arch(bulge, to)
	case 1:
		w := larger(0.02, mul(gap, g.in(0.4, 1.0)))
		p.arch(bulge, point{w, crotch}).line(point{-w, crotch}).arch(bulge, to)
	case 2:
		top := crotch - mul(0.25, p.end().y-crotch)
		p.curve(point{mul(0.9, fromX), top}, point{mul(0.9, to.x), top}, to)
	}
}

func trouserDetails(f *figure, g *dice, waist, outer, crotch, height float64) {
	if g.chance(0.32) { // a waistband
		y := mul(height, g.in(0.05, 0.13))
		w := mix(waist, outer, y/height)
		bulge := g.normal(0.03)
		f.detail(from(point{-w, y}).arch(bulge, point{w, y}))
		if g.chance(0.25) { // a button, or loops for a belt
			f.button(g, detail, point{0, y / 2}, g.pick(1, 1), 0.02)
		}
		if g.chance(0.15) {
			f.ticks(g, point{mul(-0.8, waist), y / 2}, point{mul(0.8, waist), y / 2}, g.some(3, 5), y, 0)
		}
	}
	if g.chance(0.22) { // the fly
		x, y := g.normal(0.01), mul(crotch, g.in(0.55, 1))
		p := from(point{x, 0}).line(point{x, y})
		if g.chance(0.4) {
			p = from(point{x + 0.06, 0}).bend(point{x + 0.07, y}, point{x, y})
		}
		f.detail(p)
	}
	if g.chance(0.28) { // pockets
		kind := g.pick(3, 2, 1)
		y := mul(crotch, g.in(0.2, 0.5))
		for _, m := range [2]float64{1, -1} {
			a := point{mul(m, mul(0.55, waist)), mul(0.1, y)}
			b := point{mul(m, mul(0.98, waist)), y}
			switch kind {
			case 0:
				f.detail(from(a).line(b))
			case 1:
				f.detail(from(a).bend(point{a.x, b.y}, b))
			case 2:
				c, w := point{mul(m, mul(0.55, waist)), y}, mul(0.22, waist)
				f.detail(from(c.plus(-w, 0)).line(c.plus(w, 0), c.plus(w, 2*w), c.plus(-w, 2*w)).close())
			}
		}
	}
	if g.chance(0.10) { // turned-up hems
		y := mul(height, g.in(0.88, 0.95))
		in := larger(0, outer-mul(0.9, waist))
		f.detail(from(point{outer, y}).line(point{in + 0.02, y}))
		f.detail(from(point{-outer, y}).line(point{-in - 0.02, y}))
	}
	if g.chance(0.08) { // creases
		x := outer - mul(0.4, waist)
		f.detail(from(point{mul(0.5, waist), mul(crotch, 0.7)}).line(point{x, mul(0.95, height)}))
		f.detail(from(point{mul(-0.5, waist), mul(crotch, 0.7)}).line(point{-x, mul(0.95, height)}))
	}
}
