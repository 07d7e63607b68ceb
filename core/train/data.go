package train

import "atelier/core/infer"

// Data is what a run trains on: the training file's images, which it splits
// itself, and their kind, real or drawn.
type Data struct {
	infer.Images
	Kind string
}
