package garments

// top is what T-shirt, pullover, coat and shirt share: a body, two sleeves and
// a neck. The shoulders' top is at y 0, x 0 is the middle.
type top struct {
	bust, hem   float64 // half widths at the armpits and below
	height      float64
	neck, neckY float64 // the neck's half width, its ends' height
	shoulder    point
	armpit      point
	neckKind    neckKind
	neckDepth   float64
	sleeve      [2]sleeve // right on paper, left (mirrored to the right)
	hemArch     float64
}

type neckKind int

const (
	straightNeck neckKind = iota
	roundNeck
	vNeck
	raisedNeck
)

// sleeve is a strip from the shoulder to the hand, of the right side.
type sleeve struct {
	none           bool
	shoulder       point // where its upper edge begins
	elbow, inElbow point
	bent           bool
	outer, inner   point // the ends of the cuff
	archOut        float64
	archIn         float64
}

// sleeveStyle is what a pair of sleeves has in common.
type sleeveStyle struct {
	length, angle, cuff float64
	bend                float64 // degrees at the elbow; 0 is straight
	arch                float64
	raglan              bool // from the neck, without a shoulder
	square              bool // out from the shoulder and straight down: a column beside the body
}

func shortSleeves(g *dice) sleeveStyle {
	return sleeveStyle{length: g.in(0.18, 0.41), angle: g.in(5, 65), cuff: g.in(0.14, 0.32), arch: g.normal(0.03), raglan: g.chance(0.22)}
}

func longSleeves(g *dice) sleeveStyle {
	st := sleeveStyle{length: g.in(0.46, 1.0), cuff: g.in(0.10, 0.24), arch: g.normal(0.04), raglan: g.chance(0.15)}
	switch g.pick(50, 30, 14, 6) {
	case 0:
		st.angle = g.in(18, 88)
	case 1: // spread
		st.angle = g.in(5, 45)
	case 2: // hanging, along the body
		st.angle = g.in(62, 88)
		st.cuff = g.in(0.10, 0.18)
	case 3:
		st.angle, st.cuff = 90, g.in(0.12, 0.24)
		st.square, st.raglan = true, false
		return st
	}
	// An arm spread flat is drawn shorter than one that hangs.
	st.length = mul(st.length, mix(0.85, 1, smaller(1, st.angle/60)))
	if g.chance(0.33) {
		st.bend = g.in(-18, 42)
	}
	if g.chance(0.15) { // round, like a banana
		st.arch = g.in(0.06, 0.16)
	}
	return st
}

func newTop(g *dice, st sleeveStyle) *top {
	t := &top{bust: g.in(0.25, 0.48), height: 1}
	t.neck = mul(t.bust, g.in(0.2, 0.6))
	t.shoulder = point{mul(t.bust, g.in(0.85, 1.15)), g.in(0.02, 0.16)}
	t.armpit = point{mul(t.bust, g.in(0.85, 1.05)), t.shoulder.y + g.in(0.16, 0.36)}
	t.hem = mul(t.bust, g.in(0.8, 1.35))
	t.neckKind = neckKind(g.pick(3, 4, 2, 1))
	t.neckDepth = g.in(0.04, 0.20)
	if t.neckKind == vNeck {
		t.neckDepth = g.in(0.10, 0.32)
	}
	if t.neckKind == raisedNeck {
		t.neckDepth = g.in(0.04, 0.12)
	}
	if g.chance(0.3) {
		t.hemArch = g.normal(0.05)
	}
	for i := range t.sleeve {
		own := st
		own.length = mul(own.length, 1+g.normal(0.12))
		own.angle += g.normal(6)
		own.cuff = mul(own.cuff, 1+g.normal(0.15))
		t.sleeve[i] = t.newSleeve(own)
	}
	return t
}

func (t *top) newSleeve(st sleeveStyle) sleeve {
	s := sleeve{shoulder: t.shoulder, archOut: -st.arch, archIn: st.arch}
	if st.raglan {
		s.shoulder = point{t.neck, t.neckY}
	}
	d := angle(st.angle)
	s.outer = t.shoulder.add(d.times(st.length))
	if st.square {
		s.bent = true
		s.elbow = t.shoulder.plus(mul(1.15, st.cuff), 0)
		s.outer = s.elbow.plus(0, st.length)
		s.inElbow = point{larger(s.elbow.x-st.cuff, t.armpit.x+0.01), t.armpit.y}
	} else if st.bend != 0 {
		s.bent = true
		half := st.length / 2
		s.elbow = t.shoulder.add(d.times(half))
		s.inElbow = s.elbow.add(d.normal().times(mul(1.1, st.cuff)))
		d = angle(st.angle + st.bend)
		s.outer = s.elbow.add(d.times(half))
		s.inElbow.x = larger(s.inElbow.x, t.edge(s.inElbow.y)+0.02)
	}
	s.inner = s.outer.add(d.normal().times(st.cuff))
	if edge := t.edge(s.inner.y); s.inner.x < edge { // inside the body: to its edge
		s.inner.x = edge + 0.01
		s.outer.x = larger(s.outer.x, s.inner.x+mul(0.6, st.cuff))
	}
	return s
}

