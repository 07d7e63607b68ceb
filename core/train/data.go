package train

// Images are pictures with their labels; *fashion.Images is such. At's 784
// bytes are valid until the next call where only one worker reads them.
type Images interface {
	Len() int
	At(i int) []byte
	Label(i int) uint8
}

// Data is what a run trains on: the training file's images, which it splits
// itself, and their kind, real or drawn.
type Data struct {
	Images
	Kind string
}
