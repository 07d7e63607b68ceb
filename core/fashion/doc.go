// Package fashion is the data set: Fashion-MNIST's files and their hashes, the
// report's split, the order of an epoch, normalisation and augmentation.
//
// Files flow in through [Load]; pixels and labels, and single images normalised
// or varied ([Augment.Apply]), flow out. Start reading at [Dataset].
//
// An image is 28x28 grey pixels, row by row from the top left, 0 black (the
// background) to 255 white; N images lie one after the other. Everything that
// is random is a function of a key (see package random), so that any worker
// can make any image of any epoch.
package fashion

const (
	// Side is the width and the height of an image in pixels.
	Side = 28
	// Area is the number of pixels of an image.
	Area = Side * Side
	// TrainingImages is the number of images of Fashion-MNIST's training file,
	// which Split cuts.
	TrainingImages = 60000

	// MaxImages is the largest number of images that one file may hold: all of
	// Fashion-MNIST.
	MaxImages = 70000
)

// Classes are the names of the ten classes, in the order of their labels.
var Classes = [10]string{
	"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
	"Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
}

// Images are N images with their labels.
type Images struct {
	Pixels []byte // N*784
	Labels []byte // N, each 0..9
}

// Len returns the number of images.
func (d *Images) Len() int { return len(d.Labels) }

// At returns the 784 pixels of image i.
func (d *Images) At(i int) []byte { return d.Pixels[i*Area : (i+1)*Area : (i+1)*Area] }

// Kinds of data set, the words of data/index.json.
const (
	KindReal  = "real"  // Fashion-MNIST, its four files verified by hash
	KindDrawn = "drawn" // the project's own drawn sample, core/sample
)

// Dataset is a training set and a test set.
type Dataset struct {
	Train, Test Images
	Kind        string // KindReal or KindDrawn
	// SHA256 are the hashes of the four decompressed files in the order of
	// Files: what a run's state remembers, to be resumed on the same data only.
	SHA256 [4]string
}

// NewDataset is a data set that was made and not read, with the hashes that its
// files would have.
func NewDataset(kind string, train, test Images) *Dataset {
	d := &Dataset{Train: train, Test: test, Kind: kind}
	for i, s := range []*Images{&d.Train, &d.Test} {
		d.SHA256[2*i] = sum(imageHead(s.Len()), s.Pixels)
		d.SHA256[2*i+1] = sum(labelHead(s.Len()), s.Labels)
	}
	return d
}

// Label returns the class of image i.
func (d *Images) Label(i int) uint8 { return d.Labels[i] }
