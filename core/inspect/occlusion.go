package inspect

import "fmt"

// Occlusion hides a square of an image at one place after the other, to see
// how much each place matters (Zeiler and Fergus, "Visualizing and
// understanding convolutional networks", 2014, section 4.2).
//
// The caller makes the covered images with Cover, lets the network answer
// them, and hands the probabilities of one class to Map.
type Occlusion struct {
	Patch  int  `json:"patch"`  // side of the square, in pixels
	Stride int  `json:"stride"` // pixels between places
	Value  byte `json:"value"`  // raw pixels of the square; 0 is the background
}

// side is the width and the height of an image.
const side = 28

// Validate reports what cannot be done.
func (o Occlusion) Validate() error {
	if o.Patch < 1 || o.Patch > side {
		return fmt.Errorf("an occlusion of %d pixels cannot be done: 1 to 28 are possible", o.Patch)
	}
	if o.Stride < 1 || o.Stride > side {
		return fmt.Errorf("an occlusion every %d pixels cannot be done: 1 to 28 are possible", o.Stride)
	}
	return nil
}

// Across returns the number of places along each axis; there are its square
// many covered images.
func (o Occlusion) Across() int { return (side + o.Stride - 1) / o.Stride }

// Cover writes image src, 784 raw pixels, with place i covered to dst. Places
// go row by row; each square's middle lies on the middle of its place, and
// what would lie outside the image is left out.
func (o Occlusion) Cover(dst, src []byte, i int) {
	copy(dst, src)
	n := o.Across()
	top, left := o.corner(i/n), o.corner(i%n)
	for y := max(top, 0); y < min(top+o.Patch, side); y++ {
		for x := max(left, 0); x < min(left+o.Patch, side); x++ {
			dst[y*side+x] = o.Value
		}
	}
}

func (o Occlusion) corner(place int) int { return place*o.Stride + (o.Stride-o.Patch)/2 }

// Map returns how much the probability falls when each place is covered:
// positive where the place speaks for the class. whole is the probability
// without a cover, covered those of all places in order.
func (o Occlusion) Map(whole float32, covered []float32) (Map, error) {
	n := o.Across()
	if len(covered) != n*n {
		return Map{}, fmt.Errorf("%d answers do not fit %d by %d places", len(covered), n, n)
	}
	m := NewMap(n, n)
	for i, p := range covered {
		m.Data[i] = whole - p
	}
	return m, nil
}
