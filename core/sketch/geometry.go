package sketch

import "math"

// point is a place on the canvas, y down.
type point struct{ x, y float64 }

// direction is the unit vector from a to b and their distance; of equal points,
// (1, 0) and 0.
func direction(a, b point) (u point, length float64) {
	dx, dy := b.x-a.x, b.y-a.y
	length = math.Sqrt(mul(dx, dx) + mul(dy, dy))
	if length == 0 {
		return point{1, 0}, 0
	}
	return point{dx / length, dy / length}, length
}

// mul is a product that no compiler fuses with a following sum.
func mul(a, b float64) float64 { return float64(a * b) }

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
