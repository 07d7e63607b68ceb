package sketch

// People's outlines are open, often by more than a pen's width, so a bucket
// that leaks would fill everything. It therefore also tries the area with
// thicker lines, and grows what it filled back to the lines.
var bucketGaps = [...]int{0, 3, 6, 9, 13, 18, 24} // points added to each side of a line

// bucket fills the area around p that holds p's grey. On black paper an area
// that reaches the edge of the picture is a leak: lines are thickened until it
// is closed, and if it stays open nothing is filled. On ink, the connected ink
// of the same grey changes its grey.
func (c *canvas) bucket(p point, grey byte) {
	if !(p.x >= 0 && p.x < subSide && p.y >= 0 && p.y < subSide) {
		return
	}
	seed := int(p.y)*subSide + int(p.x)
	old := c.ink[seed]
	if old == grey {
		return
	}
	dist := c.distanceToOthers(old)
	for _, gap := range bucketGaps {
		if int(dist[seed]) <= gap {
			return
		}
		area, leaks := flood(dist, seed, gap)
		if leaks && old == 0 {
			continue
		}
		for _, i := range grow(dist, area, gap) {
			c.ink[i] = grey
		}
		return
	}
}

// distanceToOthers returns each point's distance in steps up, down, left or
// right to the nearest point of another grey, 0 for those, at most 255.
func (c *canvas) distanceToOthers(grey byte) *[subSide * subSide]uint8 {
	d := new([subSide * subSide]uint8)
	queue := make([]int32, 0, len(d))
	for i, g := range c.ink {
		d[i] = 255
		if g != grey {
			d[i] = 0
			queue = append(queue, int32(i))
		}
	}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		if d[i] == 254 {
			continue
		}
		for _, j := range neighbors(i) {
			if j >= 0 && d[j] == 255 {
				d[j] = d[i] + 1
				queue = append(queue, j)
			}
		}
	}
	return d
}

// flood returns the points connected to the seed that are farther than gap
// from any line, and whether they reach the picture's edge.
func flood(dist *[subSide * subSide]uint8, seed, gap int) (area []int32, leaks bool) {
	seen := new([subSide * subSide]bool)
	seen[seed] = true
	area = append(area, int32(seed))
	for k := 0; k < len(area); k++ {
		for _, j := range neighbors(area[k]) {
			if j < 0 {
				leaks = true
			} else if !seen[j] && int(dist[j]) > gap {
				seen[j] = true
				area = append(area, j)
			}
		}
	}
	return area, leaks
}

// grow adds the points within steps of the area that lie on no line.
func grow(dist *[subSide * subSide]uint8, area []int32, steps int) []int32 {
	seen := new([subSide * subSide]bool)
	for _, i := range area {
		seen[i] = true
	}
	from := 0
	for range steps {
		end := len(area)
		for ; from < end; from++ {
			for _, j := range neighbors(area[from]) {
				if j >= 0 && !seen[j] && dist[j] > 0 {
					seen[j] = true
					area = append(area, j)
				}
			}
		}
	}
	return area
}

// neighbors are the points above, below, left and right of i; -1 outside.
func neighbors(i int32) [4]int32 {
	n := [4]int32{i - subSide, i + subSide, i - 1, i + 1}
	if i < subSide {
		n[0] = -1
	}
	if i >= subSide*(subSide-1) {
		n[1] = -1
	}
	if i%subSide == 0 {
		n[2] = -1
	}
	if i%subSide == subSide-1 {
		n[3] = -1
	}
	return n
}
