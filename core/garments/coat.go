package garments

// coat draws a coat or jacket: what makes it one is that it opens in front.
func coat(g *dice) *figure {
	f := &figure{}
	st := longSleeves(g)
	switch {
	case g.chance(0.12):
		st = shortSleeves(g)
		st.length = g.in(0.3, 0.55)
	case g.chance(0.35): // hanging: how most coats are drawn
		st.angle, st.cuff = g.in(58, 88), g.in(0.12, 0.22)
	}
	t := newTop(g, st)
	if g.chance(0.30) {
		t.height = g.in(1.05, 1.5)
	}
	if g.chance(0.07) {
		t.sleeve[0].none, t.sleeve[1].none = true, true
	}
	if g.chance(0.09) {
		t.panels(f, g)
	} else {
		t.shape(f, g, 0.24)
		t.opening(f, g)
	}
	t.coatDetails(f, g)
	return f
}

func (t *top) coatDetails(f *figure, g *dice) {
	switch g.pick(42, 24, 13, 13, 4) {
	case 1:
		t.lapels(f, g)
	case 2:
		t.hood(f, detail, g)
	case 3: // a collar seen from above
		f.detail(loop(point{0, t.neckY + 0.02}, mul(t.neck, g.in(0.9, 1.2)), g.in(0.03, 0.09), 0.55))
	case 4:
		t.collar(f, detail, g)
	}
	if g.chance(0.28) {
		t.sidePockets(f, g)
	}
	if g.chance(0.07) {
		t.pocket(f, g)
	}
	if g.chance(0.20) {
		t.seams(f, g)
	}
	if g.chance(0.18) {
		t.cuffs(f, g)
	}
	if g.chance(0.14) {
		t.hemBand(f, g)
	}
	if g.chance(0.08) { // a belt
		y := mul(t.height, g.in(0.48, 0.62))
		w := t.edge(y)
		f.detail(from(point{-w, y}).line(point{w, y}))
		f.detail(from(point{-w, y + 0.06}).line(point{w, y + 0.06}))
	}
}

// opening draws the front: one line, two, a zip, buttons, or a line with
// buttons beside it.
func (t *top) opening(f *figure, g *dice) {
	x := g.normal(0.02)
	y0, y1 := t.neckBottom(), t.height
	if g.chance(0.15) { // not all the way
		y1 = mul(t.height, g.in(0.6, 0.95))
	}
	if g.chance(0.10) {
		y0 += g.in(0.03, 0.12)
	}
	at := func(dx, y float64) point { return point{x + dx, y} }
	switch g.pick(34, 17, 13, 14, 12, 10) {
	case 0:
		f.essential(from(at(0, y0)).line(at(g.normal(0.02), y1)))
	case 1: // two lines, together or open towards the hem
		a, b := g.in(0.02, 0.07), g.in(0.02, 0.07)
		if g.chance(0.4) {
			b = mul(t.hem, g.in(0.15, 0.45))
		}
		if g.chance(0.3) {
			a = mul(t.neck, g.in(0.4, 0.9))
		}
		f.essential(from(at(-a, y0)).line(at(-b, y1)))
		f.essential(from(at(a, y0)).line(at(b, y1)))
	case 2: // a zip: dashes, or a line with teeth
		t.zip(f, g, x, y0, y1)
	case 3:
		t.buttons(f, essential, g, x)
	case 4: // a line and buttons on one side
		f.essential(from(at(0, y0)).line(at(0, y1)))
		t.buttons(f, essential, g, x+mul(g.sign(), g.in(0.05, 0.10)))
	case 5: // a line and two columns of buttons
		f.essential(from(at(0, y0)).line(at(0, y1)))
		d := mul(t.bust, g.in(0.2, 0.4))
		t.buttons(f, detail, g, x+d)
		t.buttons(f, detail, g, x-d)
	}
}

func (t *top) zip(f *figure, g *dice, x, y0, y1 float64) {
	n := g.some(5, 10)
	if g.chance(0.5) {
		for i := range n {
			a, b := mix(y0, y1, (float64(i)+0.2)/float64(n)), mix(y0, y1, (float64(i)+0.75)/float64(n))
			f.essential(from(point{x, a}).line(point{x, b}))
		}
		return
	}
	f.essential(from(point{x, y0}).line(point{x, y1}))
	if g.chance(0.6) {
		f.ticks(g, point{x, y0 + 0.05}, point{x, y1}, n, g.in(0.05, 0.10), 0)
	} else {
		f.detail(zigzag(point{x - 0.03, y0}, point{x - 0.03, y1}, point{x + 0.03, y0}, point{x + 0.03, y1}, 2*n))
	}
}

// lapels draws the turned-over edges: from the neck's ends to the middle of
// the chest, with or without the notch.
func (t *top) lapels(f *figure, g *dice) {
	mid := point{g.normal(0.015), larger(t.neckBottom(), t.neckY) + g.in(0.12, 0.38)}
	out := mul(t.neck, g.in(1.15, 1.9))
	notch := g.chance(0.45)
	for _, m := range [2]float64{1, -1} {
		p := from(point{mul(m, t.neck), t.neckY})
		if notch {
			y := mix(t.neckY, mid.y, g.in(0.3, 0.55))
			p.line(point{mul(m, out), y}, point{mul(m, mul(0.8, out)), y + 0.03})
		} else if g.chance(0.5) {
			p.line(point{mul(m, out), mix(t.neckY, mid.y, 0.5)})
		}
		f.detail(p.line(mid))
	}
}

// panels draws an open jacket: two halves with a gap between them.
func (t *top) panels(f *figure, g *dice) {
	for i := range t.sleeve {
		m := 1.0
		if i == 1 {
			m = -1
		}
		p := t.half(i)
		gap := g.in(0.01, 0.12)
		p.line(point{mul(m, gap), t.height})
		if g.chance(0.4) {
			p.line(point{mul(m, smaller(gap, 0.05)), t.neckY + g.in(0.1, 0.4)})
		}
		f.outline(p.close())
	}
	if g.chance(0.7) { // the back of the neck
		f.detail(from(point{-t.neck, t.neckY}).arch(g.in(-0.2, 0.1), point{t.neck, t.neckY}))
	}
}
