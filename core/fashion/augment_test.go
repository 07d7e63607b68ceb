package fashion

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"testing"

	"atelier/core/random"
)

// ramp is an image whose pixels are all different from their neighbours and not 0.
func ramp() []byte {
	src := make([]byte, Area)
	for i := range src {
		src[i] = byte(1 + (i*37+i/28*11)%255)
	}
	return src
}

func apply(a Augment, src []byte, position uint32) []float32 {
	dst := make([]float32, Area)
	s := random.New(42, random.Augment, 1, 0, position)
	a.Apply(dst, src, 0.5, 0.5, &s)
	return dst
}

func TestNormalize(t *testing.T) {
	src, dst := ramp(), make([]float32, Area)
	Normalize(dst, src, 0.2860, 0.3530)
	for i, p := range src {
		want := (float64(p)/255 - 0.2860) / 0.3530
		if math.Abs(float64(dst[i])-want) > 3e-7 {
			t.Fatalf("pixel %d: %d became %v, want %v", i, p, dst[i], want)
		}
	}
	plain := make([]float32, Area)
	Augment{}.Apply(plain, src, 0.2860, 0.3530, nil)
	if !slices.Equal(plain, dst) {
		t.Error("an Augment that varies nothing is not plain normalisation")
	}
}

// slowCrop pads, cuts at (top, left) and perhaps mirrors, step by step as
// torchvision's RandomCrop and RandomHorizontalFlip do.
func slowCrop(src []byte, pad, top, left int, flip bool) []float32 {
	size := Side + 2*pad
	padded := make([]byte, size*size)
	for y := range Side {
		copy(padded[(y+pad)*size+pad:], src[y*Side:(y+1)*Side])
	}
	cut := make([]byte, 0, Area)
	for y := range Side {
		row := slices.Clone(padded[(y+top)*size+left : (y+top)*size+left+Side])
		if flip {
			slices.Reverse(row)
		}
		cut = append(cut, row...)
	}
	dst := make([]float32, Area)
	Normalize(dst, cut, 0.5, 0.5)
	return dst
}

// Every augmented image is one of the crops, every crop comes up, and about
// half are mirrored.
func TestCropAndFlipAreTorchvisions(t *testing.T) {
	for _, pad := range []int{0, 1, 4} {
		src := ramp()
		type choice struct {
			top, left int
			flip      bool
		}
		byPixels := map[string]choice{}
		key := func(p []float32) string {
			var b strings.Builder
			for _, v := range p {
				b.WriteByte(byte(math.Round(float64(v*0.5+0.5) * 255)))
			}
			return b.String()
		}
		for top := range 2*pad + 1 {
			for left := range 2*pad + 1 {
				for _, flip := range []bool{false, true} {
					byPixels[key(slowCrop(src, pad, top, left, flip))] = choice{top, left, flip}
				}
			}
		}
		seen, flipped := map[choice]int{}, 0
		const rounds = 4000
		for i := range uint32(rounds) {
			c, ok := byPixels[key(apply(Augment{Crop: pad, Flip: 0.5}, src, i))]
			if !ok {
				t.Fatalf("padding %d: image %d is none of the crops", pad, i)
			}
			seen[c]++
			if c.flip {
				flipped++
			}
		}
		if want := 2 * (2*pad + 1) * (2*pad + 1); len(seen) != want {
			t.Errorf("padding %d: %d of %d crops came up", pad, len(seen), want)
		}
		if flipped < rounds/2-200 || flipped > rounds/2+200 {
			t.Errorf("padding %d: %d of %d mirrored", pad, flipped, rounds)
		}
	}
}

func TestFlipAlways(t *testing.T) {
	src := ramp()
	if got := apply(Augment{Flip: 1}, src, 0); !slices.Equal(got, slowCrop(src, 0, 0, 0, true)) {
		t.Error("Flip 1 does not mirror")
	}
}

// What is erased is one rectangle of the asked value, area and aspect.
func TestErase(t *testing.T) {
	e := Erase{Probability: 1, MinArea: 0.02, MaxArea: 0.4, MinAspect: 0.3, MaxAspect: 3.3, Value: 9}
	src := ramp()
	erased := 0
	for i := range uint32(500) {
		got := apply(Augment{Erase: e}, src, i)
		x0, y0, x1, y1, n := Side, Side, -1, -1, 0
		for p, v := range got {
			if v == 9 {
				x0, y0, x1, y1 = min(x0, p%Side), min(y0, p/Side), max(x1, p%Side), max(y1, p/Side)
				n++
			}
		}
		if n == 0 {
			continue
		}
		erased++
		h, w := y1-y0+1, x1-x0+1
		if n != h*w {
			t.Fatalf("image %d: %d pixels erased in a box of %dx%d", i, n, h, w)
		}
		if share := float64(n) / Area; share < 0.02*0.75 || share > 0.4*1.1 {
			t.Errorf("image %d: %.3f of the image erased", i, share)
		}
	}
	if erased != 500 {
		t.Errorf("%d of 500 images erased with probability 1", erased)
	}
}

