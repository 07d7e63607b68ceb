package garments

// The lines on a top that do not change what it is.

// band draws a line beside the neckline.
func (t *top) band(f *figure, g *dice) {
	by := g.in(0.03, 0.06)
	inner := *t
	inner.neck = t.neck + mul(by, 0.8)
	inner.neckDepth = t.neckDepth + by
	if t.neckKind == straightNeck || t.neckKind == raisedNeck {
		f.detail(from(point{-t.neck, t.neckY}).arch(-g.in(0.05, 0.25), point{t.neck, t.neckY}))
		return
	}
	p := from(point{-inner.neck, t.neckY + 0.01})
	inner.neckline(p)
	f.detail(p)
}

// cuffs draws one or two lines across the end of each sleeve.
func (t *top) cuffs(f *figure, g *dice) {
	at := g.in(0.10, 0.25)
	for i, s := range t.sleeve {
		if s.none {
			continue
		}
		topFrom, bottomFrom := s.shoulder, t.armpit
		if s.bent {
			topFrom, bottomFrom = s.elbow, s.inElbow
		}
		for k := range g.some(1, 2) {
			u := at - mul(0.07, float64(k))
			a, b := between(s.outer, topFrom, u), between(s.inner, bottomFrom, u)
			if i == 1 {
				a, b = a.flip(), b.flip()
			}
			f.detail(from(a).line(b))
		}
	}
}

// hemBand draws a line above the hem, sometimes with ribs below it.
func (t *top) hemBand(f *figure, g *dice) {
	y := mul(t.height, g.in(0.84, 0.95))
	w := t.edge(y)
	f.detail(from(point{-w, y}).arch(t.hemArch, point{w, y}))
	if g.chance(0.35) {
		m := (y + t.height) / 2
		f.ticks(g, point{mul(-0.95, w), m}, point{mul(0.95, w), m}, g.some(4, 9), mul(0.8, t.height-y), 0)
	}
}

// seams draws the lines where the sleeves are sewn on.
func (t *top) seams(f *figure, g *dice) {
	bulge := g.in(-0.15, 0.15)
	for i, s := range t.sleeve {
		if s.none {
			continue
		}
		a, b := s.shoulder, t.armpit
		if i == 1 {
			a, b, bulge = a.flip(), b.flip(), -bulge
		}
		f.detail(from(a).arch(bulge, b))
	}
}

// stripes draws lines across the body: straight, zigzag or waves.
func (t *top) stripes(f *figure, g *dice) {
	n := g.some(1, 4)
	y0, y1 := t.armpit.y+g.in(-0.08, 0.1), mul(t.height, g.in(0.7, 0.92))
	kind := g.pick(5, 3)
	for i := range n {
		y := y1
		if n > 1 {
			y = mix(y0, y1, float64(i)/float64(n-1))
		}
		w := t.edge(y)
		if kind == 0 {
			f.detail(from(point{-w, y}).line(point{w, y}))
			continue
		}
		d := g.in(0.03, 0.07)
		f.detail(zigzag(point{-w, y - d}, point{w, y - d}, point{-w, y + d}, point{w, y + d}, g.some(4, 9)))
	}
}

// print draws a figure on the chest.
func (t *top) print(f *figure, g *dice) {
	c := point{g.normal(0.03), mix(t.armpit.y, t.height, g.in(0.05, 0.5))}
	r := mul(t.bust, g.in(0.18, 0.5))
	switch g.pick(3, 2, 2, 2, 1) {
	case 0:
		f.detail(loop(c, r, mul(r, g.in(0.7, 1.1)), 0.55))
	case 1:
		f.detail(from(c.plus(-r, -r)).line(c.plus(r, -r), c.plus(r, r), c.plus(-r, r)).close())
	case 2: // a heart
		f.detail(from(c.plus(0, r)).curve(c.plus(-2*r, -r/2), c.plus(mul(-0.6, r), -2*r), c.plus(0, -r/2)).
			curve(c.plus(mul(0.6, r), -2*r), c.plus(2*r, -r/2), c.plus(0, r)))
	case 3: // writing
		f.detail(zigzag(c.plus(-r, -r/3), c.plus(r, -r/3), c.plus(-r, r/3), c.plus(r, r/3), g.some(4, 9)))
	case 4: // a star or a cross
		for _, a := range [3]float64{0, 60, 120} {
			d := angle(a).times(r)
			f.detail(from(c.sub(d)).line(c.add(d)))
		}
	}
}

// pocket draws a patch pocket on the chest.
func (t *top) pocket(f *figure, g *dice) {
	w := mul(t.bust, g.in(0.16, 0.3))
	c := point{mul(g.sign(), mul(t.bust, g.in(0.4, 0.55))), t.armpit.y + g.in(0, 0.15)}
	f.detail(from(c.plus(-w, -w)).line(c.plus(w, -w), c.plus(w, mul(0.8, w)), c.plus(0, mul(1.2, w)), c.plus(-w, mul(0.8, w))).close())
}

// sidePockets draws a pair of pockets low on the body: slits, slanted lines,
// patches or flaps.
func (t *top) sidePockets(f *figure, g *dice) {
	kind := g.pick(3, 3, 2, 2)
	y := mul(t.height, g.in(0.58, 0.80))
	w := mul(t.edge(y), g.in(0.18, 0.3))
	x := mul(t.edge(y), g.in(0.45, 0.62))
	h := g.in(0.06, 0.14)
	for _, m := range [2]float64{1, -1} {
		at := func(dx, dy float64) point { return point{mul(m, x+float64(dx)), y + float64(dy)} }
		switch kind {
		case 0:
			f.detail(from(at(-w, 0)).line(at(w, 0)))
		case 1:
			f.detail(from(at(-w/2, -h)).line(at(w, h)))
		case 2:
			f.detail(from(at(-w, -h)).line(at(w, -h), at(w, h), at(-w, h)).close())
		case 3:
			f.detail(from(at(-w, 0)).line(at(w, 0), at(w, h/2), at(-w, h/2)).close())
		}
	}
}

// hood draws an arch or a bag around the neck.
func (t *top) hood(f *figure, r role, g *dice) {
	w, h := mul(t.neck, g.in(1.0, 1.6)), g.in(0.14, 0.34)
	left, right := point{-t.neck, t.neckY + 0.02}, point{t.neck, t.neckY + 0.02}
	f.add(r, from(left).curve(left.plus(t.neck-w, mul(-1.3, h)), right.plus(w-t.neck, mul(-1.3, h)), right))
	if g.chance(0.6) { // its opening
		d := mul(h, g.in(0.3, 0.7))
		f.detail(from(left).curve(left.plus(0.01, -d), right.plus(-0.01, -d), right))
	}
}
