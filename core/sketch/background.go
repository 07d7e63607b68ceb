package sketch

import "math"

// A picture's background is what runs along its edge: per color a plane, so
// that light from one side is allowed for.

// plane is a value that changes evenly: at + x*dx + y*dy, x and y of -1 to 1.
type plane struct{ at, dx, dy float64 }

// difference returns how far each pixel is from the background, the largest of
// its three colors' distances, and the background's mean grey.
func (p *picture) difference() (diff []byte, paper float64) {
	edge := p.edge()
	var bg [3]plane
	for c := range 3 {
		bg[c] = p.fitPlane(edge, c)
	}
	diff = make([]byte, p.w*p.h)
	for y := range p.h {
		v := position(y, p.h)
		for x := range p.w {
			u := position(x, p.w)
			largest := 0.0
			for c := range 3 {
				b := bg[c].at + mul(bg[c].dx, u) + mul(bg[c].dy, v)
				largest = larger(largest, math.Abs(float64(p.rgb[3*(y*p.w+x)+c])-b))
			}
			diff[y*p.w+x] = byte(smaller(255, largest))
		}
	}
	return diff, mul(0.299, bg[0].at) + mul(0.587, bg[1].at) + mul(0.114, bg[2].at)
}

// position maps 0..n-1 to -1..1.
func position(i, n int) float64 { return float64(2*i+1-n) / float64(n) }

// edge lists the pixels of a frame of a fiftieth of the picture.
func (p *picture) edge() []int {
	t := max(1, min(p.w, p.h)/50)
	var list []int
	for y := range p.h {
		for x := range p.w {
			if x < t || y < t || x >= p.w-t || y >= p.h-t {
				list = append(list, y*p.w+x)
			}
		}
	}
	return list
}

// fitPlane fits one color along the edge: a start at the median, then least
// squares over the pixels near the last fit, so that a garment that touches
// the edge does not count.
func (p *picture) fitPlane(edge []int, c int) plane {
	var histogram [256]int
	for _, i := range edge {
		histogram[p.rgb[3*i+c]]++
	}
	seen, median := 0, 0
	for v, n := range histogram {
		if seen += n; 2*seen >= len(edge) {
			median = v
			break
		}
	}
	fit := plane{at: float64(median)}
	for _, near := range [3]float64{60, 30, 20} {
		fit = p.leastSquares(edge, c, fit, near)
	}
	return fit
}

// leastSquares fits a plane to the edge's pixels within near of the last fit.
func (p *picture) leastSquares(edge []int, c int, last plane, near float64) plane {
	var n, su, sv, suu, svv, suv, sz, suz, svz float64
	for _, i := range edge {
		u, v := position(i%p.w, p.w), position(i/p.w, p.h)
		z := float64(p.rgb[3*i+c])
		if math.Abs(z-(last.at+mul(last.dx, u)+mul(last.dy, v))) > near {
			continue
		}
		n++
		su, sv, sz = su+u, sv+v, sz+z
		suu, svv, suv = suu+mul(u, u), svv+mul(v, v), suv+mul(u, v)
		suz, svz = suz+mul(u, z), svz+mul(v, z)
	}
	if n < 8 {
		return last
	}
	mu, mv, mz := su/n, sv/n, sz/n
	cuu, cvv, cuv := suu/n-mul(mu, mu), svv/n-mul(mv, mv), suv/n-mul(mu, mv)
	cuz, cvz := suz/n-mul(mu, mz), svz/n-mul(mv, mz)
	det := mul(cuu, cvv) - mul(cuv, cuv)
	if det < 1e-4 {
		return last
	}
	dx := (mul(cuz, cvv) - mul(cvz, cuv)) / det
	dy := (mul(cvz, cuu) - mul(cuz, cuv)) / det
	return plane{mz - mul(dx, mu) - mul(dy, mv), dx, dy}
}

// faint is the smallest difference from the background that can be ink.
const faint = 18

// inkMask tells ink from background, and reports whether there is any ink. The
// limit is twice what the background itself differs along the edge, so that a
// garment's pale parts stay; where the edge is too restless for that, the limit
// is where the two groups of differences are farthest apart (Otsu 1979).
func (p *picture) inkMask(diff []byte) (mask []bool, ok bool) {
	var histogram, along [256]int
	for _, d := range diff {
		histogram[d]++
	}
	edge := p.edge()
	for _, i := range edge {
		along[diff[i]]++
	}
	restless, seen := 0, along[0] // 95 % of the edge differs less
	for 20*seen < 19*len(edge) {
		restless++
		seen += along[restless]
	}
	t := max(min(otsu(histogram, len(diff)), 2*restless), faint)
	mask = make([]bool, len(diff))
	for i, d := range diff {
		if int(d) > t {
			mask[i], ok = true, true
		}
	}
	return mask, ok
}

func otsu(histogram [256]int, n int) (threshold int) {
	var all, below, count float64
	for v, k := range histogram {
		all += float64(v * k)
	}
	best := -1.0
	for v, k := range histogram {
		count += float64(k)
		below += float64(v * k)
		rest := float64(n) - count
		if count == 0 || rest == 0 {
			continue
		}
		gap := below/count - (all-below)/rest
		if between := mul(mul(count, rest), mul(gap, gap)); between > best {
			best, threshold = between, v
		}
	}
	return threshold
}