func TestEraseProbability(t *testing.T) {
	e := Erase{Probability: 0.25, MinArea: 0.02, MaxArea: 0.2, MinAspect: 0.5, MaxAspect: 2, Value: 9}
	n := 0
	for i := range uint32(4000) {
		if slices.Contains(apply(Augment{Erase: e}, ramp(), i), 9) {
			n++
		}
	}
	if n < 850 || n > 1150 {
		t.Errorf("%d of 4000 images erased with probability .25", n)
	}
}

// The same images come out on every platform: one hash of all their bits.
func TestEraseHasTheSameBitsEverywhere(t *testing.T) {
	const want = "72e881e87b6f9b6a58ecfe6ee9e7b73789e8070322f61cf45fc469d89a79db79"
	a := Augment{Crop: 2, Flip: 0.5, Erase: Erase{Probability: 0.5, MinArea: 0.02, MaxArea: 0.4, MinAspect: 0.3, MaxAspect: 3.3}}
	hash, erased := sha256.New(), 0
	for i := range uint32(256) {
		image := apply(a, ramp(), i)
		if slices.Contains(image, 0) { // no grey of ramp is exactly the mean
			erased++
		}
		if err := binary.Write(hash, binary.LittleEndian, image); err != nil {
			t.Fatal(err)
		}
	}
	if erased < 90 || erased > 166 {
		t.Errorf("%d of 256 images erased with probability .5", erased)
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != want {
		t.Errorf("the images' hash is %s, want %s", got, want)
	}
}

// Without erasing an image is what it was before there was erasing: the
// recipe report draws the same numbers as ever.
func TestWithoutErasingTheStreamIsUntouched(t *testing.T) {
	plain := Augment{Crop: 4, Flip: 0.5}
	never := plain
	never.Erase = Erase{Probability: 1e-9, MinArea: 0.02, MaxArea: 0.4, MinAspect: 0.3, MaxAspect: 3.3}
	for i := range uint32(200) {
		if !slices.Equal(apply(plain, ramp(), i), apply(never, ramp(), i)) {
			t.Fatalf("image %d: erasing that never happens changed the crop or the flip", i)
		}
	}
	s, same := random.New(42, random.Augment, 1, 0, 7), random.New(42, random.Augment, 1, 0, 7)
	dst := make([]float32, Area)
	Augment{Flip: 1}.Apply(dst, ramp(), 0.5, 0.5, &s)
	same.Float32()
	if s.Uint32() != same.Uint32() {
		t.Error("an Augment without erasing draws a number for it")
	}
}

// Rectangles that can never fit leave the image alone instead of looping on.
func TestEraseThatNeverFits(t *testing.T) {
	e := Erase{Probability: 1, MinArea: 1, MaxArea: 1, MinAspect: 1, MaxAspect: 1, Value: 9}
	if got := apply(Augment{Erase: e}, ramp(), 0); slices.Contains(got, 9) {
		t.Error("a rectangle as large as the image was erased")
	}
}

func TestValidate(t *testing.T) {
	nan := float32(math.NaN())
	good := Erase{Probability: 0.5, MinArea: 0.02, MaxArea: 0.3, MinAspect: 0.3, MaxAspect: 3.3}
	with := func(change func(*Erase)) Augment {
		e := good
		change(&e)
		return Augment{Erase: e}
	}
	tests := []struct {
		name string
		a    Augment
		want string
	}{
		{"nothing", Augment{}, ""},
		{"the report's", Augment{Crop: 4, Flip: 0.5}, ""},
		{"erasing", Augment{Erase: good}, ""},
		{"negative crop", Augment{Crop: -1}, "augment.crop is -1"},
		{"crop of a whole side", Augment{Crop: 28}, "augment.crop is 28"},
		{"flip above 1", Augment{Flip: 1.5}, "augment.flip is 1.5"},
		{"flip NaN", Augment{Flip: nan}, "augment.flip is NaN"},
		{"erase probability", with(func(e *Erase) { e.Probability = nan }), "erase.probability is NaN"},
		{"erase area order", with(func(e *Erase) { e.MinArea = 0.5 }), "shares of 0.5 to 0.3"},
		{"erase nothing", with(func(e *Erase) { e.MinArea = 0 }), "shares of 0 to"},
		{"erase aspect", with(func(e *Erase) { e.MinAspect = -1 }), "aspects of -1"},
		{"erase value", with(func(e *Erase) { e.Value = nan }), "erase.value is NaN"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.a.Validate()
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestApplyDoesNotAllocate(t *testing.T) {
	a := Augment{Crop: 4, Flip: 0.5, Erase: Erase{Probability: 1, MinArea: 0.02, MaxArea: 0.3, MinAspect: 0.3, MaxAspect: 3.3}}
	src, dst := ramp(), make([]float32, Area)
	s := random.New(1, random.Augment, 0, 0, 0)
	if n := testing.AllocsPerRun(20, func() { a.Apply(dst, src, 0.5, 0.5, &s) }); n != 0 {
		t.Errorf("%v allocations an image", n)
	}
}

func BenchmarkApply(b *testing.B) {
	a := Augment{Crop: 4, Flip: 0.5}
	src, dst := ramp(), make([]float32, Area)
	s := random.New(1, random.Augment, 0, 0, 0)
	for b.Loop() {
		a.Apply(dst, src, 0.5, 0.5, &s)
	}
}
