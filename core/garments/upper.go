package garments

func tshirt(g *dice) *figure {
	f := &figure{}
	t := newTop(g, shortSleeves(g))
	t.shape(f, g, 0.15)
	if g.chance(0.22) {
		t.band(f, g)
	}
	if g.chance(0.12) {
		t.seams(f, g)
	}
	if g.chance(0.10) {
		t.cuffs(f, g)
	}
	if g.chance(0.15) {
		t.print(f, g)
	}
	if g.chance(0.05) {
		t.stripes(f, g)
	}
	if g.chance(0.05) {
		t.pocket(f, g)
	}
	return f
}

func pullover(g *dice) *figure {
	f := &figure{}
	t := newTop(g, longSleeves(g))
	if g.chance(0.06) { // a high collar
		t.neckKind, t.neckDepth = raisedNeck, g.in(0.08, 0.16)
	}
	t.shape(f, g, 0.15)
	if g.chance(0.35) {
		t.band(f, g)
	}
	if g.chance(0.30) {
		t.cuffs(f, g)
	}
	if g.chance(0.30) {
		t.hemBand(f, g)
	}
	if g.chance(0.15) {
		t.seams(f, g)
	}
	if g.chance(0.18) {
		t.stripes(f, g)
	}
	if g.chance(0.10) {
		t.print(f, g)
	}
	if g.chance(0.06) {
		t.hood(f, detail, g)
		if g.chance(0.5) { // a pocket for both hands
			w, y := mul(t.bust, 0.55), mul(t.height, 0.68)
			f.detail(from(point{-w, y + 0.18}).line(point{mul(-0.6, w), y}, point{mul(0.6, w), y}, point{w, y + 0.18}))
		}
	}
	if g.chance(0.04) { // a stray line in the middle, short
		x := g.normal(0.04)
		y := mix(t.neckBottom(), t.height, g.in(0.2, 0.5))
		f.detail(from(point{x, y}).line(point{x + g.normal(0.03), y + g.in(0.1, 0.3)}))
	}
	return f
}

func shirt(g *dice) *figure {
	f := &figure{}
	st := shortSleeves(g)
	if g.chance(0.4) {
		st = longSleeves(g)
	}
	t := newTop(g, st)
	t.neckKind = neckKind(g.pick(3, 2, 3))
	t.neck = mul(t.bust, g.in(0.32, 0.6))
	t.shape(f, g, 0.15)
	t.collar(f, essential, g)
	switch g.pick(55, 20, 25) {
	case 0:
		t.buttons(f, detail, g, 0)
	case 1:
		t.placket(f, detail, g)
	case 2:
		t.placket(f, detail, g)
		t.buttons(f, detail, g, g.in(0.02, 0.06))
	}
	if g.chance(0.30) {
		t.pocket(f, g)
	}
	if st.length > 0.5 && g.chance(0.25) {
		t.cuffs(f, g)
	}
	if g.chance(0.06) { // a tie
		w, y := g.in(0.03, 0.06), t.neckBottom()
		f.detail(from(point{-w / 2, y}).line(point{w / 2, y}, point{w, y + g.in(0.3, 0.5)}, point{0, y + 0.55}, point{-w, y + 0.42}).close())
	}
	return f
}

// collar draws the two flaps of a shirt's collar: from the neck's ends to
// points on the chest and back to the middle.
func (t *top) collar(f *figure, r role, g *dice) {
	mid := point{g.normal(0.01), larger(t.neckBottom(), t.neckY+0.03) + g.in(0, 0.05)}
	tip := point{mul(t.neck, g.in(0.6, 1.3)), mid.y + g.in(0.07, 0.20)}
	for _, m := range [2]float64{1, -1} {
		p := from(point{mul(m, t.neck), t.neckY}).line(point{mul(m, tip.x), tip.y}, mid)
		if g.chance(0.6) {
			p.line(point{mul(m, t.neck), t.neckY})
		}
		f.add(r, p)
	}
}

// buttons draws a column of them from the neck to the hem.
func (t *top) buttons(f *figure, r role, g *dice, x float64) {
	n := g.some(2, 6)
	style, size := g.pick(4, 4, 1), g.in(0.015, 0.032)
	y0, y1 := t.neckBottom()+g.in(0.10, 0.22), mul(t.height, g.in(0.75, 0.95))
	for i := range n {
		f.button(g, r, point{x, mix(y0, y1, float64(i)/float64(n-1))}, style, size)
	}
}

// placket draws the shirt's closed opening: one line or two close ones.
func (t *top) placket(f *figure, r role, g *dice) {
	x := g.in(0, 0.02)
	y := t.neckBottom() + 0.02
	f.add(r, from(point{x, y}).line(point{x, t.height}))
	if g.chance(0.25) { // two lines further apart are a coat's
		x -= g.in(0.04, 0.07)
		f.add(r, from(point{x, y}).line(point{x, t.height}))
	}
}
