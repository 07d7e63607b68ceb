package garments

// gown is a dress's body: half widths at heights, y 0 at the top, 1 at the hem.
type gown struct {
	bust, waist, hem float64
	bustY, waistY    float64
	flare            float64 // how far the skirt's sides bow outwards
	neck             float64
}

func dress(g *dice) *figure {
	f := &figure{}
	d := &gown{bust: g.in(0.14, 0.30), waistY: g.in(0.25, 0.50)}
	d.waist = mul(d.bust, g.in(0.6, 1.05))
	d.hem = larger(g.in(0.22, 0.6), mul(1.15, d.waist))
	if g.chance(0.12) { // a narrow one
		d.hem = mul(d.waist, g.in(1.0, 1.3))
	}
	d.flare = g.normal(0.05)
	if g.chance(0.15) { // a bell
		d.flare = g.in(0.08, 0.2)
	}
	d.neck = mul(d.bust, g.in(0.35, 0.8))
	switch g.pick(38, 17, 15, 20, 10) {
	case 0:
		d.straps(f, g)
	case 1:
		d.strapless(f, g)
	case 2:
		d.wideStraps(f, g)
	case 3:
		d.sleeved(f, g, shortSleeves(g))
	case 4:
		d.sleeved(f, g, longSleeves(g))
	}
	d.details(f, g)
	return f
}

// skirt goes from the right waist over the hem to the left waist.
func (d *gown) skirt(p *path, g *dice) {
	right, left := point{d.hem, 1}, point{-d.hem, 1}
	p.arch(-d.flare, right)
	switch g.pick(55, 25, 20) {
	case 0:
		p.line(left)
	case 1:
		p.arch(g.in(-0.12, 0.04), left)
	case 2: // waves
		n := g.some(3, 6)
		bulge := g.in(0.12, 0.3)
		for i := 1; i <= n; i++ {
			p.arch(-bulge, between(right, left, float64(i)/float64(n)))
			if g.chance(0.5) {
				bulge = -bulge
			}
		}
	}
	p.arch(-d.flare, point{-d.waist, d.waistY})
}

// bodice draws the closed shape from the left to the right end of the neckline
// and around; top ends lie at half width w and height y.
func (d *gown) bodice(f *figure, g *dice, w, y float64) {
	p := from(point{-w, y})
	switch g.pick(4, 3, 2) {
	case 0:
		p.line(point{w, y})
	case 1:
		p.arch(g.in(-0.3, 0.1), point{w, y})
	case 2: // a heart's upper edge
		m := point{0, y + g.in(0.02, 0.08)}
		p.arch(-0.25, m).arch(-0.25, point{w, y})
	}
	side := g.normal(0.05)
	p.arch(side, point{d.waist, d.waistY})
	d.skirt(p, g)
	f.outline(p.closeArch(side))
}

func (d *gown) strapless(f *figure, g *dice) {
	d.bustY = g.in(0, 0.05)
	d.bodice(f, g, d.bust, d.bustY)
}

func (d *gown) straps(f *figure, g *dice) {
	d.bustY = g.in(0.10, 0.20)
	d.bodice(f, g, d.bust, d.bustY)
	top := mul(d.bust, g.in(0.4, 1.0))
	single := g.chance(0.6)
	if g.chance(0.12) { // tied behind the neck
		f.limb(from(point{mul(-0.8, d.bust), d.bustY}).arch(-g.in(0.3, 0.6), point{mul(0.8, d.bust), d.bustY}))
		return
	}
	for _, m := range [2]float64{1, -1} {
		at := func(x, y float64) point { return point{mul(m, x), y} }
		p := from(at(mul(0.9, d.bust), d.bustY)).line(at(top, 0))
		if !single {
			p.line(at(mul(0.75, top), 0), at(mul(0.6, d.bust), d.bustY))
		}
		f.limb(p)
	}
}

// wideStraps draws bodice and straps as one shape, like a vest's upper half.
func (d *gown) wideStraps(f *figure, g *dice) {
	d.bustY = g.in(0.14, 0.24)
	in, out := mul(d.bust, g.in(0.35, 0.55)), mul(d.bust, g.in(0.7, 0.95))
	depth := g.in(0.06, 0.22)
	p := from(point{-in, 0})
	if g.chance(0.65) {
		p.curve(point{mul(-0.9, in), mul(1.3, depth)}, point{mul(0.9, in), mul(1.3, depth)}, point{in, 0})
	} else {
		p.line(point{0, depth}, point{in, 0})
	}
	p.line(point{out, 0}).arch(g.in(0.02, 0.15), point{d.bust, d.bustY}).line(point{d.waist, d.waistY})
	d.skirt(p, g)
	p.line(point{-d.bust, d.bustY}).arch(g.in(0.02, 0.15), point{-out, 0})
	f.outline(p.close())
}

// sleeved draws a bodice with sleeves; the skirt must be much wider than the
// waist, else it would be a top.
func (d *gown) sleeved(f *figure, g *dice, st sleeveStyle) {
	st.length, st.cuff = mul(0.55, st.length), mul(0.55, st.cuff)
	t := newTop(g, st)
	k := d.bust / t.bust
	t.bust, t.neck, t.shoulder.x, t.armpit.x = d.bust, mul(k, t.neck), mul(k, t.shoulder.x), d.bust
	t.shoulder.y, t.armpit.y = mul(0.5, t.shoulder.y), g.in(0.13, 0.2)
	t.neckDepth = mul(0.6, t.neckDepth)
	t.hem, t.height = d.waist, d.waistY
	for i := range t.sleeve {
		t.sleeve[i] = t.newSleeve(st)
	}
	d.hem = larger(d.hem, mul(1.5, d.waist))
	d.bustY = t.armpit.y
	p := from(point{-t.neck, 0})
	t.neckline(p)
	p.nodes = append(p.nodes, t.half(0).nodes[1:]...)
	d.skirt(p, g)
	appendReversed(p, t.half(1))
	f.outline(p.close())
}

func (d *gown) details(f *figure, g *dice) {
	left, right := point{-d.waist, d.waistY}, point{d.waist, d.waistY}
	if g.chance(0.5) {
		bulge := g.normal(0.06)
		f.detail(from(left).arch(bulge, right))
		if g.chance(0.35) { // a belt
			f.detail(from(left.plus(0, 0.06)).arch(bulge, right.plus(0, 0.06)))
			if g.chance(0.3) { // its bow
				f.detail(loop(point{0, d.waistY + 0.03}, 0.05, 0.035, 0.4))
			}
		}
	}
	if g.chance(0.27) { // folds
		n := g.some(2, 5)
		for i := range n {
			u := mix(-0.7, 0.7, (float64(i)+0.5)/float64(n))
			y0 := d.waistY + g.in(0.02, 0.25)
			f.detail(from(point{mul(u, mix(d.waist, d.hem, (y0-d.waistY)/(1-d.waistY))), y0}).
				line(point{mul(u, d.hem), g.in(0.85, 0.99)}))
		}
	}
	if g.chance(0.10) { // a band above the hem
		y := g.in(0.82, 0.94)
		w := mix(d.waist, d.hem, (y-d.waistY)/(1-d.waistY))
		f.detail(from(point{-w, y}).line(point{w, y}))
	}
	if g.chance(0.07) { // dots
		for range g.some(3, 7) {
			y := g.in(d.waistY+0.1, 0.92)
			w := mul(0.75, mix(d.waist, d.hem, (y-d.waistY)/(1-d.waistY)))
			f.button(g, detail, point{g.in(-w, w), y}, 1, 0.025)
		}
	}
}
