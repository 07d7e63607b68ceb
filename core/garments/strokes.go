package garments

// strokes divides an outline as people do: with gaps, with a side forgotten,
// or put together from several lines that do not quite meet.
func (h *hand) strokes(v []vertex) [][]vertex {
	lines := [][]vertex{v}
	if h.chance(0.30) {
		lines = h.cutOut(v, h.in(0.02, 0.10))
	} else if h.chance(0.08) {
		lines = h.cutOut(v, h.in(0.10, 0.25))
	}
	if !h.broken {
		return lines
	}
	var out [][]vertex
	for _, l := range lines {
		out = append(out, h.split(l, h.some(1, 4))...)
	}
	return out
}

// cutOut takes a part of a line's length out of it, anywhere.
func (h *hand) cutOut(v []vertex, share float64) [][]vertex {
	total := 0.0
	for i := 1; i < len(v); i++ {
		total += v[i].sub(v[i-1].point).length()
	}
	from := mul(h.in(0, 1-share), total)
	to := from + mul(share, total)
	var before, after []vertex
	at := 0.0
	for i, p := range v {
		if i > 0 {
			prev := v[i-1]
			l := p.sub(prev.point).length()
			if at < from && at+l >= from && l > 0 {
				before = append(before, vertex{between(prev.point, p.point, (from-at)/l), false})
			}
			if at < to && at+l >= to && l > 0 {
				after = append(after, vertex{between(prev.point, p.point, (to-at)/l), false})
			}
			at += l
		}
		if at < from {
			before = append(before, p)
		} else if at > to {
			after = append(after, p)
		}
	}
	var out [][]vertex
	for _, part := range [2][]vertex{before, after} {
		if len(part) > 1 {
			out = append(out, part)
		}
	}
	return out
}

// split cuts a line at up to n corners; each piece is set down a little off
// and runs a little past its end.
func (h *hand) split(v []vertex, n int) [][]vertex {
	var corners []int
	for i := 1; i < len(v)-1; i++ {
		if v[i].corner {
			corners = append(corners, i)
		}
	}
	cut := make([]bool, len(v))
	for range n {
		if len(corners) > 0 && h.chance(0.8) {
			cut[corners[h.s.Intn(len(corners))]] = true
		} else {
			cut[h.s.Intn(len(v))] = true
		}
	}
	var out [][]vertex
	start := 0
	for i := 1; i < len(v); i++ {
		if i < len(v)-1 && !cut[i] {
			continue
		}
		out = append(out, h.piece(v[start:i+1]))
		start = i
	}
	return out
}

func (h *hand) piece(v []vertex) []vertex {
	out := append([]vertex(nil), v...)
	off := point{h.normal(mul(0.7, h.noise)), h.normal(mul(0.7, h.noise))}
	for i := range out {
		out[i].point = out[i].add(off)
	}
	last := len(out) - 1
	if h.chance(0.5) {
		u, _ := out[last].sub(out[last-1].point).unit()
		out[last].point = out[last].add(u.times(mul(h.in(0, 0.04), h.sloppy)))
	}
	return out
}

// breakOff stops one drawing in six before they are finished: in the game,
// people stop when they have been understood.
func (h *hand) breakOff(lines []line) []line {
	if !h.chance(0.17) {
		return lines
	}
	total := 0
	for _, l := range lines {
		total += len(l.v)
	}
	left := int(mul(float64(total), h.in(0.5, 0.95)))
	for i, l := range lines {
		if left < len(l.v) {
			if left < 2 {
				return lines[:i]
			}
			lines[i].v = l.v[:left]
			return lines[:i+1]
		}
		left -= len(l.v)
	}
	return lines
}
