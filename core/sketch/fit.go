package sketch

// view maps a drawing's coordinates to the points of the canvas.
type view struct{ scale, dx, dy float64 }

func (v view) at(x, y float32) point {
	return point{mul(float64(x), v.scale) + v.dx, mul(float64(y), v.scale) + v.dy}
}

// frameView shows a pad of the given side as it is.
func frameView(side float32) view { return view{scale: subSide / float64(side)} }

// penRadius is half the width of a stroke's line, in points of the canvas.
func penRadius(s Stroke, opt Options) float64 {
	w := float64(s.Width)
	if w == 0 {
		w = 1
	}
	r := mul(mul(w, float64(opt.Pen)), oversample/2)
	if r > subSide/4 { // at most half the picture, so that something else fits
		r = subSide / 4
	}
	return r
}

// span is the extent of the ink along one axis: of each pen's width its
// smallest and largest coordinate.
type span struct {
	radius []float64
	lo, hi []float64
}

// addEnds adds a stroke's coordinates: its ends tell, for it may have many points,
// and a file many widths.
func (sp *span) addEnds(radius float64, v []float32) {
	lo, hi := v[0], v[0]
	for _, x := range v {
		if x < lo {
			lo = x
		}
		if x > hi {
			hi = x
		}
	}
	sp.add(radius, float64(lo))
	sp.add(radius, float64(hi))
}

func (sp *span) add(radius, v float64) {
	for i, r := range sp.radius {
		if r == radius {
			if v < sp.lo[i] {
				sp.lo[i] = v
			}
			if v > sp.hi[i] {
				sp.hi[i] = v
			}
			return
		}
	}
	sp.radius = append(sp.radius, radius)
	sp.lo = append(sp.lo, v)
	sp.hi = append(sp.hi, v)
}

// edges returns the ink's ends at a scale, and the coordinates and radii that make them.
func (sp *span) edges(scale float64) (lo, hi, length, pens float64) {
	a, b := 0, 0
	for i, r := range sp.radius {
		if mul(sp.lo[i], scale)-r < mul(sp.lo[a], scale)-sp.radius[a] {
			a = i
		}
		if mul(sp.hi[i], scale)+r > mul(sp.hi[b], scale)+sp.radius[b] {
			b = i
		}
	}
	return mul(sp.lo[a], scale) - sp.radius[a], mul(sp.hi[b], scale) + sp.radius[b],
		sp.hi[b] - sp.lo[a], sp.radius[a] + sp.radius[b]
}

// fit finds the view in which the longest side of the ink, pen included, takes
// the whole canvas. The extent grows with the scale as a convex chain of
// straight lines, so Newton's method from a scale that is too large ends on it.
func fit(strokes []Stroke, opt Options) (view, error) {
	var sx, sy span
	for _, s := range strokes {
		if s.Kind == Eraser || s.Kind == Bucket {
			continue
		}
		r := 0.0
		if s.Kind == Pencil {
			r = penRadius(s, opt)
		}
		if len(s.X) > 0 {
			sx.addEnds(r, s.X)
			sy.addEnds(r, s.Y)
		}
	}
	if len(sx.radius) == 0 {
		return view{}, ErrEmpty
	}
	longest := 0.0
	for i := range sx.radius {
		for j := range sx.radius {
			longest = larger(longest, larger(sx.hi[i]-sx.lo[j], sy.hi[i]-sy.lo[j]))
		}
	}
	if longest < 1e-6 {
		return view{}, ErrDot
	}
	scale := subSide / longest
	for range 12 {
		next := scale
		for _, sp := range [2]*span{&sx, &sy} {
			if _, _, length, pens := sp.edges(scale); length > 0 {
				if fits := (subSide - pens) / length; fits < next {
					next = fits
				}
			}
		}
		if next == scale {
			break
		}
		scale = next
	}
	x0, x1, _, _ := sx.edges(scale)
	y0, y1, _, _ := sy.edges(scale)
	return view{scale, (subSide - x0 - x1) / 2, (subSide - y0 - y1) / 2}, nil
}

// refit moves and scales the view so that the box of remaining ink fills the
// canvas. The pen's part of the box does not scale, so it is repeated once.
func (v view) refit(box [4]int) view {
	w, h := float64(box[2]-box[0]), float64(box[3]-box[1])
	k := subSide / larger(w, h)
	cx, cy := mul(float64(box[0]+box[2]), .5), mul(float64(box[1]+box[3]), .5)
	return view{
		scale: mul(v.scale, k),
		dx:    mul(v.dx-cx, k) + subSide/2,
		dy:    mul(v.dy-cy, k) + subSide/2,
	}
}
