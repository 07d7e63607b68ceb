package metrics

// Argmax returns the index of the largest number, the first of equal ones.
func Argmax(x []float32) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}
