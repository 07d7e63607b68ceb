package protocol

// Source is what is looked at: one of the three.
type Source struct {
	*ImageSource
	*DrawingSource
	*PictureSource
}

// ImageSource is an image of the data set; Index counts in the file.
type ImageSource struct {
	Split ImageFile `json:"split"`
	Index int       `json:"index"`
}

// DrawingSource is a line of Quick, Draw! ndjson, with the pad's style.
type DrawingSource struct {
	Drawing string `json:"drawing"`
}

// PictureSource is an uploaded picture.
type PictureSource struct {
	Picture Picture `json:"picture"`
}

// Picture is an uploaded picture, RGBA.
type Picture struct {
	Width  int     `json:"width"`
	Height int     `json:"height"`
	Pixels Clamped `json:"pixels"`
}

// PredictRequest asks what a source shows.
type PredictRequest struct {
	Source
	// With a temperature the probabilities are those at it, else the network's own.
	Temperature float64 `json:"temperature,omitempty"`
}

// PredictResult is the answer, and the image that the network saw.
type PredictResult struct {
	Probabilities []float32 `json:"probabilities"`
	Input         []uint8   `json:"input"`
}

// EvaluateRequest tests weights on a split.
type EvaluateRequest struct {
	Split   Split `json:"split"`
	Weights Which `json:"weights"`
}

// EvaluateResult is the test, with what the network said of each image.
type EvaluateResult struct {
	Evaluation
	Weights     Which     `json:"weights"`
	Predictions []uint8   `json:"predictions"`
	Confidences []float32 `json:"confidences"`
}

// Evaluation is the result of eval; rows of Confusion are true classes.
type Evaluation struct {
	Model          ModelName    `json:"model"`
	Weights        string       `json:"weights" ts:"-"`
	Images         int          `json:"images"`
	Accuracy       float64      `json:"accuracy"`
	Loss           float64      `json:"loss"`
	MacroPrecision float64      `json:"macro_precision"`
	MacroRecall    float64      `json:"macro_recall"`
	MacroF1        float64      `json:"macro_f1"`
	WeightedF1     float64      `json:"weighted_f1" ts:"-"`
	PerClass       [10]PerClass `json:"per_class"`
	Confusion      [10][10]int  `json:"confusion"`
	Report         string       `json:"report"`
}

// PerClass are the figures of one class.
type PerClass struct {
	Label     string  `json:"label"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	Support   int     `json:"support"`
}

// McNemarRequest tells how many images only one of two networks got right.
type McNemarRequest struct {
	OnlyFirst  int `json:"onlyFirst"`
	OnlySecond int `json:"onlySecond"`
}

// McNemarTest: would equal networks differ so much on the same images by chance?
type McNemarTest struct {
	OnlyFirst  int `json:"only_first"`
	OnlySecond int `json:"only_second"`
	// Exact: from the binomial distribution; else from chi-square.
	Exact bool    `json:"exact"`
	P     float64 `json:"p"` // two-sided
}

// Calibration makes probabilities mean what they say; in the words of the model
// cards.
type Calibration struct {
	Temperature float64 `json:"temperature"`
	// From this tempered probability on, an answer to a drawing is sure.
	SureFrom float32 `json:"sure_from"`
	// The same of an image of the data set.
	SureFromImages float32 `json:"sure_from_images,omitempty"`
	// The share of right answers that "sure" promises.
	SureRight float64 `json:"sure_right"`
	// The share of generated drawings that reach sure_from; 0: no answer to a
	// drawing is ever sure.
	SureShare float64 `json:"sure_share"`
}

// NearestRequest is a source; without one the worker only begins to look at the
// training images, which goes on in the background.
type NearestRequest struct {
	*Source
}

// Nearest are the training images most like a source, most alike first, among
// those that were looked at.
type Nearest struct {
	Indices []uint32 `json:"indices"`
	Labels  []uint8  `json:"labels"`
	// Cosines of the angle between the features, 1 at most.
	Cosines []float32 `json:"cosines"`
	Looked  int       `json:"looked"`
	Of      int       `json:"of"`
}

// LearnRequest begins a lesson with lines of drawings and what they show.
type LearnRequest struct {
	Drawings []string `json:"drawings"`
	Labels   []int    `json:"labels"`
	Seed     uint32   `json:"seed"`
}

// LearnResult grades the network before the lesson.
type LearnResult struct {
	Steps  int   `json:"steps"`
	Before Grade `json:"before"`
}

// LearnStepResult tells how many steps have been taken.
type LearnStepResult struct {
	Step int `json:"step"`
}

// LearnEndRequest puts what was learned in the weights' place, or drops it.
type LearnEndRequest struct {
	Keep bool `json:"keep"`
}

// LearnEndResult grades what was kept.
type LearnEndResult struct {
	After *Grade `json:"after,omitempty"`
}

// Grade is how a network does on a person's drawings and on what it must not
// forget.
type Grade struct {
	// Own: the class it names each of the drawings.
	Own       []int `json:"own"`
	OwnRight  int   `json:"own_right"`
	Images    Tally `json:"images"`
	Generated Tally `json:"generated"`
}

// Tally counts right answers.
type Tally struct {
	Right int `json:"right"`
	Of    int `json:"of"`
}