// edge is the body's half width at a height, armpit to hem.
func (t *top) edge(y float64) float64 {
	if y < t.armpit.y {
		return t.armpit.x
	}
	return mix(t.armpit.x, t.hem, smaller(1, (y-t.armpit.y)/(t.height-t.armpit.y)))
}

// side appends the right side to the path: shoulder, sleeve, armpit, hem.
func (t *top) side(p *path, s sleeve, mirror float64) {
	m := func(q point) point { return point{mul(mirror, q.x), q.y} }
	if s.shoulder == t.shoulder {
		p.line(m(s.shoulder))
	}
	switch {
	case s.none:
		p.arch(mul(mirror, 0.08), m(t.armpit))
	case s.bent:
		p.line(m(s.elbow), m(s.outer), m(s.inner), m(s.inElbow), m(t.armpit))
	default:
		p.arch(mul(mirror, s.archOut), m(s.outer)).line(m(s.inner)).arch(mul(mirror, s.archIn), m(t.armpit))
	}
	p.line(m(point{t.hem, t.height}))
}

// half is the path from the neck's end down one side to the hem.
func (t *top) half(i int) *path {
	mirror := 1.0
	if i == 1 {
		mirror = -1
	}
	p := from(point{mul(mirror, t.neck), t.neckY})
	t.side(p, t.sleeve[i], mirror)
	return p
}

// outline is the whole shape as one closed path, clockwise from the left end
// of the neck.
func (t *top) outline() *path {
	p := from(point{-t.neck, t.neckY})
	t.neckline(p)
	p.nodes = append(p.nodes, t.half(0).nodes[1:]...)
	left := t.half(1)
	p.arch(t.hemArch, left.end())
	appendReversed(p, left)
	return p.close()
}

// appendReversed walks q backwards from its end, where p already is, to the
// node after its start.
func appendReversed(p, q *path) {
	for i := len(q.nodes) - 1; i > 1; i-- {
		n := q.nodes[i]
		p.nodes = append(p.nodes, node{at: q.nodes[i-1].at, c1: n.c2, c2: n.c1, curved: n.curved})
	}
	if last := q.nodes[1]; last.curved { // the closing edge
		p.nodes[0].c1, p.nodes[0].c2, p.nodes[0].curved = last.c2, last.c1, true
	}
}

// neckline goes from the left to the right end of the neck.
func (t *top) neckline(p *path) {
	right := point{t.neck, t.neckY}
	switch t.neckKind {
	case straightNeck:
		p.line(right)
	case roundNeck:
		d := t.neckY + mul(4.0/3, t.neckDepth)
		p.curve(point{mul(-0.8, t.neck), d}, point{mul(0.8, t.neck), d}, right)
	case vNeck:
		p.line(point{0, t.neckY + t.neckDepth}, right)
	case raisedNeck:
		up := t.neckY - t.neckDepth
		p.line(point{mul(-0.85, t.neck), up}, point{mul(0.85, t.neck), up}, right)
	}
}

// neckBottom is the height of the neckline in the middle.
func (t *top) neckBottom() float64 {
	switch t.neckKind {
	case roundNeck, vNeck:
		return t.neckY + t.neckDepth
	case raisedNeck:
		return t.neckY - t.neckDepth
	}
	return t.neckY
}

// shape draws the top's outline: mostly in one go, else, with the given
// probability, as a body with sleeves set on.
func (t *top) shape(f *figure, g *dice, setOn float64) {
	if !g.chance(setOn) || t.sleeve[0].none {
		f.outline(t.outline())
		return
	}
	body := *t
	for i := range body.sleeve {
		body.sleeve[i].none = true
		body.sleeve[i].shoulder = t.shoulder
	}
	f.outline(body.outline())
	for i, s := range t.sleeve {
		s.shoulder = t.shoulder
		one := *t
		one.sleeve[i] = s
		p := one.half(i)
		p.nodes = p.nodes[1 : len(p.nodes)-1] // shoulder to armpit
		p.nodes[0].curved = false
		f.outline(p)
	}
}
