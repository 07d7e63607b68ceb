package sketch

// component is a connected part of a mask.
type component struct {
	points []int32
	box    [4]int
}

// keepParts takes small parts away: dust, and what lies apart from the garment.
// A part stays when it has a thirtieth of the largest part's area, or some
// area and its place within the box of those.
func keepParts(mask []bool, w, h int) {
	parts := components(mask, w, h)
	largest := 0
	for _, c := range parts {
		largest = max(largest, len(c.points))
	}
	box := [4]int{w, h, 0, 0}
	isLarge := func(c component) bool { return 30*len(c.points) >= largest }
	for _, c := range parts {
		if isLarge(c) {
			box = [4]int{min(box[0], c.box[0]), min(box[1], c.box[1]), max(box[2], c.box[2]), max(box[3], c.box[3])}
		}
	}
	for _, c := range parts {
		inside := c.box[0] >= box[0] && c.box[1] >= box[1] && c.box[2] <= box[2] && c.box[3] <= box[3]
		if isLarge(c) || inside && 1000*len(c.points) >= largest {
			continue
		}
		for _, i := range c.points {
			mask[i] = false
		}
	}
}

// components lists the parts of the mask, diagonal neighbors connected, in the
// order of their first points.
func components(mask []bool, w, h int) []component {
	seen := make([]bool, len(mask))
	var parts []component
	for i, m := range mask {
		if !m || seen[i] {
			continue
		}
		seen[i] = true
		c := component{points: []int32{int32(i)}, box: [4]int{w, h, 0, 0}}
		for k := 0; k < len(c.points); k++ {
			x, y := int(c.points[k])%w, int(c.points[k])/w
			c.box = [4]int{min(c.box[0], x), min(c.box[1], y), max(c.box[2], x+1), max(c.box[3], y+1)}
			for ny := max(0, y-1); ny <= min(h-1, y+1); ny++ {
				for nx := max(0, x-1); nx <= min(w-1, x+1); nx++ {
					if j := ny*w + nx; mask[j] && !seen[j] {
						seen[j] = true
						c.points = append(c.points, int32(j))
					}
				}
			}
		}
		parts = append(parts, c)
	}
	return parts
}
