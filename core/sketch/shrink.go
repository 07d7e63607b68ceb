package sketch

// inkPicture is a garment or a drawing, bright on black, in any size.
type inkPicture struct {
	w, h int
	grey []byte
	box  [4]int // what is shown of it, the far sides excluded
}

// ink turns the picture bright on black inside of the mask and its neighbors,
// where soft edges are, and black elsewhere: negated where the ink is darker
// than the paper. Of pale ink the contrast is raised.
func (p *picture) ink(mask []bool, paper float64) *inkPicture {
	out := &inkPicture{w: p.w, h: p.h, grey: make([]byte, p.w*p.h)}
	luma := p.luma()
	dark := isDarker(luma, mask, paper)
	var histogram [256]int
	n := 0
	for y := range p.h {
		for x := range p.w {
			i := y*p.w + x
			if !nearMask(mask, p.w, p.h, x, y) {
				continue
			}
			v := luma[i]
			if dark {
				v = 255 - v
			}
			out.grey[i] = v
			if mask[i] {
				histogram[v]++
				n++
			}
		}
	}
	bright, seen := 255, 0 // 5 % of the ink is brighter
	for ; bright > 0; bright-- {
		if seen += histogram[bright]; 20*seen > n {
			break
		}
	}
	const wanted, most = 200, 3 // grey, and how many times the contrast may grow
	if bright < wanted {
		num, den := wanted, max(bright, (wanted+most-1)/most)
		for i, v := range out.grey {
			out.grey[i] = byte(min(255, int(v)*num/den))
		}
	}
	return out
}

// isDarker reports whether the ink's mean grey is below the paper's.
func isDarker(luma []byte, mask []bool, paper float64) bool {
	sum, n := 0, 0
	for i, m := range mask {
		if m {
			sum += int(luma[i])
			n++
		}
	}
	return float64(sum) < mul(paper, float64(n))
}

func nearMask(mask []bool, w, h, x, y int) bool {
	for ny := max(0, y-1); ny <= min(h-1, y+1); ny++ {
		for nx := max(0, x-1); nx <= min(w-1, x+1); nx++ {
			if mask[ny*w+nx] {
				return true
			}
		}
	}
	return false
}

// thicken makes the lines of a drawing about DefaultPen wide at 28 pixels:
// averaged down, thinner ones would nearly vanish. The mean width of ink is
// twice its area over the length of its edges; a garment's area is far wider
// than a line and stays as it is.
func (k *inkPicture) thicken(mask []bool, box [4]int) {
	k.box = box
	area, edges := 0, 0
	for y := box[1]; y < box[3]; y++ {
		for x := box[0]; x < box[2]; x++ {
			i := y*k.w + x
			if !mask[i] {
				continue
			}
			area++
			for _, side := range [4]bool{
				x == 0 || !mask[i-1], x == k.w-1 || !mask[i+1],
				y == 0 || !mask[i-k.w], y == k.h-1 || !mask[i+k.w],
			} {
				if side {
					edges++
				}
			}
		}
	}
	unit := float64(max(box[2]-box[0], box[3]-box[1])) / Side // pixels of the picture in one of 28
	width := 2 * float64(area) / (float64(edges) * unit)
	if width >= 1.2 {
		return
	}
	r := int(mul((DefaultPen-width)/2, unit) + 0.5)
	if r < 1 {
		return
	}
	k.grey = spread(k.grey, k.w, k.h, r, 1, k.w)
	k.grey = spread(k.grey, k.h, k.w, r, k.w, 1)
	k.box = [4]int{max(0, box[0]-r), max(0, box[1]-r), min(k.w, box[2]+r), min(k.h, box[3]+r)}
}

// spread replaces each value by the largest within r along one direction: n
// values step apart, in lines that are stride apart.
func spread(src []byte, n, lines, r, step, stride int) []byte {
	dst := make([]byte, len(src))
	for l := range lines {
		for i := range n {
			var top byte
			for j := max(0, i-r); j <= min(n-1, i+r); j++ {
				top = max(top, src[l*stride+j*step])
			}
			dst[l*stride+i*step] = top
		}
	}
	return dst
}

// fit averages the box down (or up) to 28 pixels on its longest side, centered:
// each pixel is the mean of the area that it covers.
func (k *inkPicture) fit() [Pixels]byte {
	w, h := float64(k.box[2]-k.box[0]), float64(k.box[3]-k.box[1])
	unit := larger(w, h) / Side
	x0 := float64(k.box[0]) - mul(mul(unit, Side)-w, .5)
	y0 := float64(k.box[1]) - mul(mul(unit, Side)-h, .5)
	var out [Pixels]byte
	for py := range Side {
		top := y0 + mul(unit, float64(py))
		for px := range Side {
			left := x0 + mul(unit, float64(px))
			out[py*Side+px] = k.mean(left, top, unit)
		}
	}
	return out
}

// mean is the mean of a square, black outside of the box.
func (k *inkPicture) mean(left, top, side float64) byte {
	right, bottom := left+side, top+side
	sum := 0.0
	for y := max(k.box[1], int(larger(0, top))); y < k.box[3] && float64(y) < bottom; y++ {
		row := 0.0
		for x := max(k.box[0], int(larger(0, left))); x < k.box[2] && float64(x) < right; x++ {
			row += mul(float64(k.grey[y*k.w+x]), overlap(float64(x), left, right))
		}
		sum += mul(row, overlap(float64(y), top, bottom))
	}
	return byte(smaller(255, sum/mul(side, side)+0.5))
}

// overlap is how much of at..at+1 lies within lo..hi.
func overlap(at, lo, hi float64) float64 {
	return larger(0, smaller(at+1, hi)-larger(at, lo))
}
