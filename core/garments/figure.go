package garments

// figure is a garment: outlines, then the lines on them, in the order in which
// they are drawn. Its size is about 1.
type figure struct {
	parts []part
}

// part is one line of a figure.
type part struct {
	path *path
	role role
}

type role uint8

const (
	outline   role = iota // the shape: broken, gapped and filled
	essential             // a line without which the garment would be another one
	detail                // a line that is sometimes forgotten
	limb                  // essential, and outside of the shape: handles and straps
)

func (f *figure) outline(p *path)   { f.parts = append(f.parts, part{p, outline}) }
func (f *figure) essential(p *path) { f.parts = append(f.parts, part{p, essential}) }
func (f *figure) limb(p *path)      { f.parts = append(f.parts, part{p, limb}) }
func (f *figure) detail(p *path)    { f.parts = append(f.parts, part{p, detail}) }

// add appends a line in the given role.
func (f *figure) add(r role, p *path) { f.parts = append(f.parts, part{p, r}) }

// transform maps every point of the figure.
func (f *figure) transform(m func(point) point) {
	for _, p := range f.parts {
		p.path.transform(m)
	}
}

// button draws a dot, a small ring or a short dash.
func (f *figure) button(g *dice, r role, at point, style int, size float64) {
	switch style {
	case 0:
		f.add(r, from(at).line(at.plus(mul(size, 0.3), mul(size, 0.3))))
	case 1:
		f.add(r, loop(at, size, size, 0.55))
	default:
		f.add(r, from(at.plus(-size, 0)).line(at.plus(size, g.in(-0.01, 0.01))))
	}
}

// ticks draws n short lines across the way from a to b, as laces and ribs are.
func (f *figure) ticks(g *dice, a, b point, n int, length, slant float64) {
	across := b.sub(a).normal()
	u, _ := across.unit()
	along, _ := b.sub(a).unit()
	d := u.times(length / 2).add(along.times(mul(slant, length/2)))
	for i := range n {
		t := (float64(i) + 0.5) / float64(n)
		c := between(a, b, t)
		k := g.in(0.75, 1.2)
		f.detail(from(c.sub(d.times(k))).line(c.add(d.times(k))))
	}
}

// zigzag is an open path that swings between the lines a0-a1 and b0-b1.
func zigzag(a0, a1, b0, b1 point, turns int) *path {
	p := from(a0)
	for i := 1; i <= turns; i++ {
		t := float64(i) / float64(turns)
		if i%2 == 1 {
			p.line(between(b0, b1, t))
		} else {
			p.line(between(a0, a1, t))
		}
	}
	return p
}
