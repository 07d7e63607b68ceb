package infer

import (
	"errors"
	"fmt"

	"github.com/chewxy/math32"
)

// Gallery finds the images whose features point most nearly the same way as a
// drawing's: exactly, by looking at all of them.
type Gallery struct {
	features []float32 // [n][dim]
	inverse  []float32 // [n], one over the length; 0 of a zero vector
	dim      int
}

// Neighbor is an image of a gallery and its cosine to the drawing, -1 to 1.
type Neighbor struct {
	Index  int
	Cosine float32
}

// NewGallery returns the gallery of images with features [n][dim]; there may
// be none yet.
func NewGallery(features []float32, dim int) (*Gallery, error) {
	if dim < 1 {
		return nil, fmt.Errorf("images have at least one feature, not %d", dim)
	}
	g := &Gallery{dim: dim}
	return g, g.Add(features)
}

// Add puts further images, of features [n][dim], behind those that are there.
func (g *Gallery) Add(features []float32) error {
	if len(features)%g.dim != 0 {
		return fmt.Errorf("%d features do not make rows of %d", len(features), g.dim)
	}
	g.features = append(g.features, features...)
	for i := len(g.inverse); i < len(g.features)/g.dim; i++ {
		g.inverse = append(g.inverse, inverseLength(g.row(i)))
	}
	return nil
}

// Len is the number of images.
func (g *Gallery) Len() int { return len(g.inverse) }

func (g *Gallery) row(i int) []float32 { return g.features[i*g.dim:][:g.dim] }

func inverseLength(v []float32) float32 {
	l := math32.Sqrt(dot(v, v))
	if l == 0 {
		return 0
	}
	return 1 / l
}

// dot sums the products in four lanes, always in the same order.
func dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += float32(a[i] * b[i])
		s1 += float32(a[i+1] * b[i+1])
		s2 += float32(a[i+2] * b[i+2])
		s3 += float32(a[i+3] * b[i+3])
	}
	for ; i < len(a); i++ {
		s0 += float32(a[i] * b[i])
	}
	return s0 + s1 + (s2 + s3)
}

// Nearest returns the k images of the largest cosines, largest first, of
// equals the earlier one first.
func (g *Gallery) Nearest(query []float32, k int) ([]Neighbor, error) {
	if len(query) != g.dim {
		return nil, fmt.Errorf("the drawing has %d features, the gallery's images %d", len(query), g.dim)
	}
	if k < 1 {
		return nil, errors.New("at least one neighbor must be asked for")
	}
	inverse := inverseLength(query)
	best := make([]Neighbor, 0, min(k, len(g.inverse))+1)
	for i, inv := range g.inverse {
		c := float32(float32(dot(g.row(i), query)*inv) * inverse)
		if len(best) == k && !(c > best[k-1].Cosine) {
			continue
		}
		at := len(best)
		for at > 0 && c > best[at-1].Cosine {
			at--
		}
		best = append(best, Neighbor{})
		copy(best[at+1:], best[at:])
		best[at] = Neighbor{i, c}
		best = best[:min(k, len(best))]
	}
	return best, nil
}
