package garments

// bootShape is a boot from the side: toe left at x 0, heel at x 1, ground at y 0.
type bootShape struct {
	sole, toe     float64
	height        float64
	front, back   float64 // the shaft's edges at its top
	ankle         point   // where the instep meets the shaft
	heelH, heelW  float64
	instep, shaft float64 // bows
}

func boot(g *dice) *figure {
	f := &figure{}
	b := &bootShape{
		sole: g.in(0.03, 0.10), toe: g.in(0.12, 0.24), height: g.in(0.55, 1.3),
		instep: g.in(-0.05, 0.16), shaft: g.normal(0.03),
	}
	if g.chance(0.08) { // tall
		b.height = g.in(1.3, 2.3)
	}
	b.ankle = point{g.in(0.40, 0.58), -g.in(0.34, 0.5)}
	if b.height < 0.75 { // ankle boots are drawn with a low bend
		b.ankle.y = -g.in(0.28, 0.38)
	}
	b.front = b.ankle.x + g.in(-0.10, 0.08)
	b.back = g.in(0.93, 1.05)
	if g.chance(0.40) {
		b.heelH, b.heelW = g.in(0.06, 0.16), g.in(0.16, 0.32)
		if g.chance(0.3) { // a high heel
			b.heelH, b.heelW = g.in(0.16, 0.34), g.in(0.07, 0.18)
		}
	}
	b.draw(f, g)
	b.details(f, g)
	if g.chance(0.04) {
		leg(f, g, point{b.front, -b.height}, point{b.back, -b.height})
	}
	if g.chance(0.05) {
		return besideAnother(g, f)
	}
	return f
}

func (b *bootShape) draw(f *figure, g *dice) {
	slabSole := b.heelH == 0 && g.chance(0.35)
	floor := 0.0
	if slabSole {
		floor = -b.sole
	}
	front := point{0.17, floor - b.toe}
	p := from(point{0.01, floor})
	p.curve(point{-0.03, floor - mul(0.6, b.toe)}, point{0.04, front.y}, front).smoothed()
	p.arch(-b.instep, b.ankle)
	if g.chance(0.4) {
		p.smoothed()
	}
	p.arch(b.shaft, point{b.front, -b.height})
	p.arch(g.normal(0.06), point{b.back, -b.height + g.normal(0.03)})
	p.arch(b.shaft, point{0.98, -0.2}).smoothed().line(point{1, floor})
	if b.heelH > 0 {
		x := 1 - b.heelW
		p.line(point{x + g.in(-0.02, 0.04), floor}, point{x, -b.heelH})
		p.bend(point{mix(x, 0.42, 0.7), mul(-0.9, b.heelH)}, point{0.42, 0})
	}
	f.outline(p.close())
	switch {
	case slabSole:
		over := g.in(0, 0.04)
		f.outline(from(point{-over, floor}).line(point{1 + over, floor}, point{1 + over, 0}, point{-over, 0}).close())
		if g.chance(0.2) {
			f.ticks(g, point{0.05, floor / 2}, point{0.95, floor / 2}, g.some(5, 9), b.sole, 0)
		}
	case b.heelH == 0 && g.chance(0.5):
		f.detail(from(point{0, -b.sole}).arch(g.normal(0.02), point{1, -b.sole}))
	case b.heelH > 0 && g.chance(0.5):
		f.detail(from(point{1 - b.heelW, -b.heelH}).line(point{0.99, -b.heelH - 0.01}))
	}
}

func (b *bootShape) details(f *figure, g *dice) {
	if g.chance(0.35) { // laces up the shaft, sometimes down the instep
		a := between(point{0.17, -b.toe}, b.ankle, g.in(0.4, 1)).plus(0.05, 0.03)
		top := point{b.front + 0.04, mul(-b.height, g.in(0.75, 0.95))}
		n, length := g.some(2, 6), g.in(0.08, 0.18)
		f.ticks(g, a, top, n, length, g.in(-0.5, 0.5))
		if g.chance(0.3) {
			f.ticks(g, a, top, n, length, g.in(-1.5, 1.5))
		}
	}
	if g.chance(0.30) { // a band or a fur edge at the top
		y := -b.height + g.in(0.08, 0.2)
		f.detail(from(point{mix(b.front, b.ankle.x, 0.15), y}).arch(g.normal(0.05), point{mix(b.back, 0.98, 0.15), y}))
		if g.chance(0.25) {
			f.detail(zigzag(point{b.front, -b.height}, point{b.back, -b.height}, point{b.front, y}, point{b.back, y}, g.some(5, 9)))
		}
	}
	if g.chance(0.25) { // the opening, from a little above
		f.detail(loop(point{(b.front + b.back) / 2, -b.height}, (b.back-b.front)/2, g.in(0.03, 0.08), 0.55))
	}
	if g.chance(0.14) { // a strap at the ankle
		y := b.ankle.y + g.in(-0.08, 0.08)
		f.detail(from(point{b.ankle.x, y}).arch(g.normal(0.08), point{0.98, y + g.normal(0.03)}))
		f.detail(from(point{b.ankle.x, y + 0.07}).arch(g.normal(0.08), point{0.98, y + 0.07}))
	}
	if g.chance(0.12) { // a zip, or elastic
		x := mix(b.ankle.x, 0.98, g.in(0.3, 0.7))
		f.detail(from(point{x, -mul(b.height, 0.95)}).line(point{x, -g.in(0.12, 0.3)}))
	}
	if g.chance(0.15) {
		x := g.in(0.18, 0.32)
		f.detail(from(point{x, -b.sole}).arch(g.in(-0.3, 0.3), point{x + 0.05, -mul(b.toe, 1.15)}))
	}
}
