package protocol

// MapsRequest asks for the maps of a layer.
type MapsRequest struct {
	Source Source `json:"source"`
	Layer  string `json:"layer"`
	Scale  Scale  `json:"scale"`
	// Lo and Hi are the ends of a fixed scale.
	Lo float32 `json:"lo,omitempty"`
	Hi float32 `json:"hi,omitempty"`
}

// Pictures are the maps of a layer, each width x height, one under the other in
// rgba.
type Pictures struct {
	Width  int     `json:"width"`
	Height int     `json:"height"`
	Count  int     `json:"count"`
	RGBA   Clamped `json:"rgba"`
	// Lo and Hi are the least and the greatest number of each map.
	Lo []float32 `json:"lo"`
	Hi []float32 `json:"hi"`
	// Ends are, for each map, the two numbers at the ends of its colours.
	Ends []float32 `json:"ends"`
	// Silent is 1 where a map is 0 everywhere.
	Silent []uint8 `json:"silent"`
	// Bar are the colours from low to high, RGBA.
	Bar Clamped `json:"bar"`
}

// ExplainRequest asks for one number of a convolution's map; all counted from 0.
type ExplainRequest struct {
	Source Source `json:"source"`
	Layer  string `json:"layer"`
	Map    int    `json:"map"`
	X      int    `json:"x"`
	Y      int    `json:"y"`
}

// ConvWindow is nine inputs, their weights and their products.
type ConvWindow struct {
	Map      int     `json:"map"` // of the layer before, counted from 0
	Inputs   Nine    `json:"inputs"`
	Weights  Nine    `json:"weights"`
	Products Nine    `json:"products"`
	Sum      float32 `json:"sum"`
}

// Explanation is how one number of a convolution's map comes about.
type Explanation struct {
	// Windows are those that add or take away most, the strongest first.
	Windows []ConvWindow `json:"windows"`
	// Count is how many windows there are, and Others what those not given add.
	Count  int     `json:"count"`
	Others float32 `json:"others"`
	Bias   float32 `json:"bias"`
	Sum    float32 `json:"sum"` // of all windows and the bias
	// Normed: batch normalization makes scale × sum + shift of it.
	Normed bool    `json:"normed"`
	Scale  float32 `json:"scale"`
	Shift  float32 `json:"shift"`
	Value  float32 `json:"value"` // after the ReLU
}

// WhyRequest asks for the explanation of a class; without one, of the class
// that the network names.
type WhyRequest struct {
	Source Source `json:"source"`
	Class  *int   `json:"class,omitempty"`
}

// Overlay is numbers of places laid over an image: red is above 0, blue below.
type Overlay struct {
	// Class is explained, Named is what the network names.
	Class  int     `json:"class"`
	Named  int     `json:"named"`
	Width  int     `json:"width"`
	Height int     `json:"height"`
	RGBA   Clamped `json:"rgba"`
	// Lo and Hi are the least and the greatest number.
	Lo float32 `json:"lo"`
	Hi float32 `json:"hi"`
	// End is the number of the reddest colour; the bluest is minus that.
	End float32 `json:"end"`
	// X and Y: where the number farthest from 0 is, in parts of the width and the height.
	X float64 `json:"x"`
	Y float64 `json:"y"`
	// Bar are the colours from low to high, RGBA.
	Bar Clamped `json:"bar"`
}

// Evidence is what each place of an image adds to a class's score: their sum
// and Constant make the score.
type Evidence struct {
	Overlay
	Constant float64   `json:"constant"`
	Scores   []float32 `json:"scores"` // of the ten classes
}

// Occlusion is how much a class's probability falls when a square of patch
// pixels is hidden.
type Occlusion struct {
	Overlay
	Probability float64 `json:"probability"`
	Patch       int     `json:"patch"`
}

// ImagesRequest asks which images of a file a split has.
type ImagesRequest struct {
	Split Split `json:"split"`
	From  int   `json:"from"`
	Count int   `json:"count"`
}

// ImagesResult is a stretch of them, and how many there are in all.
type ImagesResult struct {
	Total   int      `json:"total"`
	Indices []uint32 `json:"indices"`
}
