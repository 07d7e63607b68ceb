package kernel

import "math"

// Exp, Log and Cos are our own: those of package math give other last bits on
// amd64 (assembly) than in WebAssembly. Every product is rounded by a conversion.

const (
	ln2Hi = 6.93147180369123816490e-01
	ln2Lo = 1.90821492927058770002e-10
)

// Exp returns e to the power x, within about one unit in the last place. The method
// is FreeBSD's e_exp.c: x = k*ln2 + r, a rational approximation of exp(r), and
// the exponent k.
func Exp(x float64) float64 {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 1):
		return x
	case x > 709.782712893383973096:
		return math.Inf(1)
	case x < -745.13321910194110842:
		return 0
	}
	k := math.Floor(float64(x*1.44269504088896338700) + 0.5)
	hi := x - float64(k*ln2Hi)
	lo := float64(k * ln2Lo)
	r := hi - lo
	t := float64(r * r)
	p := 4.13813679705723846039e-08
	p = -1.65339022054652515390e-06 + float64(t*p)
	p = 6.61375632143793436117e-05 + float64(t*p)
	p = -2.77777777770155933842e-03 + float64(t*p)
	p = 1.66666666666666019037e-01 + float64(t*p)
	c := r - float64(t*p)
	y := 1 - ((lo - float64(r*c)/(2-c)) - hi)
	return scaleByPower(y, int(k))
}

// scaleByPower returns y * 2^k for y near 1, in two steps so that subnormal
// results are rounded once.
func scaleByPower(y float64, k int) float64 {
	switch {
	case k > 1023:
		return float64(y*power(1023)) * power(k-1023)
	case k < -1021:
		return float64(y*power(k+100)) * power(-100)
	}
	return y * power(k)
}

func power(k int) float64 { return math.Float64frombits(uint64(k+1023) << 52) }

// Log returns the natural logarithm of x, within one unit in the last place. The
// method is FreeBSD's e_log.c: x = 2^k * (1+f) with 1+f in [sqrt(2)/2, sqrt(2)).
func Log(x float64) float64 {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 1):
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	k := 0
	if x < 0x1p-1022 {
		x *= 0x1p54
		k = -54
	}
	bits := math.Float64bits(x)
	k += int(bits>>52) - 1023
	f := math.Float64frombits(bits&(1<<52-1) | 1023<<52) // [1, 2)
	if f > 1.41421356237309504880 {
		f /= 2
		k++
	}
	f--
	s := f / (2 + f)
	s2 := float64(s * s)
	s4 := float64(s2 * s2)
	odd := 1.479819860511658591e-01
	odd = 1.818357216161805012e-01 + float64(s4*odd)
	odd = 2.857142874366239149e-01 + float64(s4*odd)
	odd = 6.666666666666735130e-01 + float64(s4*odd)
	even := 1.531383769920937332e-01
	even = 2.222219843214978396e-01 + float64(s4*even)
	even = 3.999999999940941908e-01 + float64(s4*even)
	r := float64(s2*odd) + float64(s4*even)
	half := float64(float64(0.5*f) * f)
	n := float64(k)
	return float64(n*ln2Hi) - ((half - (float64(s*(half+r)) + float64(n*ln2Lo))) - f)
}

// Cos returns the cosine of x radians for |x| up to about a million, with an
// absolute error below 1e-15 near zero and |x|*1e-17 further out: enough for a
// learning rate's schedule. The method is Cody and Waite's reduction by pi/2 in
// three parts and FreeBSD's k_sin.c and k_cos.c.
func Cos(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return math.NaN()
	}
	x = math.Abs(x)
	k := math.Floor(float64(x*6.36619772367581382433e-01) + 0.5)
	r := x - float64(k*1.57079632673412561417e+00)
	r -= float64(k * 6.07710050630396597660e-11)
	r -= float64(k * 2.02226624879595063154e-21)
	quadrant := int64(k) & 3
	var v float64
	if quadrant&1 == 0 {
		v = cosKernel(r)
	} else {
		v = sinKernel(r)
	}
	if quadrant == 1 || quadrant == 2 {
		return -v
	}
	return v
}

func cosKernel(x float64) float64 {
	z := float64(x * x)
	p := -1.13596475577881948265e-11
	p = 2.08757232129817482790e-09 + float64(z*p)
	p = -2.75573143513906633035e-07 + float64(z*p)
	p = 2.48015872894767294178e-05 + float64(z*p)
	p = -1.38888888888741095749e-03 + float64(z*p)
	p = 4.16666666666666019037e-02 + float64(z*p)
	half := float64(0.5 * z)
	w := 1 - half
	return w + ((1 - w) - half + float64(float64(z*z)*p))
}

func sinKernel(x float64) float64 {
	z := float64(x * x)
	p := 1.58969099521155010221e-10
	p = -2.50507602534068634195e-08 + float64(z*p)
	p = 2.75573137070700676789e-06 + float64(z*p)
	p = -1.98412698298579493134e-04 + float64(z*p)
	p = 8.33333333332248946124e-03 + float64(z*p)
	p = -1.66666666666666324348e-01 + float64(z*p)
	return x + float64(float64(z*x)*p)
}
