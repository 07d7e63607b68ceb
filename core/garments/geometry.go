package garments

import (
	"math"

	"atelier/core/kernel"
)

// point is a place or a direction, y down.
type point struct{ x, y float64 }

// mul is a product that no compiler fuses with a following sum.
func mul(a, b float64) float64 { return float64(a * b) }

// mix goes from a to b as t goes from 0 to 1.
func mix(a, b, t float64) float64 { return a + mul(b-a, t) }

func (p point) add(q point) point         { return point{p.x + q.x, p.y + q.y} }
func (p point) sub(q point) point         { return point{p.x - q.x, p.y - q.y} }
func (p point) times(k float64) point     { return point{mul(p.x, k), mul(p.y, k)} }
func (p point) flip() point               { return point{-p.x, p.y} }
func (p point) normal() point             { return point{-p.y, p.x} }
func (p point) length() float64           { return math.Sqrt(mul(p.x, p.x) + mul(p.y, p.y)) }
func between(p, q point, t float64) point { return point{mix(p.x, q.x, t), mix(p.y, q.y, t)} }

// plus rounds x and y before it adds them: they may be products.
func (p point) plus(x, y float64) point { return point{p.x + float64(x), p.y + float64(y)} }

// unit returns the direction of p and its length; of a zero p, (1, 0) and 0.
func (p point) unit() (point, float64) {
	l := p.length()
	if l == 0 {
		return point{1, 0}, 0
	}
	return point{p.x / l, p.y / l}, l
}

// angle is the direction at an angle in degrees from the x axis towards y.
func angle(degrees float64) point {
	a := mul(degrees, math.Pi/180)
	return point{kernel.Cos(a), kernel.Cos(a - math.Pi/2)}
}

// turn rotates p by the direction of by.
func (p point) turn(by point) point {
	return point{mul(p.x, by.x) - mul(p.y, by.y), mul(p.x, by.y) + mul(p.y, by.x)}
}

func larger(a, b float64) float64 {
	if a > b {
		return a
	}
	return b
}

func smaller(a, b float64) float64 {
	if a < b {
		return a
	}
	return b
}
