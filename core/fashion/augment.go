package fashion

import (
	"fmt"
	"math"

	"atelier/core/random"
)

// Augment says how training images are varied. Its zero value varies nothing.
type Augment struct {
	// Crop is the padding of RandomCrop(28, padding), in pixels of raw 0: the
	// picture moves by up to Crop pixels along each axis.
	Crop int `json:"crop,omitempty"`
	// Flip is the probability of mirroring left to right.
	Flip float32 `json:"flip,omitempty"`
	// Erase paints over a random rectangle, after normalisation.
	Erase Erase `json:"erase,omitzero"`
}

// Erase is Random Erasing (Zhong et al., "Random Erasing Data Augmentation",
// 2017, Algorithm 1), with the choices of the authors' code, of which the
// published figures on Fashion-MNIST are: area and aspect are drawn evenly, and
// the rectangle is painted in one grey, on the normalised image. It is the last
// thing to happen to an image, so that neither crop nor flip moves it, and it
// draws its numbers from the image's own stream after theirs.
//
// Its zero value erases nothing and draws nothing.
type Erase struct {
	Probability float32 `json:"probability"`
	MinArea     float32 `json:"min_area"`   // as a share of the image
	MaxArea     float32 `json:"max_area"`   // as a share of the image
	MinAspect   float32 `json:"min_aspect"` // of height to width
	MaxAspect   float32 `json:"max_aspect"` // of height to width
	Value       float32 `json:"value"`      // painted, in normalised units: 0 is the mean
}

// Validate reports the first field that has no meaning, by its JSON name.
func (a Augment) Validate() error {
	if a.Crop < 0 || a.Crop >= Side {
		return fmt.Errorf("augment.crop is %d pixels: 0 to 27 are possible", a.Crop)
	}
	if !(a.Flip >= 0 && a.Flip <= 1) {
		return fmt.Errorf("augment.flip is %v: a probability is 0 to 1", a.Flip)
	}
	return a.Erase.validate()
}

func (e Erase) validate() error {
	if e == (Erase{}) {
		return nil
	}
	switch {
	case !(e.Probability >= 0 && e.Probability <= 1):
		return fmt.Errorf("augment.erase.probability is %v: a probability is 0 to 1", e.Probability)
	case !(e.MinArea > 0 && e.MinArea <= e.MaxArea && e.MaxArea <= 1):
		return fmt.Errorf("augment.erase erases shares of %v to %v of the image: 0 < min_area <= max_area <= 1 must hold", e.MinArea, e.MaxArea)
	case !(e.MinAspect > 0 && e.MinAspect <= e.MaxAspect && e.MaxAspect <= 100):
		return fmt.Errorf("augment.erase draws aspects of %v to %v: 0 < min_aspect <= max_aspect <= 100 must hold", e.MinAspect, e.MaxAspect)
	case !(e.Value >= -100 && e.Value <= 100):
		return fmt.Errorf("augment.erase.value is %v: -100 to 100 are possible", e.Value)
	}
	return nil
}

// Normalize writes (src/255 - mean)/std, in torchvision's order of float32
// operations (ToTensor, Normalize). dst and src are whole images.
func Normalize(dst []float32, src []byte, mean, std float32) {
	levels := grayLevels(mean, std)
	for i, p := range src {
		dst[i] = levels[p]
	}
}

// grayLevels returns the normalised value of each raw pixel value.
func grayLevels(mean, std float32) (levels [256]float32) {
	for i := range levels {
		levels[i] = (float32(i)/255 - mean) / std
	}
	return levels
}

// Apply writes one image, varied and normalised: dst is 784 floats, src 784
// raw pixels. What is drawn is a function of s; an image is told apart by its
// own stream. Without variation s is not used and may be nil.
func (a Augment) Apply(dst []float32, src []byte, mean, std float32, s *random.Stream) {
	dx, dy, flip := 0, 0, false
	if a.Crop > 0 {
		dx = s.Intn(2*a.Crop+1) - a.Crop
		dy = s.Intn(2*a.Crop+1) - a.Crop
	}
	if a.Flip > 0 {
		flip = s.Float32() < a.Flip
	}
	levels := grayLevels(mean, std)
	for y := range Side {
		row := dst[y*Side : (y+1)*Side]
		for x := range row {
			sx, sy := x+dx, y+dy
			if flip {
				sx = Side - 1 - x + dx // the crop is mirrored, not its source
			}
			raw := byte(0)
			if uint(sx) < Side && uint(sy) < Side {
				raw = src[sy*Side+sx]
			}
			row[x] = levels[raw]
		}
	}
	if a.Erase.Probability > 0 {
		a.Erase.apply(dst, s)
	}
}

// eraseTries is after how many rectangles that do not fit an image is left
// alone, as in the authors' code.
const eraseTries = 100

func (e Erase) apply(dst []float32, s *random.Stream) {
	if s.Float32() >= e.Probability {
		return
	}
	for range eraseTries {
		area := float32(s.Uniform(e.MinArea, e.MaxArea) * Area)
		aspect := s.Uniform(e.MinAspect, e.MaxAspect)
		h := roundRoot(float32(area * aspect))
		w := roundRoot(area / aspect)
		if h >= Side || w >= Side {
			continue
		}
		y0, x0 := s.Intn(Side-h+1), s.Intn(Side-w+1)
		for y := y0; y < y0+h; y++ {
			for x := x0; x < x0+w; x++ {
				dst[y*Side+x] = e.Value
			}
		}
		return
	}
}

// roundRoot returns the whole number next to the square root of v.
func roundRoot(v float32) int { return int(math.Floor(math.Sqrt(float64(v)) + 0.5)) }
