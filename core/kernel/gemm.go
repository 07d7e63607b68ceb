package kernel

// rowsPanel multiplies rows of a by a panel of four columns:
//
//	c[t][0:cols] (+)= sum over k of a[t][k] * p[k][0:4]
//
// a's rows are k long and lda apart, c's ldc apart; cols is 1 to 4. With add the
// sum is added to c, else it is written over it.
//
//go:norace
func rowsPanel(c []float32, ldc int, a []float32, lda int, p []float32, rows, k, cols int, add bool) {
	p = p[:4*k]
	for t := 0; t < rows; t += 2 {
		a0 := a[t*lda:][:k]
		a1 := a0
		if t+1 < rows {
			a1 = a[(t+1)*lda:][:k]
		}
		var s, r [4]float32
		dot2x4(&s, &r, a0, a1, p)
		store4(c[t*ldc:], &s, cols, add)
		if t+1 < rows {
			store4(c[(t+1)*ldc:], &r, cols, add)
		}
	}
}

// dot2x4 writes to s and r the products of the rows a0 and a1 with panel p.
//
//go:norace
func dot2x4(s, r *[4]float32, a0, a1, p []float32) {
	var s0, s1, s2, s3, r0, r1, r2, r3 float32
	for k, x := range a0 {
		if k >= len(a1) || len(p) < 4 {
			break
		}
		q := (*[4]float32)(p)
		y := a1[k]
		s0 += float32(x * q[0])
		s1 += float32(x * q[1])
		s2 += float32(x * q[2])
		s3 += float32(x * q[3])
		r0 += float32(y * q[0])
		r1 += float32(y * q[1])
		r2 += float32(y * q[2])
		r3 += float32(y * q[3])
		p = p[4:]
	}
	*s = [4]float32{s0, s1, s2, s3}
	*r = [4]float32{r0, r1, r2, r3}
}

// store4 writes or adds the first cols of s to c.
//
//go:norace
func store4(c []float32, s *[4]float32, cols int, add bool) {
	if cols == 4 && !add {
		*(*[4]float32)(c) = *s
		return
	}
	for j, v := range s[:cols] {
		if add {
			c[j] += v
		} else {
			c[j] = v
		}
	}
}

// outer sums outer products of the rows of a and b:
//
//	c[i][j] (+)= sum over t of a[t][i] * b[t][j],  i < m, j < n
//
// With add the sum over t is formed first and then added to c.
//
//go:norace
func outer(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, rows, m, n int, add bool) {
	for i := 0; i < m; i += 2 {
		two := i+1 < m
		for j := 0; j < n; j += 4 {
			cols := upTo(4, n-j)
			var s, r [4]float32
			outer2x4(&s, &r, a[i:], lda, b[j:], ldb, rows, two, cols)
			store4(c[i*ldc+j:], &s, cols, add)
			if two {
				store4(c[(i+1)*ldc+j:], &r, cols, add)
			}
		}
	}
}

//go:norace
func outer2x4(s, r *[4]float32, a []float32, lda int, b []float32, ldb, rows int, two bool, cols int) {
	if !two || cols < 4 {
		for t := range rows {
			for j := range cols {
				s[j] += float32(a[t*lda] * b[t*ldb+j])
				if two {
					r[j] += float32(a[t*lda+1] * b[t*ldb+j])
				}
			}
		}
		return
	}
	var s0, s1, s2, s3, r0, r1, r2, r3 float32
	for t := range rows {
		q := (*[4]float32)(b[t*ldb:])
		x := (*[2]float32)(a[t*lda:])
		s0 += float32(x[0] * q[0])
		s1 += float32(x[0] * q[1])
		s2 += float32(x[0] * q[2])
		s3 += float32(x[0] * q[3])
		r0 += float32(x[1] * q[0])
		r1 += float32(x[1] * q[1])
		r2 += float32(x[1] * q[2])
		r3 += float32(x[1] * q[3])
	}
	*s = [4]float32{s0, s1, s2, s3}
	*r = [4]float32{r0, r1, r2, r3}
}

// packPanels lays a matrix m[rows][k] out as panels of four rows, p[rows/4][k][4];
// rows missing from the last panel are zero. at(r, j) is element j of row r.
func packPanels(p []float32, rows, k int, at func(r, j int) float32) {
	for r0 := 0; r0 < rows; r0 += 4 {
		q := p[r0*k:][:4*k]
		for j := range k {
			for r := range 4 {
				v := float32(0)
				if r0+r < rows {
					v = at(r0+r, j)
				}
				q[4*j+r] = v
			}
		}
	}
}

// round4 rounds n up to a multiple of 4.
func round4(n int) int { return (n + 3) &^ 3 }

// upTo returns n, or limit if that is less.
func upTo(limit, n int) int {
	if n < limit {
		return n
	}
	return limit
}
