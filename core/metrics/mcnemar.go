package metrics

import (
	"math"

	"atelier/core/kernel"
)

// McNemarTest asks whether two classifiers that answered the same images
// differ in accuracy (McNemar, "Note on the sampling error of the difference
// between correlated proportions", 1947).
type McNemarTest struct {
	OnlyFirst  int `json:"only_first"`  // images that the first alone got right
	OnlySecond int `json:"only_second"` // images that the second alone got right
	// Exact: P is of the binomial distribution, used for fewer than 25 images
	// of disagreement. Else it is of chi-square with one degree of freedom.
	Exact     bool    `json:"exact"`
	Statistic float64 `json:"statistic"` // chi-square with Edwards' correction; 0 if Exact
	P         float64 `json:"p"`         // two-sided
}

// exactBelow is the number of disagreements from which chi-square serves.
const exactBelow = 25

// McNemar tests the numbers of images that only one of two classifiers got right.
func McNemar(onlyFirst, onlySecond int) McNemarTest {
	t := McNemarTest{OnlyFirst: onlyFirst, OnlySecond: onlySecond}
	n := onlyFirst + onlySecond
	if n < exactBelow {
		t.Exact, t.P = true, binomialTest(min(onlyFirst, onlySecond), n)
		return t
	}
	// The correction never turns no difference into one.
	apart := float64(max(onlyFirst-onlySecond, onlySecond-onlyFirst, 1) - 1)
	t.Statistic = apart * apart / float64(n)
	t.P = erfc(math.Sqrt(t.Statistic / 2))
	return t
}

// binomialTest returns the two-sided p of k or fewer heads in n tosses of a
// fair coin, for k <= n/2.
func binomialTest(k, n int) float64 {
	ways, sum := 1.0, 0.0 // ways: n over i, exact for n < 25
	for i := range k + 1 {
		sum += ways
		ways = ways * float64(n-i) / float64(i+1)
	}
	for range n {
		sum /= 2
	}
	return min(1, 2*sum)
}

const sqrtPi = 1.7724538509055160272981674833411

// erfc is the complementary error function for z >= 0 (Abramowitz and Stegun,
// 7.1.6 near 0, the continued fraction 7.1.14 beyond), within 1e-13 relative.
func erfc(z float64) float64 {
	square := z * z
	if z < 2 {
		term, sum := z, 0.0
		for n := 1; sum+term != sum; n++ {
			sum += term
			term = term * 2 * square / float64(2*n+1)
		}
		return 1 - float64(2/sqrtPi*kernel.Exp(-square)*sum)
	}
	tail := 0.0
	for n := 80; n > 0; n-- {
		tail = float64(n) / 2 / (z + tail)
	}
	return kernel.Exp(-square) / (sqrtPi * (z + tail))
}
